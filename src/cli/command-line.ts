import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Command, CommanderError, Option } from "commander";
import { LaminaError } from "../errors/failure.ts";
import type {
  DecomposeRequest,
  JobEvent,
  JobSummary,
} from "../pipeline/request.ts";
import {
  addDecomposeOptions,
  type DecomposeOptions,
  decomposeRequest,
  readRange,
} from "./decompose-options.ts";
import { addCorrectCommand, type CorrectOptions } from "./correct-options.ts";
import { addDebugCommand, type DebugCommands } from "./debug-options.ts";
import { addDevOptions, type DevOptions } from "./dev-options.ts";
import { addCameraCommand, type CameraOptions } from "./camera-options.ts";
import { writeFailure } from "../media/file-failure.ts";
import type { FindRequest } from "../segmentation/find-subjects.ts";
import { FolderHold } from "../pipeline/cache/folder-hold.ts";
import { addMergeOption } from "./merge-option.ts";
import { jsonProgress } from "./json-progress.ts";
import { lineProgress } from "./line-progress.ts";
import type { ProgressReport } from "./progress.ts";
import { addCacheCommand, type CacheCommands } from "./cache-options.ts";
import {
  type CommandOutput,
  printableOutput,
  reportError,
} from "./report-error.ts";
import { addModelsCommand, type ModelCommands } from "./models-options.ts";
import {
  readClick,
  type SubjectsModel,
  subjectsModel,
  type SubjectsOptions,
} from "./subjects-options.ts";
import { addFarmCommands, type FarmCommands } from "./farm-options.ts";
import { addServeOptions, type ServeOptions } from "./serve-options.ts";
import { addSourceOptions, type SourceOptions } from "./source-options.ts";
import { terminalProgress } from "./terminal-progress.ts";
import { addUseCommands, type UseCommands } from "./uses-options.ts";
import type { TimelineFiles, TimelineFormat } from "./write-timeline.ts";

