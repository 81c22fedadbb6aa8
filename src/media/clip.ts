import { isImageName } from "../job-contract/image-format.ts";
import { stat } from "node:fs/promises";
import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import {
  describeFrameRange,
  type FrameRange,
  openEnd,
  resolveFrameRange,
} from "../units/frame-range.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import type { ColourTags } from "../units/colour-tags.ts";
import type { PixelAspect } from "../units/pixel-aspect.ts";
import { laterTimecode, type Timecode } from "../units/timecode.ts";
import { describeSize, type Size, sameSize } from "../units/size.ts";
import { type AlphaChoice } from "../job-contract/source-choices.ts";
import {
  type AlphaColours,
  judgeImageAlpha,
  judgeMovieAlpha,
} from "./clip-alpha.ts";
import type { Damage } from "./damage.ts";
import { digestFiles, digestTexts } from "./digest.ts";
import {
  conformedRate,
  isSteady,
  paceFrames,
  type Pacing,
} from "./frame-pacing.ts";
import { holdImages } from "./held-images.ts";
import { readFailure } from "./file-failure.ts";
import { readCodes, readDeepRgb, readRgb } from "./image-file.ts";
import { listSequence, readCommonHeader } from "./image-folder.ts";
import { fillGaps, type ImageSequence } from "./image-sequence.ts";
import {
  type DecodedMovie,
  type DecodeOptions,
  decodeMovie,
} from "./movie-frames.ts";
import { type MovieHeader, readMovieHeader } from "./movie-header.ts";
import { readPngColour } from "./png-colour.ts";
import { shownTimes } from "./movie-times.ts";
import { bitsOfFormat } from "./pixel-format.ts";
import { readRawFrame } from "./raw-file.ts";

/** What a clip says of its frames beside their pixels; absent where it says nothing. */
export interface SourceTags {
  readonly colour?: ColourTags | undefined;
  readonly pixelAspect?: PixelAspect | undefined;
  /** Of the first frame that is taken. */
  readonly timecode?: Timecode | undefined;
  /** Bits of its layers' samples; 8 when absent. */
  readonly bits?: 8 | 16 | undefined;
}

/** The alpha of a clip that is transparent somewhere. */
interface ClipAlpha {
  readonly colours: AlphaColours;
  /** Where a movie's lies as raw samples, as deep as its colours: `[frameCount, height, width]`. */
  readonly file?: string | undefined;
}

/** A clip whose frames are image files, in order. */
interface ImageClip extends Size, SourceTags {
  readonly kind: "images";
  readonly files: readonly string[];
  readonly frameCount: number;
  readonly alpha?: ClipAlpha | undefined;
  /** What is wrong with it, when it was taken nevertheless. */
  readonly damage?: Damage | undefined;
}

/** A clip whose frames lie in one file as raw RGB, 8 bits a sample, `[frameCount, height, width, 3]`. */
interface RawClip extends Size, SourceTags {
  readonly kind: "raw";
  readonly file: string;
  readonly frameCount: number;
  readonly frameRate: FrameRate;
  /** SHA-256 over the movie that the frames come from, and the range. */
  readonly sourceDigest: string;
  /** Which of the file's frames are shown, where the movie's rate varies; `frameCount` of them. */
  readonly pacing?: Pacing | undefined;
  readonly alpha?: ClipAlpha | undefined;
  /** What is wrong with it, when it was taken nevertheless. */
  readonly damage?: Damage | undefined;
}

/** How a clip is looked at. */
export interface ClipOptions extends DecodeOptions {
  /** The rate at which a movie whose own varies is shown. */
  readonly frameRate?: FrameRate | undefined;
  /** Images may stand in for missing numbers; without it they are refused. */
  readonly allowGaps?: boolean | undefined;
  /** What is said of its alpha; found out when absent. */
  readonly alpha?: AlphaChoice | undefined;
  /** Bits a sample to be kept: `auto` for 16 where the source has more than 8; 8 when absent. */
  readonly bits?: BitsChoice | undefined;
}

/** How many bits a sample are kept of a clip. */
export type BitsChoice = 8 | 16 | "auto";

/** The bits to keep of a source that has so many. */
export const keptBits = (sourceBits: number, choice: BitsChoice = 8): 8 | 16 =>
  choice === "auto" ? (sourceBits > 8 ? 16 : 8) : choice;

/** A clip as plain JSON, so that any thread can open it again. */
export type ClipDescriptor = ImageClip | RawClip;

/**
 * Looks at a clip: a folder of images in natural order, one image, or a movie, which is decoded into
 * `workFolder` once. All images are looked through for damage.
 *
 * @throws LaminaError `input-missing`, `input-empty`, `media-unreadable`, `media-damaged`, `frame-sizes-differ`,
 *   `range-outside-clip`; for movies also what `decodeMovie` throws; AbortError
 */
