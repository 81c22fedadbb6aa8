import { mkdir, readFile, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import {
  describeFrameRange,
  type FrameRange,
  openEnd,
} from "../units/frame-range.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import type { Size } from "../units/size.ts";
import { digestFiles, digestTexts } from "./digest.ts";
import { ffmpegComplaint, ffmpegRanOutOfDisk, runFfmpeg } from "./ffmpeg.ts";
import { writeFailure } from "./file-failure.ts";
import { type MovieHeader, readMovieHeader } from "./movie-header.ts";
import { isProcessAlive } from "./process-alive.ts";
import { replaceFile, writeWholeFile } from "./replace-file.ts";

/** What to take from each frame: its colour (3 bytes a pixel), its brightness or its alpha (1 byte a pixel). */
export type MoviePlane = "rgb" | "luma" | "alpha";

/** A movie's frames as one file of raw 8-bit samples, frame after frame, row after row, interleaved. */
export interface DecodedMovie extends Size {
  readonly file: string;
  readonly frameCount: number;
  readonly frameRate: FrameRate;
  /** SHA-256 over the movie's bytes and what was taken from it. */
  readonly sourceDigest: string;
  /** True when the movie has an alpha channel, whatever plane was taken. */
  readonly hasAlpha: boolean;
}

/** Where decoded frames go, and who watches. */
export interface DecodeOptions {
  /** Frames to take; all when absent. */
  readonly range?: FrameRange | undefined;
  /** Folder for the decoded frames; made when it is not there. */
  readonly workFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** Told how many frames are decoded so far. */
  readonly onFrames?: ((done: number) => void) | undefined;
}

/** Bytes of one sample tuple of a plane. */
const planeChannels = (plane: MoviePlane): 1 | 3 => (plane === "rgb" ? 3 : 1);

// Tells decoded files of an earlier way to decode from those of this one.
const decoding = "1";

/**
 * Decodes a movie once, from front to back, every coded frame exactly once, into a file of raw samples in
 * `workFolder`. The file is named by the movie's content, the range and the plane: what is there already is taken as it
 * is. Colour is converted with the matrix and range that the movie is tagged with; an untagged movie is taken for BT.709
 * from 720 lines on and for BT.601 below, as players do. Rotation is applied.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `no-video-stream`, `ffmpeg-missing`, `range-outside-clip`,
 *   `disk-full`, `output-unwritable`; AbortError
 */
export async function decodeMovie(
  movie: string,
  plane: MoviePlane,
  options: DecodeOptions,
): Promise<DecodedMovie> {
  const { range, workFolder, signal } = options;
  const header = await readMovieHeader(movie, signal);
  const sourceDigest = digestTexts(
    decoding,
    await digestFiles([movie], signal),
    plane,
    range === undefined ? "all" : describeFrameRange(range),
  );
  const file = path.join(workFolder, `${sourceDigest.slice(0, 32)}.${plane}`);
  const found = await findDecoded(file, header, plane, sourceDigest);
  if (found !== undefined) return found;

  try {
    await mkdir(workFolder, { recursive: true });
  } catch (error) {
    throw writeFailure(error, workFolder);
  }
  await removeLeftovers(workFolder);
  let frameCount = 0;
  await replaceFile(file, async (temporary) => {
    await decodeInto(temporary, movie, header, plane, options);
    const { size } = await stat(temporary);
    frameCount = size / frameBytes(header, plane);
    const expected =
      range === undefined || range.endExclusive === openEnd
        ? undefined
        : range.endExclusive - range.startInclusive;
    if (frameCount === (expected ?? frameCount) && frameCount > 0) return;
    if (range === undefined) {
      throw new LaminaError({
        code: "media-unreadable",
        path: movie,
        detail: "it holds no frame that can be decoded",
      });
    }
    throw new LaminaError({
      code: "range-outside-clip",
      range: describeFrameRange(range),
      frameCount: await countFrames(movie, signal),
    });
  });
  const decoded = {
    ...describeDecoded(file, header, sourceDigest),
    frameCount,
  };
  await writeWholeFile(`${file}.json`, JSON.stringify({ frameCount }));
  return decoded;
}

const frameBytes = (size: Size, plane: MoviePlane): number =>
  size.width * size.height * planeChannels(plane);

const describeDecoded = (
  file: string,
  { width, height, frameRate, hasAlpha }: MovieHeader,
  sourceDigest: string,
): Omit<DecodedMovie, "frameCount"> => ({
  file,
  width,
  height,
  frameRate,
  sourceDigest,
  hasAlpha,
});

/** Takes an earlier run's file only when its note says it was finished and its length agrees. */
async function findDecoded(
  file: string,
  header: MovieHeader,
  plane: MoviePlane,
  sourceDigest: string,
): Promise<DecodedMovie | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(`${file}.json`, "utf8"));
    if (typeof note !== "object" || note === null) return undefined;
    const frameCount = "frameCount" in note ? note.frameCount : undefined;
    if (typeof frameCount !== "number" || frameCount < 1) return undefined;
    const { size } = await stat(file);
    return size === frameCount * frameBytes(header, plane)
      ? { ...describeDecoded(file, header, sourceDigest), frameCount }
      : undefined;
  } catch {
    // Whatever is wrong with it, decoding again makes it right.
    return undefined;
  }
}

