import { type Command, InvalidArgumentError } from "commander";
import type { DebugRequest } from "../pipeline/debug/draw-artifact.ts";
import type { CommandOutput } from "./report-error.ts";

/** What `lamina debug` does; loaded only when it is run. */
export interface DebugCommands {
  /** Says which jobs have left intermediate results. */
  readonly list: (cacheFolder: string) => Promise<readonly string[]>;
  /** Writes one of them as a picture. */
  readonly draw: (request: DebugRequest) => Promise<readonly string[]>;
}

/**
 * Declares `lamina debug`.
 *
 * @param cacheFolder the cache when none is named
 */
export function addDebugCommand(
  program: Command,
  commands: DebugCommands,
  cacheFolder: string,
  output: CommandOutput,
): void {
  program
    .command("debug")
    .argument("[job]", "folder of a job, as lamina debug lists them")
    .argument("[what]", "kind of picture, such as background.spread")
    .description("list what jobs have left on the way, or draw one of it")
    .option("--number <n>", "frame or canvas, counted from 1", positive, 1)
    .option("--out <file>", "PNG file to write", "artifact.png")
    .option(
      "--cache <folder>",
      "where jobs keep intermediate results",
      cacheFolder,
    )
    .action(
      async (
        job: string | undefined,
        what: string | undefined,
        { number, out, cache }: { number: number; out: string; cache: string },
      ) => {
        const lines =
          job === undefined || what === undefined
            ? await commands.list(cache)
            : await commands.draw({ job, what, number, out });
        lines.forEach(output.line);
      },
    );
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return value;
}