export async function describeClip(
  path: string,
  options: ClipOptions,
): Promise<ClipDescriptor> {
  options.signal?.throwIfAborted();
  const sequence = await findSequence(path);
  if (sequence === undefined) return describeMovie(path, options);
  const { files, held: missing } = fillGaps(
    path,
    sequence,
    options.allowGaps === true,
  );
  const { startInclusive, endExclusive } = insideOf(files, options.range);
  const named = files.slice(startInclusive, endExclusive);
  const { width, height, isLight, ...header } = await readCommonHeader(
    named,
    options.signal,
  );
  const bits = keptBits(header.bits, options.bits);
  const colour = isLight ? sceneColour : await readPngColour(named[0]!);
  const held = await holdImages(
    path,
    named,
    options.damaged,
    options.signal,
    missing
      .map((frame) => frame - startInclusive)
      .filter((frame) => frame >= 0 && frame < named.length),
  );
  const frameCount = named.length;
  const colours = header.hasAlpha
    ? await coloursBeneath(options, () =>
        judgeImageAlpha(held.files, undefined, options.signal),
      )
    : undefined;
  return {
    kind: "images",
    ...held,
    ...(colours !== undefined && { alpha: { colours } }),
    width,
    height,
    frameCount,
    ...(bits === 16 && { bits }),
    ...(colour !== undefined && { colour }),
  };
}

/** How colours lie beneath a clip's alpha; undefined where it is opaque or its alpha is left out. */
async function coloursBeneath(
  { alpha }: ClipOptions,
  judge: () => Promise<AlphaColours | undefined>,
): Promise<AlphaColours | undefined> {
  if (alpha === "ignore") return undefined;
  const found = await judge();
  return found && (alpha ?? found);
}

/** What the codes of scene-linear images are; see `codeOfScene`. */
const sceneColour: ColourTags = {
  range: "pc",
  primaries: "unknown",
  transfer: "acescct",
  matrix: "gbr",
};

async function describeMovie(
  path: string,
  options: ClipOptions,
): Promise<RawClip> {
  const { range, signal } = options;
  const header = await readMovieHeader(path, signal);
  // Which frames a range means is known only by the times of all, where they keep to no rate.
  const isCut =
    range !== undefined && (await keepsToRate(path, header, signal));
  const bits = keptBits(bitsOfFormat(header.pixelFormat), options.bits);
  const decoding = { ...options, range: isCut ? range : undefined };
  const isDeep = bits === 16;
  const movie = await decodeMovie(path, isDeep ? "rgb48" : "rgb", decoding);
  const colours = header.hasAlpha
    ? await coloursBeneath(options, () =>
        judgeMovieAlpha(path, header.stream, undefined, signal),
      )
    : undefined;
  const matte =
    colours &&
    (await decodeMovie(path, isDeep ? "alpha16" : "alpha", decoding));
  const { width, height, file, sourceDigest, damage } = movie;
  const paced = paceMovie(movie, options.frameRate, isCut ? undefined : range);
  const { colour, pixelAspect } = header;
  const start = isCut ? range.startInclusive : paced.startInclusive;
  const timecode =
    header.timecode && laterTimecode(header.timecode, start, header.frameRate);
  return {
    kind: "raw",
    file,
    width,
    height,
    frameCount: paced.pacing?.frames.length ?? movie.frameCount,
    frameRate: paced.frameRate,
    sourceDigest,
    colour,
    pixelAspect,
    ...(bits === 16 && { bits }),
    ...(timecode && { timecode }),
    ...(damage && { damage }),
    ...(paced.pacing && { pacing: paced.pacing }),
    ...(colours && matte && { alpha: { colours, file: matte.file } }),
  };
}

/** How a movie's frames are shown: as they are where they keep to a rate, else by their times. */
function paceMovie(
  { times, frameRate, frameCount }: DecodedMovie,
  asked: FrameRate | undefined,
  range: FrameRange | undefined,
): {
  readonly frameRate: FrameRate;
  readonly pacing?: Pacing | undefined;
  readonly startInclusive: number;
} {
  const isVarying = times?.length === frameCount && frameCount >= fewestTimes;
  const rate = isVarying ? (asked ?? conformedRate(times)) : frameRate;
  const pacing =
    isVarying && !isSteady(times, rate) ? paceFrames(times, rate) : undefined;
  if (range === undefined)
    return { frameRate: rate, pacing, startInclusive: 0 };
  const { frames, ...rest } = pacing ?? {
    codedCount: frameCount,
    average: rate.numerator / rate.denominator,
    frames: Array.from({ length: frameCount }, (_, t) => t),
  };
  const { startInclusive, endExclusive } = insideOf(frames, range);
  return {
    frameRate: rate,
    pacing: { ...rest, frames: frames.slice(startInclusive, endExclusive) },
    startInclusive,
  };
}

