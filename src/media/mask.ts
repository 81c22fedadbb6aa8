import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import { type FrameRange, openEnd } from "../units/frame-range.ts";
import { describeSize, type Size, sameSize } from "../units/size.ts";
import { resizeByArea } from "./area-resize.ts";
import { findImages } from "./clip.ts";
import { digestFiles, digestTexts } from "./digest.ts";
import { readRgbAndAlpha } from "./image-file.ts";
import { readCommonHeader } from "./image-folder.ts";
import { type DecodedMovie, decodeMovie } from "./movie-frames.ts";
import { readRawFrame } from "./raw-file.ts";

/** What every mask says of itself. `width` and `height` are the clip's, to which frames are resized. */
interface MaskBase extends Size {
  /** What the user calls it, for messages. */
  readonly name: string;
  readonly sourceSize: Size;
  readonly frameCount: number;
}

/** A mask whose frames are image files. */
interface ImageMask extends MaskBase {
  readonly kind: "images";
  /** One per frame, or just one when `single`. */
  readonly files: readonly string[];
  /** True when one image serves for all frames. */
  readonly single: boolean;
  /** Whether the subject is in the images' alpha or in their brightness. */
  readonly channel: "alpha" | "luma";
}

/** A mask whose frames lie in one file as raw bytes, one a pixel. */
interface RawMask extends MaskBase {
  readonly kind: "raw";
  readonly file: string;
  /** Which of the file's frames is the clip's first, 0-based. */
  readonly firstFrame: number;
  readonly sourceDigest: string;
}

/** A mask as plain JSON, so that any thread can open it again. */
export type MaskDescriptor = ImageMask | RawMask;

/** Code value from which a pixel counts as part of the subject. */
const maskThreshold = 128;

