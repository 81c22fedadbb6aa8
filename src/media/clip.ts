import { isImageName } from "../job-contract/image-format.ts";
import { stat } from "node:fs/promises";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import {
  describeFrameRange,
  type FrameRange,
  resolveFrameRange,
} from "../units/frame-range.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { describeSize, type Size, sameSize } from "../units/size.ts";
import type { Damage } from "./damage.ts";
import { digestFiles } from "./digest.ts";
import { holdImages } from "./held-images.ts";
import { readFailure } from "./file-failure.ts";
import { readRgb } from "./image-file.ts";
import { listImages, readCommonHeader } from "./image-folder.ts";
import { type DecodeOptions, decodeMovie } from "./movie-frames.ts";
import { readRawFrame } from "./raw-file.ts";

/** A clip whose frames are image files, in order. */
interface ImageClip extends Size {
  readonly kind: "images";
  readonly files: readonly string[];
  readonly frameCount: number;
  /** What is wrong with it, when it was taken nevertheless. */
  readonly damage?: Damage | undefined;
}

/** A clip whose frames lie in one file as raw RGB, 8 bits a sample, `[frameCount, height, width, 3]`. */
interface RawClip extends Size {
  readonly kind: "raw";
  readonly file: string;
  readonly frameCount: number;
  readonly frameRate: FrameRate;
  /** SHA-256 over the movie that the frames come from, and the range. */
  readonly sourceDigest: string;
  /** What is wrong with it, when it was taken nevertheless. */
  readonly damage?: Damage | undefined;
}

/** A clip as plain JSON, so that any thread can open it again. */
export type ClipDescriptor = ImageClip | RawClip;

/**
 * Looks at a clip: a folder of PNG/JPEG frames in natural order, one image, or a movie, which is decoded into
 * `workFolder` once. No image is decoded, but all of them are looked through for damage.
 *
 * @throws LaminaError `input-missing`, `input-empty`, `media-unreadable`, `media-damaged`, `frame-sizes-differ`,
 *   `range-outside-clip`; for movies also what `decodeMovie` throws; AbortError
 */
export async function describeClip(
  path: string,
  options: DecodeOptions,
): Promise<ClipDescriptor> {
  options.signal?.throwIfAborted();
  const images = await findImages(path);
  if (images === undefined) {
    const movie = await decodeMovie(path, "rgb", options);
    const { width, height, file, frameCount, frameRate, sourceDigest, damage } =
      movie;
    // prettier-ignore
    return { kind: "raw", file, width, height, frameCount, frameRate, sourceDigest, ...(damage && { damage }) };
  }
  const named = takeRange(images, options.range);
  const { width, height } = await readCommonHeader(named, options.signal);
  // prettier-ignore
  const held = await holdImages(path, named, options.damaged, options.signal);
  const frameCount = named.length;
  return { kind: "images", ...held, width, height, frameCount };
}

/**
 * The image files that `path` stands for: those of a folder, or itself when it is an image.
 *
 * @returns undefined when `path` is another kind of file, to be taken for a movie
 * @throws LaminaError `input-missing`, `input-empty`, `media-unreadable`
 */
export async function findImages(path: string): Promise<string[] | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) {
      return isImageName(path) ? [path] : undefined;
    }
  } catch (error) {
    throw readFailure(error, path);
  }
  return listImages(path);
}

function takeRange(
  files: readonly string[],
  range: FrameRange | undefined,
): readonly string[] {
  if (range === undefined) return files;
  const inside = resolveFrameRange(range, files.length);
  if (inside === undefined) {
    throw new LaminaError({
      code: "range-outside-clip",
      range: describeFrameRange(range),
      frameCount: files.length,
    });
  }
  return files.slice(inside.startInclusive, inside.endExclusive);
}

/**
 * Reads frame `index` (0-based).
 *
 * @returns `[height, width, 3]` interleaved RGB code values
 * @throws LaminaError `input-missing`, `media-unreadable`; `frame-sizes-differ` when the file changed since it was described
 */
export async function readFrame(
  clip: ClipDescriptor,
  index: number,
): Promise<Uint8Array> {
  assert(index >= 0 && index < clip.frameCount, `no frame ${index}`);
  if (clip.kind === "raw") {
    return readRawFrame(clip.file, index, clip.width * clip.height * 3);
  }
  const path = clip.files[index]!;
  const pixels = await readRgb(path);
  if (!sameSize(pixels, clip)) {
    throw new LaminaError({
      code: "frame-sizes-differ",
      path,
      found: describeSize(pixels),
      expected: describeSize(clip),
    });
  }
  return pixels.data;
}

/**
 * SHA-256, in hex, over the clip's source bytes: equal for the same frames wherever they lie, another one as soon as a
 * byte or the range differs.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`; AbortError
 */
export async function clipDigest(
  clip: ClipDescriptor,
  signal?: AbortSignal,
): Promise<string> {
  return clip.kind === "raw"
    ? clip.sourceDigest
    : digestFiles(clip.files, signal);
}
