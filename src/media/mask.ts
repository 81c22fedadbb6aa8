import nodePath from "node:path";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type { FrameRange } from "../units/frame-range.ts";
import { describeSize, type Size, sameSize } from "../units/size.ts";
import { resizeByArea } from "./area-resize.ts";
import { findSequence } from "./clip.ts";
import type { Damage, DamagePolicy } from "./damage.ts";
import { digestFiles, digestTexts } from "./digest.ts";
import { holdImages } from "./held-images.ts";
import { readRgbAndAlpha } from "./image-file.ts";
import { readCommonHeader } from "./image-folder.ts";
import { fillGaps } from "./image-sequence.ts";
import { type Duration, matchFrames } from "./mask-frames.ts";
import { findLabels, type MaskLabel } from "./mask-labels.ts";
import { type ChosenLabel, labelMask } from "./mask-of-label.ts";
import { type DecodedMovie, decodeMovie } from "./movie-frames.ts";
import { readRawFrame } from "./raw-file.ts";

/** What every mask says of itself. `width` and `height` are the clip's, to which frames are resized. */
interface MaskBase extends Size {
  /** What the user calls it, for messages. */
  readonly name: string;
  readonly sourceSize: Size;
  readonly frameCount: number;
  /** What is wrong with it, in the clip's frames, when it was taken nevertheless. */
  readonly damage?: Damage | undefined;
}

/** A mask whose frames are image files. */
interface ImageMask extends MaskBase {
  readonly kind: "images";
  /** One per frame, or just one when `single`. */
  readonly files: readonly string[];
  /** True when one image serves for all frames. */
  readonly single: boolean;
  /** Whether the subject is in the images' alpha, in their brightness, or where they have one label's colour. */
  readonly channel: "alpha" | "luma" | ChosenLabel;
}

/** A mask whose frames lie in one file as raw bytes, one a pixel. */
interface RawMask extends MaskBase {
  readonly kind: "raw";
  readonly file: string;
  /** Which of the file's frames belongs to each frame of the clip, 0-based. */
  readonly frames: readonly number[];
  readonly sourceDigest: string;
}

/** A mask as plain JSON, so that any thread can open it again. */
export type MaskDescriptor = ImageMask | RawMask;

/** Alpha below this says that something is left out. */
const OPAQUE = 128;

/** What masks must fit: the clip's size, its length and, for masks of another rate, its rate. */
export type MaskedClip = Size & Duration;

