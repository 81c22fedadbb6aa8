import { type PixelAspect, squarePixels } from "../../units/pixel-aspect.ts";
import { type Ticks, ticks, ticksPerFrame } from "../../units/ticks.ts";
import type { Disk } from "./disk.ts";

/** How the alpha channel of an item's files is understood. */
export type AlphaUsage = "none" | "straight" | "premultiplied" | "ignored";

/** In the order of Premiere's own numbers for them. */
export const alphaUsages: readonly AlphaUsage[] = [
  "none",
  "straight",
  "premultiplied",
  "ignored",
];

/** The numbered stills behind an item, and how they are understood. */
export interface Media {
  /** Absolute paths in the order of their numbers. */
  readonly files: readonly string[];
  readonly width: number;
  readonly height: number;
  ticksPerFrame: Ticks;
  pixelAspect: PixelAspect;
  alpha: AlphaUsage;
  fields: number;
}

/** Frame rate that stills have until somebody says otherwise; deliberately none that sequences use. */
export const ticksPerStill = ticksPerFrame({ numerator: 15, denominator: 1 });

/** Splits a path into its folder (without the last slash) and its name. */
export function splitPath(path: string): { folder: string; name: string } {
  const slash = path.replaceAll("\\", "/").lastIndexOf("/");
  return { folder: path.slice(0, slash), name: path.slice(slash + 1) };
}

/**
 * Opens numbered stills by their first file: all that follow it without a gap belong to them.
 *
 * @returns undefined when there is no such file
 */
export function openStills(
  disk: Disk,
  firstFile: string,
  numbered: boolean,
): Media | undefined {
  if (disk.kind(firstFile) !== "file") return undefined;
  const files = [firstFile];
  const { folder, name } = splitPath(firstFile);
  const number = /(\d+)(\.[^.]+)$/.exec(name);
  if (numbered && number !== null) {
    const head = name.slice(0, number.index);
    const digits = number[1]!;
    const names = new Set(disk.list(folder));
    for (let n = Number(digits) + 1; ; n++) {
      const next = `${head}${String(n).padStart(digits.length, "0")}${number[2]!}`;
      if (!names.has(next)) break;
      files.push(`${folder}/${next}`);
    }
  }
  const { width, height } = disk.readPicture(firstFile);
  return {
    files,
    width,
    height,
    ticksPerFrame: ticksPerStill,
    pixelAspect: squarePixels,
    alpha: "straight",
    fields: 0,
  };
}

/** How long an item lasts. */
export const mediaLength = (media: Media): Ticks =>
  ticks(media.ticksPerFrame * BigInt(media.files.length));
