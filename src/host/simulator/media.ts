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

/** The numbered stills or the movie behind an item, and how they are understood. */
export interface Media {
  /** What scripts are told of where it lies. */
  readonly path: string;
  /** One for each frame: absolute paths in the order of their numbers; the same one for all frames of a movie. */
  readonly files: readonly string[];
  readonly isMovie: boolean;
  /** Whether it has sound, as movies of the user's may. */
  hasSound: boolean;
  /** In and Out points of the item's own, in its time; absent until somebody sets them. */
  marks?: { readonly start: Ticks; readonly end: Ticks } | undefined;
  /** Whether the files have an alpha channel. Without one, alpha can only be "none". */
  readonly hasAlpha: boolean;
  /** The space that colours are taken to be in instead of the file's own. */
  colorSpace?: string | undefined;
  readonly width: number;
  readonly height: number;
  /** The timecode of the first frame. */
  start: Ticks;
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
  const hasAlpha = pngHasAlpha(disk.read(firstFile));
  return {
    path: firstFile,
    files,
    isMovie: false,
    hasSound: false,
    hasAlpha,
    width,
    height,
    start: ticks(0n),
    ticksPerFrame: ticksPerStill,
    pixelAspect: squarePixels,
    alpha: hasAlpha ? "straight" : "none",
    fields: 0,
  };
}

/** The colour type stands in the tenth byte of a PNG's header; 4 and 6 have alpha. */
const pngHasAlpha = (file: Uint8Array): boolean =>
  file[25] === 4 || file[25] === 6;

/**
 * Opens a movie; it has an alpha channel.
 *
 * @returns undefined when there is no such file
 */
export function openMovie(disk: Disk, path: string): Media | undefined {
  if (disk.kind(path) !== "file") return undefined;
  const { width, height, frameRate, frameCount } = disk.readMovie(path);
  return {
    path,
    files: Array.from({ length: frameCount }, () => path),
    isMovie: true,
    hasSound: false,
    hasAlpha: true,
    width,
    height,
    start: ticks(0n),
    ticksPerFrame: ticksPerFrame(frameRate),
    pixelAspect: squarePixels,
    alpha: "straight",
    fields: 0,
  };
}

/** Where what is placed of an item begins and ends. */
export const markedRange = (
  media: Media,
): { readonly start: Ticks; readonly end: Ticks } =>
  media.marks ?? { start: ticks(0n), end: mediaLength(media) };

/** How long an item lasts. */
export const mediaLength = (media: Media): Ticks =>
  ticks(media.ticksPerFrame * BigInt(media.files.length));
