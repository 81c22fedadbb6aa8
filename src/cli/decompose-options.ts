import { existsSync } from "node:fs";
import path from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type {
  DecomposeRequest,
  Shard,
  SubjectRequest,
} from "../pipeline/request.ts";
import type { Merge } from "../pipeline/merges.ts";
import { type BackendChoice, backendChoices } from "../job-contract/backend.ts";
import {
  defaultQuality,
  qualities,
  type Quality,
} from "../job-contract/quality.ts";
import { type FrameRange, parseFrameRange } from "../units/frame-range.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import type { LayerFormat } from "../job-contract/image-format.ts";
import type {
  AlphaChoice,
  FieldChoice,
  MatrixChoice,
} from "../job-contract/source-choices.ts";
import { addMergeOption } from "./merge-option.ts";
import { addSourceOptions } from "./source-options.ts";

/** The options of `lamina decompose`, as the command line gives them. */
export interface DecomposeOptions {
  readonly mask?: readonly SubjectRequest[];
  readonly labels?: readonly string[];
  readonly merge?: readonly Merge[];
  readonly order: "given" | "auto";
  readonly out: string;
  readonly range?: FrameRange;
  readonly fps?: FrameRate;
  readonly quality: Quality;
  readonly backend: BackendChoice;
  readonly seed: number;
  readonly prores?: true;
  readonly parts?: true;
  readonly overwrite?: true;
  readonly keep?: boolean;
  readonly allowDamaged?: true;
  readonly allowGaps?: true;
  readonly matrix?: MatrixChoice;
  readonly fields?: FieldChoice;
  readonly alpha?: AlphaChoice;
  readonly format?: LayerFormat;
  readonly json?: true;
  readonly shard?: Shard;
  /** A folder, or false for none. */
  readonly cache: string | false;
}

/**
 * Declares the options of `lamina decompose`.
 *
 * @param cacheFolder the cache when none is named
 */
export function addDecomposeOptions(
  command: Command,
  cacheFolder: string,
): Command {
  return addClipOptions(command)
    .requiredOption("--out <folder>", "where layers.json and the layers go")
    .option("--json", "write one JSON object a line, for programs")
    .option(
      "--cache <folder>",
      "where intermediate results are kept, to resume a killed run",
      cacheFolder,
    )
    .option("--no-cache", "keep no intermediate results")
    .option(
      "--shard <i/n>",
      "compose only the i-th of n shares of the frames, for arrays of jobs; afterwards the same command without it makes the result",
      readShard,
    )
    .option(
      "--keep",
      "keep intermediate results of a finished job too, for lamina correct and debug",
    );
}

/** Declares the options that say what is to be made of a clip, wherever it is done. */
export function addClipOptions(command: Command): Command {
  return addSourceOptions(addMergeOption(command))
    .option(
      "--mask <[name=]path>",
      "a subject's mask: folder of images, movie, or one image for all frames; repeat for more subjects, bottom to top",
      (text, before?: readonly SubjectRequest[]) => [
        ...(before ?? []),
        readMaskOption(text),
      ],
    )
    .option(
      "--labels <path>",
      "PNG image, or folder of them, with one flat colour per subject on black or transparent; repeat for more",
      (text, before?: readonly string[]) => [...(before ?? []), text],
    )
    .addOption(
      new Option(
        "--order <order>",
        "bottom to top as the masks are given, or as the clip tells who covers whom",
      )
        .choices(["given", "auto"])
        .default("given"),
    )
    .option(
      "--range <range>",
      "frames to take, such as 12-84 or 12-",
      readRange,
    )
    .addOption(
      new Option("--quality <quality>", "how much work to spend")
        .choices(qualities)
        .default(defaultQuality),
    )
    .addOption(
      new Option("--backend <backend>", "where the network trains")
        .choices(backendChoices)
        .default("auto"),
    )
    .option("--seed <number>", "repeats a run exactly", readSeed, 1)
    .option("--prores", "also write a ProRes 4444 movie per layer")
    .option(
      "--parts",
      "also write each subject and each of its effects apart, which lamina else takes apart when it needs them",
    )
    .option("--overwrite", "replace an earlier result in --out")
    .option(
      "--allow-damaged",
      "hold the last good frame where frames are damaged or missing, rather than refuse the clip",
    );
}

/**
 * Turns the options into a job, which checks for itself that it can be done.
 *
 * @param cachePath where the job keeps intermediate results
 */
export function decomposeRequest(
  clipPath: string,
  options: DecomposeOptions,
  cachePath: string,
): DecomposeRequest {
  const { mask: subjects = [], labels, merge, range, fps } = options;
  return {
    clipPath,
    subjects,
    outputPath: options.out,
    quality: options.quality,
    backend: options.backend,
    seed: options.seed,
    prores: options.prores === true,
    ...(options.parts === true ? { partFrames: true } : {}),
    overwrite: options.overwrite === true,
    ...(options.keep === true ? { keepIntermediates: true } : {}),
    cachePath,
    ...(labels === undefined ? {} : { labelPaths: labels }),
    ...(merge === undefined ? {} : { merges: merge }),
    ...(options.order === "auto" ? { order: options.order } : {}),
    ...(range === undefined ? {} : { range }),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    ...(options.allowDamaged === true ? { allowDamaged: true } : {}),
    ...(options.allowGaps === true ? { allowGaps: true } : {}),
    ...(options.matrix === undefined ? {} : { matrix: options.matrix }),
    ...(options.fields === undefined ? {} : { fields: options.fields }),
    ...(options.alpha === undefined ? {} : { alpha: options.alpha }),
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(fps === undefined ? {} : { frameRate: fps }),
  };
}

/** Reads `name=path`, or a path whose last part is the name. A path that exists as it stands may hold a `=`. */
export function readMaskOption(text: string): SubjectRequest {
  const equals = text.indexOf("=");
  if (equals > 0 && equals < text.length - 1 && !existsSync(text)) {
    return { name: text.slice(0, equals), maskPath: text.slice(equals + 1) };
  }
  const name = path.parse(path.resolve(text)).name;
  if (text === "" || name === "" || (equals >= 0 && !existsSync(text))) {
    throw new InvalidArgumentError("Give [name=]path.");
  }
  return { name, maskPath: text };
}

/** Shares beyond which there is no more than a frame to each of them. */
const MOST_SHARES = 10_000;

function readShard(text: string): Shard {
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [index, count] = [Number(i) - 1, Number(n)];
  if (!(index >= 0 && index < count && count <= MOST_SHARES))
    throw new InvalidArgumentError("Give a share such as 1/8, up to 8/8.");
  return { index, count };
}

/** Reads a range of frames as the command line gives it. */
export function readRange(text: string): FrameRange {
  const range = parseFrameRange(text);
  if (range === undefined) {
    throw new InvalidArgumentError("Give frames such as 12-84 or 12-.");
  }
  return range;
}

function readSeed(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 0xffffffff) {
    throw new InvalidArgumentError("Give a whole number below 4294967296.");
  }
  return Number(text);
}