/** Of fewer frames nobody can tell a rate. */
const fewestTimes = 2;

/** Whether the times of a movie's coded pictures keep to its rate; true where they have none. */
async function keepsToRate(
  path: string,
  { stream, frameRate }: MovieHeader,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const times = await shownTimes(path, stream, signal);
  return times === undefined || isSteady(times, frameRate);
}

/**
 * The image files that `path` stands for: those of a folder, or itself when it is an image.
 *
 * @returns undefined when `path` is another kind of file, to be taken for a movie
 * @throws LaminaError `input-missing`, `input-empty`, `media-unreadable`, `sequence-unclear`
 */
export async function findSequence(
  path: string,
): Promise<ImageSequence | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) {
      return isImageName(path) ? { files: [path] } : undefined;
    }
  } catch (error) {
    throw readFailure(error, path);
  }
  return listSequence(path);
}

/** The files of `findSequence` alone. */
export const findImages = async (
  path: string,
): Promise<readonly string[] | undefined> => (await findSequence(path))?.files;

/** The range within a clip's frames; all of them without one. */
function insideOf(
  frames: readonly unknown[],
  range: FrameRange | undefined,
): FrameRange {
  const inside = resolveFrameRange(
    range ?? { startInclusive: 0, endExclusive: openEnd },
    frames.length,
  );
  if (inside !== undefined) return inside;
  throw new LaminaError({
    code: "range-outside-clip",
    range: range === undefined ? "of all frames" : describeFrameRange(range),
    frameCount: frames.length,
  });
}

/**
 * Reads frame `index` (0-based) with 8 bits a sample.
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
    if (clip.bits === 16) return narrowed(await readDeepFrame(clip, index));
    const coded = clip.pacing?.frames[index] ?? index;
    return readRawFrame(clip.file, coded, clip.width * clip.height * 3);
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

/** 16-bit code values as the nearest of 8 bits. */
const narrowed = (codes: Uint16Array): Uint8Array =>
  Uint8Array.from(codes, (code) => Math.round(code / 257));

/**
 * Reads frame `index` (0-based) of a clip of which 16 bits a sample are kept.
 *
 * @returns `[height, width, 3]` interleaved RGB code values, 0 to 65535
 * @throws LaminaError as `readFrame`
 */
export async function readDeepFrame(
  clip: ClipDescriptor,
  index: number,
): Promise<Uint16Array> {
  assert(clip.bits === 16 && index >= 0 && index < clip.frameCount, "no frame");
  if (clip.kind === "raw") {
    const coded = clip.pacing?.frames[index] ?? index;
    const bytes = await readRawFrame(
      clip.file,
      coded,
      clip.width * clip.height * 6,
    );
    return new Uint16Array(bytes.buffer);
  }
  const path = clip.files[index]!;
  const { data, ...size } = await readDeepRgb(path);
  if (sameSize(size, clip)) return data;
  throw new LaminaError({
    code: "frame-sizes-differ",
    path,
    found: describeSize(size),
    expected: describeSize(clip),
  });
}

/**
 * Reads the alpha of frame `index` (0-based) of a clip that has one.
 *
 * @returns `[height, width]` code values, as deep as the clip's layers
 * @throws LaminaError as `readFrame`
 */
export async function readAlpha(
  clip: ClipDescriptor,
  index: number,
): Promise<Uint8Array | Uint16Array> {
  assert(clip.alpha !== undefined && index < clip.frameCount, "no alpha");
  const { bits = 8, width, height } = clip;
  const area = width * height;
  if (clip.kind === "raw") {
    const coded = clip.pacing?.frames[index] ?? index;
    const { file } = clip.alpha;
    assert(file !== undefined, "a movie's alpha is decoded");
    const bytes = await readRawFrame(file, coded, (area * bits) / 8);
    return bits === 16 ? new Uint16Array(bytes.buffer) : bytes;
  }
  const { channels, data } = await readCodes(clip.files[index]!, bits);
  const alpha = bits === 16 ? new Uint16Array(area) : new Uint8Array(area);
  if (channels === 3) return alpha.fill(bits === 16 ? 65535 : 255);
  for (let i = 0; i < area; i++) alpha[i] = data[4 * i + 3]!;
  return alpha;
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
    ? clip.pacing === undefined
      ? clip.sourceDigest
      : digestTexts(clip.sourceDigest, JSON.stringify(clip.pacing.frames))
    : clip.bits === 16
      ? digestTexts(await digestFiles(clip.files, signal), "16 bits")
      : digestFiles(clip.files, signal);
}