/** What the commands do; loaded only when one is run, so that help is quick. */
export interface Commands {
  readonly decompose: (
    request: DecomposeRequest,
    watch: { signal: AbortSignal; onEvent: (event: JobEvent) => void },
  ) => Promise<JobSummary>;
  /** Writes the contact sheet and the page of a result's folder, beside the clip's own frames where given, and says where. */
  readonly sheet: (
    resultFolder: string,
    framesFolder: string | undefined,
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** Proposes a clip's subjects, by itself or with a model, writes their masks, and says what was found. */
  readonly subjects: (
    request: FindRequest,
    model: SubjectsModel | undefined,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** Says what a clip is and what becomes of it. */
  readonly probe: (
    clip: string,
    options: SourceOptions,
    json: boolean,
    line: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  readonly models: ModelCommands;
  readonly debug: DebugCommands;
  readonly cache: CacheCommands;
  readonly farm: FarmCommands;
  /** Says what this machine has for lamina. */
  readonly doctor: (
    options: { readonly package?: boolean },
    line: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Runs the local service, or ends it. */
  readonly serve: (
    options: ServeOptions,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Serves the panel beside a simulated timeline. */
  readonly dev: (
    options: DevOptions,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Corrects a result by strokes, and says what was done. */
  readonly correct: (
    options: CorrectOptions,
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** Writes a result as a timeline for other programs, and says where. */
  readonly timeline: (
    resultFolder: string,
    format: TimelineFormat,
    files: TimelineFiles | undefined,
    notice: (sentence: string) => void,
  ) => Promise<string>;
  /** Writes a result's camera for another program, and says where. */
  readonly camera: (
    resultFolder: string,
    options: CameraOptions,
  ) => Promise<string>;
  readonly uses: UseCommands;
  /** Makes, decomposes and shows a sample clip. */
  readonly demo: (
    options: DemoOptions,
    progress: ProgressReport,
    output: CommandOutput,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** What `lamina demo` is told. */
interface DemoOptions {
  readonly out: string;
  /** Whether it ends in the panel. */
  readonly panel: boolean;
}

/** The same as the command line gives it. */
type DemoFlags = Pick<DemoOptions, "out"> & Partial<DemoOptions>;

/** What the command line needs to know of the program around it. */
export interface CommandContext {
  readonly version: string;
  readonly cacheFolder: string;
  readonly commands: Commands;
  readonly output: CommandOutput;
  readonly signal: AbortSignal;
}

/**
 * Runs one command line.
 *
 * @param args without the program's name
 * @returns the exit code: 0, 1 for a failure, 2 for a wrong command line, 130 when cancelled
 */
export async function runCommandLine(
  args: readonly string[],
  given: CommandContext,
): Promise<number> {
  const context = { ...given, output: printableOutput(given.output) };
  try {
    await buildProgram(context).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Help that was shown for want of a command has said everything already.
      if (error.code === "commander.help") return 2;
      return reportError(
        usageFailure(error),
        context.output,
        args.includes("--json"),
      );
    }
    return reportError(error, context.output, args.includes("--json"));
  }
}

/** Commander's complaint as one sentence. */
function usageFailure(error: CommanderError): LaminaError {
  const text = error.message
    .replace(/^error: /, "")
    .replace(/\s+/g, " ")
    .trim();
  const problem = text.charAt(0).toUpperCase() + text.slice(1);
  return new LaminaError({
    code: "usage",
    problem: /[.?!)]$/.test(problem) ? problem : `${problem}.`,
  });
}

function buildProgram(context: CommandContext): Command {
  const { commands, output, signal } = context;
  const program = new Command("lamina")
    .description(
      "Takes a video clip apart into layers: each subject with its shadow, reflection and smoke, and the clean background.",
    )
    .version(context.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        text.trimEnd().split("\n").forEach(output.line);
      },
      writeErr: (text) => {
        text.trimEnd().split("\n").forEach(output.errorLine);
      },
      // Said by `reportError`, in the same form as every other failure.
      outputError: () => undefined,
    });

  addDecomposeOptions(
    program
      .command("decompose <clip>")
      .description("take a clip (folder of images, or movie) apart"),
    context.cacheFolder,
  ).action(async (clip: string, options: DecomposeOptions) => {
    await runDecompose(clip, options, context);
  });

  addSourceOptions(program.command("probe <clip>"))
    .description("say what a clip is, and what becomes of it when taken apart")
    .option("--json", "as one JSON object, for programs")
    .action(
      async (clip: string, options: SourceOptions & { json?: boolean }) => {
        const { json = false, ...choices } = options;
        await commands.probe(clip, choices, json, output.line, signal);
      },
    );

  program
    .command("sheet <out>")
    .description("write a contact sheet and a page that plays the layers")
    .option(
      "--frames <folder>",
      "the clip's own frames, to show the difference",
    )
    .action(async (folder: string, { frames }: { frames?: string }) => {
      (await commands.sheet(folder, frames, signal)).forEach(output.line);
    });

  addMergeOption(program.command("subjects <clip>"))
    .description("find what moves in a clip and write masks of it")
    .requiredOption("--out <folder>", "where the masks and subjects.json go")
    .option(
      "--range <range>",
      "frames to take, such as 12-84 or 12-",
      readRange,
    )
    .option("--model <name>", "let this model find them; see lamina models")
    .option(
      "--click <frame:x,y>",
      "a place in the subject, for a promptable model, or outside of it with :- at the end; repeat for more",
      readClick,
    )
    .option("--models <folder>", "where the models lie")
    .action(async (clipPath: string, options: SubjectsOptions) => {
      const { out, range, merge = [] } = options;
      const request: FindRequest = {
        clipPath,
        outputPath: out,
        merges: merge,
        ...(range === undefined ? {} : { range }),
      };
      const model = subjectsModel(options);
      const lines = await commands.subjects(request, model, output, signal);
      lines.forEach(output.line);
    });

  addModelsCommand(program, commands.models, output, signal);
  addDebugCommand(program, commands.debug, context.cacheFolder, output);
  addCacheCommand(program, commands.cache, context.cacheFolder, output);
  addFarmCommands(program, commands.farm, output, signal);

  program
    .command("doctor")
    .description(
      "say what this machine has: browser, GPU, ffmpeg, disk, and where training would run",
    )
    .option("--package", "say whether this installed panel is whole")
    .action(async (options: { readonly package?: boolean }) => {
      await commands.doctor(options, output.line, signal);
    });

  addServeOptions(
    program
      .command("serve")
      .description("run the local service that panels work with"),
    context.cacheFolder,
  ).action(async (options: ServeOptions) => {
    await commands.serve(options, output, signal);
  });

  addDevOptions(
    program
      .command("dev")
      .description("try the panel in a browser, beside a simulated timeline"),
  ).action(async (options: DevOptions) => {
    await commands.dev(options, output, signal);
  });

  addCorrectCommand(program, context.cacheFolder, async (options) => {
    (await commands.correct(options, signal)).forEach(output.line);
  });

  program
    .command("timeline <out>")
    .description("write a result as a timeline for other editing programs")
    .addOption(
      new Option("--format <format>", "which kind of file")
        .choices(["fcpxml7", "otio", "mlt", "ae"])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--files <files>",
        "what it refers to: numbered stills, where the format has them, or movies",
      ).choices(["stills", "movies"]),
    )
    .action(async (out: string, options: TimelineOptions) => {
      const { format, files } = options;
      const { line, errorLine } = output;
      line(await commands.timeline(out, format, files, errorLine));
    });

  addCameraCommand(program, commands.camera, output.line);
  addUseCommands(program, commands.uses, output, signal);

  program
    .command("demo")
    .description("make a sample clip, take it apart and show the layers")
    .option("--out <folder>", "where the clip and its layers go", "out/demo")
    .option("--panel", "end in the panel, also where nobody sits at a terminal")
    .option("--no-panel", "end when the layers are there")
    .action(async ({ out, panel = output.isTerminal }: DemoFlags) => {
      const progress = progressFor(output, false);
      await commands.demo({ out, panel }, progress, output, signal);
    });
  return program;
}

const progressFor = (output: CommandOutput, json: boolean): ProgressReport =>
  json
    ? jsonProgress(output.line)
    : output.isTerminal
      ? terminalProgress(output.line)
      : lineProgress(output.line);

async function runDecompose(
  clip: string,
  options: DecomposeOptions,
  { commands, output, signal }: CommandContext,
): Promise<void> {
  if (options.shard !== undefined && options.cache === false)
    throw new LaminaError({
      code: "usage",
      problem:
        "Shards find one another's work in the cache, so --shard does not go with --no-cache.",
    });
  const run = async (cachePath: string): Promise<void> => {
    const request = decomposeRequest(clip, options, cachePath);
    const progress = progressFor(output, options.json === true);
    let summary: JobSummary;
    try {
      summary = await commands.decompose(request, {
        signal,
        onEvent: (event) => {
          progress.onEvent(event);
        },
      });
    } catch (error) {
      await progress.stop();
      throw error;
    }
    await progress.finish(summary);
  };

  if (options.cache !== false) {
    await run(options.cache);
    return;
  }
  const temporary = await mkdtemp(
    path.join(os.tmpdir(), "lamina-cache-"),
  ).catch((error: unknown) => {
    throw writeFailure(error, os.tmpdir());
  });
  const hold = await FolderHold.take(temporary);
  try {
    await run(temporary);
  } finally {
    await hold[Symbol.asyncDispose]();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What `lamina timeline` is told. */
interface TimelineOptions {
  readonly format: TimelineFormat;
  readonly files?: TimelineFiles;
}
