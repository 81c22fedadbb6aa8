import { type Command, InvalidArgumentError, Option } from "commander";
import type { PinnedCorners } from "../edits/corner-pins.ts";
import { wholeNumber } from "./whole-number.ts";

/** What `lamina camera` is told. */
export interface CameraOptions {
  readonly format: "ae" | "nuke" | "json";
  /** Upper left, upper right, lower right, lower left, in the frame `at`. */
  readonly corners?: PinnedCorners["corners"];
  readonly at: number;
  readonly out: string;
}

/** Declares `lamina camera`. */
export function addCameraCommand(
  program: Command,
  exportCamera: (folder: string, options: CameraOptions) => Promise<string>,
  line: (text: string) => void,
): void {
  program
    .command("camera <layers>")
    .description(
      "write how the camera moved, for compositing programs: four corners that stay on its plane",
    )
    .addOption(
      new Option(
        "--format <format>",
        "After Effects keyframes to paste, a Nuke CornerPin2D, or the homographies",
      )
        .choices(["ae", "nuke", "json"])
        .makeOptionMandatory(),
    )
    .option(
      "--corners <corners>",
      'what to pin, such as "10,20 90,20 95,60 5,60"; the whole picture when absent',
      readCorners,
    )
    .option(
      "--at <frame>",
      "the frame in which the corners lie there",
      wholeNumber,
      1,
    )
    .requiredOption("--out <file>", "the file to write")
    .action(async (folder: string, options: CameraOptions) => {
      line(await exportCamera(folder, options));
    });
}

/** Four points, `x,y` each, upper left, upper right, lower right, lower left. */
export function readCorners(text: string): PinnedCorners["corners"] {
  const points = text
    .trim()
    .split(/\s+/)
    .map((pair) => pair.split(",").map(Number));
  const isPoint = ([x, y, ...more]: number[]): boolean =>
    Number.isFinite(x) && Number.isFinite(y) && more.length === 0;
  if (points.length !== 4 || !points.every(isPoint))
    throw new InvalidArgumentError(
      'It must be four points, such as "10,20 90,20 95,60 5,60".',
    );
  return points as unknown as PinnedCorners["corners"];
}