/** What a mask is looked at for: the clip's size and length, and the range that the clip was cut to. */
export interface MaskOptions {
  readonly range?: FrameRange | undefined;
  /** Folder for the frames of a movie; made when it is not there. */
  readonly workFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks at a mask: a folder of images, a movie, or one image for all frames. A mask as long as the uncut clip is cut by
 * the same range. Where the images or the movie have an alpha channel that varies, the mask is that; else it is their
 * brightness.
 *
 * @param clip size and length of the clip that it belongs to
 * @returns the mask, and what the user should know of it, one sentence each
 * @throws LaminaError `mask-count` and what `describeClip` throws; AbortError
 */
export async function describeMask(
  path: string,
  name: string,
  clip: Size & { readonly frameCount: number },
  options: MaskOptions,
): Promise<{ mask: MaskDescriptor; notices: string[] }> {
  const images = await findImages(path);
  const mask =
    images === undefined
      ? await describeMovieMask(path, name, clip, options)
      : await describeImageMask(images, path, name, clip, options);
  const notices = sameSize(mask.sourceSize, clip)
    ? []
    : [
        `The mask ${name} is ${describeSize(mask.sourceSize)} and was resized to the clip's ${describeSize(clip)}.`,
      ];
  return { mask, notices };
}

async function describeImageMask(
  images: readonly string[],
  path: string,
  name: string,
  clip: Size & { readonly frameCount: number },
  { range, signal }: MaskOptions,
): Promise<ImageMask> {
  const single = images.length === 1 && images[0] === path;
  const first = single ? 0 : firstFrame(name, images.length, clip, range);
  const files = single ? images : images.slice(first, first + clip.frameCount);
  const { hasAlpha, ...sourceSize } = await readCommonHeader(files, signal);
  const channel =
    hasAlpha && (await someAlphaVaries(files, signal)) ? "alpha" : "luma";
  const { width, height, frameCount } = clip;
  // prettier-ignore
  return { kind: "images", name, files, single, channel, sourceSize, width, height, frameCount };
}

async function describeMovieMask(
  path: string,
  name: string,
  clip: Size & { readonly frameCount: number },
  { range, workFolder, signal }: MaskOptions,
): Promise<RawMask> {
  const watch = { workFolder, signal };
  const luma = await decodeMovie(path, "luma", watch);
  const alpha = luma.hasAlpha
    ? await decodeMovie(path, "alpha", watch)
    : undefined;
  const taken =
    alpha !== undefined && (await someFrameVaries(alpha)) ? alpha : luma;
  const first = firstFrame(name, taken.frameCount, clip, range);
  return {
    kind: "raw",
    name,
    file: taken.file,
    firstFrame: first,
    sourceDigest: taken.sourceDigest,
    sourceSize: { width: taken.width, height: taken.height },
    width: clip.width,
    height: clip.height,
    frameCount: clip.frameCount,
  };
}

/** Where in a mask of `found` frames the clip begins: at its start when it is as long, at the range's when it was not cut. */
function firstFrame(
  name: string,
  found: number,
  clip: { readonly frameCount: number },
  range: FrameRange | undefined,
): number {
  if (found === clip.frameCount) return 0;
  if (range !== undefined) {
    const end = range.startInclusive + clip.frameCount;
    // An open range ends with the clip, so an uncut mask must end there too.
    if (range.endExclusive === openEnd ? found === end : found >= end) {
      return range.startInclusive;
    }
  }
  throw new LaminaError({
    code: "mask-count",
    mask: name,
    found,
    expected: clip.frameCount,
  });
}

const varies = (
  values: Uint8Array,
  offset: number,
  stride: number,
): boolean => {
  const reference = values[offset]!;
  for (let i = offset; i < values.length; i += stride) {
    if (values[i] !== reference) return true;
  }
  return false;
};

async function someAlphaVaries(
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (const file of files) {
    signal?.throwIfAborted();
    const { channels, data } = await readRgbAndAlpha(file);
    if (channels === 4 && varies(data, 3, 4)) return true;
  }
  return false;
}

async function someFrameVaries(movie: DecodedMovie): Promise<boolean> {
  for (let index = 0; index < movie.frameCount; index++) {
    const bytes = movie.width * movie.height;
    if (varies(await readRawFrame(movie.file, index, bytes), 0, 1)) return true;
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
          mask.firstFrame + index,
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
  const { data, channels, ...size } = await readRgbAndAlpha(path);
  if (!sameSize(size, mask.sourceSize)) {
    throw new LaminaError({
      code: "frame-sizes-differ",
      path,
      found: describeSize(size),
      expected: describeSize(mask.sourceSize),
    });
  }
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
 * Makes sure that every mask shows its subject in some frame and leaves background in some frame. Masks are read one
 * frame at a time and only until both are known, so an ordinary mask costs one frame.
 *
 * @throws LaminaError `mask-empty`, `mask-covers-everything` and what `readMask` throws; AbortError
 */
export async function checkMasks(
  masks: readonly MaskDescriptor[],
  signal?: AbortSignal,
): Promise<void> {
  for (const mask of masks) {
    let hasSubject = false;
    let hasBackground = false;
    const frames = mask.kind === "images" && mask.single ? 1 : mask.frameCount;
    for (let i = 0; i < frames && !(hasSubject && hasBackground); i++) {
      signal?.throwIfAborted();
      const values = await readMask(mask, i);
      hasSubject ||= values.some((value) => value >= maskThreshold);
      hasBackground ||= values.some((value) => value < maskThreshold);
    }
    if (!hasSubject) {
      throw new LaminaError({ code: "mask-empty", mask: mask.name });
    }
    if (!hasBackground) {
      throw new LaminaError({
        code: "mask-covers-everything",
        mask: mask.name,
      });
    }
  }
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
    ? digestTexts(mask.sourceDigest, `${mask.firstFrame}+${mask.frameCount}`)
    : digestTexts(
        await digestFiles(mask.files, signal),
        mask.channel,
        String(mask.single),
      );
}