async function decodeInto(
  temporary: string,
  movie: string,
  header: MovieHeader,
  plane: MoviePlane,
  { range, signal, onFrames }: DecodeOptions,
): Promise<void> {
  const { width, height } = header;
  const filters = [
    ...(range === undefined ? [] : [trimFilter(range)]),
    ...(plane === "alpha" ? ["alphaextract"] : []),
    `scale=${width}:${height}:in_color_matrix=${inputMatrix(header)}:out_range=pc` +
      ":flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact",
    `format=${plane === "rgb" ? "rgb24" : "gray"}`,
  ];
  const run = await runFfmpeg(
    // prettier-ignore
    ["-v", "error", "-nostats", "-progress", "pipe:1", "-i", movie, "-map", "0:V:0",
     "-vf", filters.join(","), "-fps_mode", "passthrough", "-f", "rawvideo", "-y", temporary],
    "to read movies",
    signal,
    (chunk) => {
      const frames = [
        ...chunk.toString("latin1").matchAll(/^frame=\s*(\d+)/gm),
      ];
      const last = frames.at(-1)?.[1];
      if (last !== undefined) onFrames?.(Number(last));
    },
  );
  if (ffmpegRanOutOfDisk(run.messages)) {
    throw new LaminaError({
      code: "disk-full",
      path: path.dirname(temporary),
    });
  }
  const cutOff = /partial file|truncated|ended prematurely/i.test(run.messages);
  if (run.exitCode === 0 && !cutOff) return;
  throw new LaminaError({
    code: "media-unreadable",
    path: movie,
    detail: cutOff ? "it is cut off" : ffmpegComplaint(run.messages),
  });
}

const trimFilter = ({ startInclusive, endExclusive }: FrameRange): string =>
  endExclusive === openEnd
    ? `trim=start_frame=${startInclusive}`
    : `trim=start_frame=${startInclusive}:end_frame=${endExclusive}`;

/** swscale takes the matrix from the tag; only what is not tagged needs a decision. */
function inputMatrix({ colourSpace, height }: MovieHeader): string {
  if (!["unknown", "reserved"].includes(colourSpace)) return "auto";
  return height >= 720 ? "bt709" : "bt601";
}

async function countFrames(
  movie: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  let frames = 0;
  await runFfmpeg(
    // prettier-ignore
    ["-v", "error", "-nostats", "-progress", "pipe:1", "-i", movie, "-map", "0:V:0",
     "-fps_mode", "passthrough", "-f", "null", "-"],
    "to read movies",
    signal,
    (chunk) => {
      for (const [, count] of chunk
        .toString("latin1")
        .matchAll(/^frame=\s*(\d+)/gm)) {
        frames = Number(count);
      }
    },
  );
  return frames;
}

/** Removes what killed processes left half-written; the files of living ones stay. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const process_ = /\.(\d+)-\d+\.part$/.exec(name)?.[1];
    if (process_ === undefined || isProcessAlive(Number(process_))) continue;
    await rm(path.join(folder, name), { force: true });
  }
}