/** How a mask is looked at. */
export interface MaskOptions {
  /** What the clip was cut to. */
  readonly range?: FrameRange | undefined;
  /** Takes only this colour of images with several labels. */
  readonly label?: ChosenLabel | undefined;
  /** Folder for the frames of a movie; made when it is not there. */
  readonly workFolder: string;
  /** Images may stand in for missing numbers. */
  readonly allowGaps?: boolean | undefined;
  /** What becomes of damaged and missing frames; `refuse` when absent. */
  readonly damaged?: DamagePolicy | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks at a mask: a folder of images, a movie, or one image for all frames. Its frames are matched to the clip's by
 * `matchFrames`. Where the images or the movie have an alpha channel that is not opaque everywhere, the mask is that;
 * else it is their brightness.
 *
 * @returns the mask, and what the user should know of it, one sentence each
 * @throws LaminaError `mask-count`, `labels-unclear` for a movie, and what `describeClip` throws; AbortError
 */
export async function describeMask(
  path: string,
  name: string,
  clip: MaskedClip,
  options: MaskOptions,
): Promise<{ mask: MaskDescriptor; notices: string[] }> {
  const images = await maskImages(path, name, clip, options);
  const { mask, byTime } =
    images === undefined
      ? await describeMovieMask(path, name, clip, options)
      : {
          mask: await describeImageMask(path, images, name, clip, options),
          byTime: false,
        };
  const notices: string[] = [];
  if (byTime) {
    notices.push(
      `The mask ${name} runs at another frame rate and was matched to the clip by time.`,
    );
  }
  if (!sameSize(mask.sourceSize, clip)) {
    notices.push(
      `The mask ${name} is ${describeSize(mask.sourceSize)} and was resized to the clip's ${describeSize(clip)}.`,
    );
  }
  return { mask, notices };
}

/**
 * The labels that images hold in the frames of a clip.
 *
 * @returns see `findLabels`
 * @throws LaminaError `labels-unclear`, `mask-count` and what reading throws; AbortError
 */
export async function describeLabels(
  path: string,
  clip: Duration,
  options: Pick<MaskOptions, "range" | "allowGaps" | "signal">,
): Promise<MaskLabel[]> {
  const { name } = nodePath.parse(nodePath.resolve(path));
  const images = await maskImages(path, name, clip, options);
  if (images === undefined) throw movieOfLabels(path);
  return findLabels(images.files, path, options.signal);
}

const movieOfLabels = (path: string): LaminaError =>
  new LaminaError({
    code: "labels-unclear",
    path,
    detail: "it is a movie, which blurs colours",
  });

/** Image files of a mask, those that belong to the clip's frames; undefined for a movie. */
async function maskImages(
  path: string,
  name: string,
  clip: Duration,
  {
    range,
    allowGaps = false,
  }: Pick<MaskOptions, "range" | "allowGaps" | "signal">,
): Promise<Pick<ImageMask, "files" | "single"> | undefined> {
  const found = await findSequence(path);
  if (found === undefined) return undefined;
  if (found.files.length === 1 && found.files[0] === path)
    return { files: found.files, single: true };
  const { files: images } = fillGaps(path, found, allowGaps);
  const length = { frameCount: images.length };
  const { frames } = matchFrames(name, length, clip, range);
  return { files: frames.map((frame) => images[frame]!), single: false };
}

async function describeImageMask(
  path: string,
  { files: named, single }: Pick<ImageMask, "files" | "single">,
  name: string,
  { width, height, frameCount }: MaskedClip,
  { label, damaged, signal }: MaskOptions,
): Promise<ImageMask> {
  const common = await readCommonHeader(named, signal);
  const sourceSize = { width: common.width, height: common.height };
  const { files, damage } = await holdImages(path, named, damaged, signal);
  const channel =
    label ??
    (common.hasAlpha && (await someImageIsOpen(files, signal))
      ? "alpha"
      : "luma");
  // prettier-ignore
  return { kind: "images", name, files, single, channel, sourceSize, width, height, frameCount, damage };
}

async function describeMovieMask(
  path: string,
  name: string,
  clip: MaskedClip,
  { range, label, workFolder, damaged, signal }: MaskOptions,
): Promise<{ mask: RawMask; byTime: boolean }> {
  if (label !== undefined) throw movieOfLabels(path);
  const watch = { workFolder, damaged, signal };
  const luma = await decodeMovie(path, "luma", watch);
  const alpha = luma.header.hasAlpha
    ? await decodeMovie(path, "alpha", watch)
    : undefined;
  const taken =
    alpha !== undefined && (await someFrameIsOpen(alpha)) ? alpha : luma;
  const { frames, byTime } = matchFrames(name, taken, clip, range);
  const mask: RawMask = {
    kind: "raw",
    name,
    file: taken.file,
    frames,
    sourceDigest: taken.sourceDigest,
    sourceSize: { width: taken.width, height: taken.height },
    width: clip.width,
    height: clip.height,
    frameCount: clip.frameCount,
    damage: damageIn(taken.damage, frames),
  };
  return { mask, byTime };
}

/** A movie's damage as it shows in the clip's frames. */
function damageIn(
  damage: Damage | undefined,
  frames: readonly number[],
): Damage | undefined {
  if (damage === undefined) return undefined;
  const bad = new Set(damage.held);
  const held = [...frames.keys()].filter((t) => bad.has(frames[t]!));
  return held.length === 0 && damage.complaint === undefined
    ? undefined
    : { ...damage, held };
}

async function someImageIsOpen(
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (const file of files) {
    signal?.throwIfAborted();
    const { channels, data } = await readRgbAndAlpha(file);
    if (channels === 3) continue;
    for (let i = 3; i < data.length; i += 4) if (data[i]! < OPAQUE) return true;
  }
  return false;
}

async function someFrameIsOpen(alpha: DecodedMovie): Promise<boolean> {
  const bytes = alpha.width * alpha.height;
  for (let index = 0; index < alpha.frameCount; index++) {
    const values = await readRawFrame(alpha.file, index, bytes);
    if (values.some((value) => value < OPAQUE)) return true;
  }
  return false;
}

/**
 * Reads the mask for frame `index` (0-based) of its clip, at the clip's size.
 *
 * @returns `[height, width]`, 0 (not the subject) to 255
 * @throws LaminaError `input-missing`, `media-unreadable`; `frame-sizes-differ` when the file changed since it was described
 */
export async function readMask(
  mask: MaskDescriptor,
  index: number,
): Promise<Uint8Array> {
  assert(index >= 0 && index < mask.frameCount, `no mask ${index}`);
  const { sourceSize } = mask;
  const values =
    mask.kind === "raw"
      ? await readRawFrame(
          mask.file,
          mask.frames[index]!,
          sourceSize.width * sourceSize.height,
        )
      : await readImageMask(mask, mask.files[mask.single ? 0 : index]!);
  return sameSize(sourceSize, mask)
    ? values
    : resizeByArea(values, sourceSize, mask);
}

async function readImageMask(
  mask: ImageMask,
  path: string,
): Promise<Uint8Array> {
  const pixels = await readRgbAndAlpha(path);
  const { data, channels, ...size } = pixels;
  if (!sameSize(size, mask.sourceSize)) {
    throw new LaminaError({
      code: "frame-sizes-differ",
      path,
      found: describeSize(size),
      expected: describeSize(mask.sourceSize),
    });
  }
  if (typeof mask.channel === "object") return labelMask(pixels, mask.channel);
  const values = new Uint8Array(size.width * size.height);
  if (mask.channel === "alpha") {
    // An opaque file among those with alpha is all subject.
    if (channels === 3) return values.fill(255);
    for (let i = 0; i < values.length; i++) values[i] = data[4 * i + 3]!;
    return values;
  }
  for (let i = 0; i < values.length; i++) {
    const at = i * channels;
    // Rec. 709 luma; the weights sum to 1, so grey stays what it is.
    values[i] = Math.round(
      0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!,
    );
  }
  return values;
}

/**
 * SHA-256, in hex, over the mask's source bytes and how they are read; see `clipDigest`.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`; AbortError
 */
export async function maskDigest(
  mask: MaskDescriptor,
  signal?: AbortSignal,
): Promise<string> {
  return mask.kind === "raw"
    ? digestTexts(mask.sourceDigest, JSON.stringify(mask.frames))
    : digestTexts(
        await digestFiles(mask.files, signal),
        JSON.stringify(mask.channel),
        String(mask.single),
      );
}
