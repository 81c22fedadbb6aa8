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
import { type Damage, type DamagePolicy, damagedFrames } from "./damage.ts";
import { digestFiles, digestTexts } from "./digest.ts";
import {
  ffmpegComplaint,
  type FfmpegRun,
  ffmpegRanOutOfDisk,
} from "./ffmpeg.ts";
import { writeFailure } from "./file-failure.ts";
import { writeHeldFrames } from "./held-frames.ts";
import { damageComplaints } from "./damage-complaints.ts";
import { examineDamage, hasGap } from "./movie-damage.ts";
import {
  type FieldChoice,
  type MatrixChoice,
} from "../job-contract/source-choices.ts";
import { fieldFilters } from "./deinterlace.ts";
import { isSteady } from "./frame-pacing.ts";
import { type MovieHeader, readMovieHeader } from "./movie-header.ts";
import { ffmpegFileName, movieInput } from "./movie-input.ts";
import { planRecovery, type Recovery } from "./movie-recovery.ts";
import {
  LineReader,
  microseconds,
  countTimes,
  readShown,
  timeFilters,
} from "./movie-times.ts";
import { isProcessAlive } from "./process-alive.ts";
import { replaceFile, writeWholeFile } from "./replace-file.ts";
import { runReading } from "./run-reading.ts";
import { inputMatrix } from "./untagged-matrix.ts";

/** What to take from each frame: its colour (3 bytes a pixel, or 6 with 16 bits a sample, little-endian), its brightness or its alpha (1 byte a pixel, or 2 as before). */
export type MoviePlane = "rgb" | "rgb48" | "luma" | "alpha" | "alpha16";

/** A movie's frames as one file of raw samples, frame after frame, row after row, interleaved. */
export interface DecodedMovie extends Size {
  readonly file: string;
  readonly frameCount: number;
  readonly frameRate: FrameRate;
  /** SHA-256 over the movie's bytes and what was taken from it. */
  readonly sourceDigest: string;
  /** What the movie says of itself. */
  readonly header: MovieHeader;
  /** When each frame is shown, microseconds, where they do not keep to the rate; see `isSteady`. */
  readonly times?: readonly number[] | undefined;
  /** What is wrong with it, when it was taken nevertheless. */
  readonly damage?: Damage | undefined;
}

/** Where decoded frames go, and who watches. */
export interface DecodeOptions {
  /** Frames to take; all when absent. */
  readonly range?: FrameRange | undefined;
  /** Folder for the decoded frames; made when it is not there. */
  readonly workFolder: string;
  /** What becomes of damaged and missing frames; `refuse` when absent. */
  readonly damaged?: DamagePolicy | undefined;
  /** Reads colours with this matrix whatever the movie says. */
  readonly matrix?: MatrixChoice | undefined;
  /** What becomes of interlaced frames; `keep` when absent. */
  readonly fields?: FieldChoice | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told how many frames are decoded so far. */
  readonly onFrames?: ((done: number) => void) | undefined;
}

/** Bytes of one pixel of a plane, and ffmpeg's name of it. */
const planes: Readonly<
  Record<MoviePlane, { readonly bytes: number; readonly format: string }>
> = {
  rgb: { bytes: 3, format: "rgb24" },
  rgb48: { bytes: 6, format: "rgb48le" },
  luma: { bytes: 1, format: "gray" },
  alpha: { bytes: 1, format: "gray" },
  alpha16: { bytes: 2, format: "gray16le" },
};

// Tells decoded files of an earlier way to decode from those of this one.
const decoding = "3";

/**
 * Decodes a movie once, from front to back, every coded frame exactly once, into a file of raw samples in
 * `workFolder`. The file is named by the movie's content, the range and the plane: what is there already is taken as it
 * is. Colour is converted with the matrix and range that the movie is tagged with, see `inputMatrix`. Rotation is applied. A movie with damaged or missing frames is
 * refused, or another frame is held in their places, so that no frame ever moves to another one's place.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`, `media-damaged`, `no-video-stream`, `ffmpeg-missing`,
 *   `ffmpeg-ended`, `range-outside-clip`, `disk-full`, `output-unwritable`; AbortError
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
    ...(options.damaged === "hold" ? ["hold"] : []),
    JSON.stringify([options.matrix ?? "auto", options.fields ?? "keep"]),
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
  let damage: Damage | undefined;
  let times: readonly number[] | undefined;
  await replaceFile(file, async (temporary) => {
    const doubts = await decodeInto(temporary, movie, header, plane, options);
    if (doubts.complaints.length > 0 || doubts.hasGap)
      damage = await mend(temporary, movie, header, plane, options, doubts);
    if (damage === undefined && !isSteady(doubts.shown, header.frameRate))
      times = doubts.shown;
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
      frameCount: await countFrames(movie, header, signal),
    });
  });
  const decoded = {
    ...describeDecoded(file, header, sourceDigest),
    frameCount,
    damage,
    times,
  };
  await writeWholeFile(
    `${file}.json`,
    JSON.stringify({ frameCount, damage, times }),
  );
  return decoded;
}

const frameBytes = (size: Size, plane: MoviePlane): number =>
  size.width * size.height * planes[plane].bytes;

const describeDecoded = (
  file: string,
  header: MovieHeader,
  sourceDigest: string,
): Omit<DecodedMovie, "frameCount" | "damage" | "times"> => ({
  file,
  width: header.width,
  height: header.height,
  frameRate: header.frameRate,
  sourceDigest,
  header,
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
    const damage = "damage" in note ? (note.damage as Damage) : undefined;
    const times = "times" in note ? (note.times as number[]) : undefined;
    const { size } = await stat(file);
    return size === frameCount * frameBytes(header, plane)
      ? {
          ...describeDecoded(file, header, sourceDigest),
          frameCount,
          damage,
          times,
        }
      : undefined;
  } catch {
    // Whatever is wrong with it, decoding again makes it right.
    return undefined;
  }
}

/** What makes one look for damage. */
interface Doubts {
  /** What ffmpeg says that means damage, line by line. */
  readonly complaints: readonly string[];
  readonly hasGap: boolean;
  /** When each decoded frame is shown, microseconds. */
  readonly shown: readonly number[];
}

async function decodeInto(
  temporary: string,
  movie: string,
  header: MovieHeader,
  plane: MoviePlane,
  options: DecodeOptions,
): Promise<Doubts> {
  const { range, damaged, signal, onFrames } = options;
  const filters = [
    ...(range === undefined ? [] : [trimFilter(range)]),
    ...planeFilters(header, plane, options),
    microseconds,
    ...timeFilters,
  ];
  const lines = new LineReader();
  let frames = 0;
  const run = await runReading(
    // prettier-ignore
    ["-v", "error", ...movieInput(movie, header.stream),
     "-vf", filters.join(","), "-fps_mode", "passthrough", "-f", "rawvideo", "-y", ffmpegFileName(temporary)],
    movie,
    signal,
    (chunk) => {
      lines.add(chunk);
      frames += countTimes(chunk);
      onFrames?.(frames);
    },
  );
  checkRun(run, movie, temporary, damaged);
  const shown = readShown(lines);
  return {
    complaints: damageComplaints(run.messages),
    hasGap: hasGap(shown, header.frameRate),
    shown,
  };
}

/** Filters that make raw samples of a frame. */
const planeFilters = (
  header: MovieHeader,
  plane: MoviePlane,
  { matrix, fields = "keep" }: DecodeOptions,
): string[] => [
  // Alpha has no range but the full one, whatever its picture is tagged with.
  ...(plane.startsWith("alpha") ? ["alphaextract", "setparams=range=pc"] : []),
  ...fieldFilters(fields, header),
  `scale=${header.width}:${header.height}:in_color_matrix=${inputMatrix(header, matrix)}:out_range=pc` +
    ":flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact",
  `format=${planes[plane].format}`,
];

function checkRun(
  { exitCode, messages }: FfmpegRun,
  movie: string,
  temporary: string,
  damaged: DamagePolicy | undefined,
): void {
  if (ffmpegRanOutOfDisk(messages)) {
    throw new LaminaError({
      code: "disk-full",
      path: path.dirname(temporary),
    });
  }
  const cutOff = /partial file|truncated|ended prematurely/i.test(messages);
  if (exitCode === 0 && (!cutOff || damaged === "hold")) return;
  throw new LaminaError({
    code: "media-unreadable",
    path: movie,
    detail: cutOff ? "it is cut off" : ffmpegComplaint(messages),
  });
}

/**
 * Puts a damaged movie's frames where they belong and holds good ones in the places of bad ones, or refuses the movie.
 *
 * @param temporary what was decoded; replaced unless it is right as it is
 * @returns what is wrong with the frames taken; undefined when nothing is
 */
async function mend(
  temporary: string,
  movie: string,
  header: MovieHeader,
  plane: MoviePlane,
  options: DecodeOptions,
  { complaints, hasGap }: Doubts,
): Promise<Damage | undefined> {
  const { range, damaged, signal } = options;
  const found = await examineDamage(movie, header, hasGap, signal);
  const recovery = planRecovery(found, range);
  if (recovery === undefined) {
    // Without a word from ffmpeg, times that leave some out are the movie's own.
    if (complaints.length === 0) return undefined;
    const complaint = ffmpegComplaint(complaints.join("\n"));
    const detail = `ffmpeg says "${complaint}" (${complaints.length} ${complaints.length === 1 ? "complaint" : "complaints"}), and it cannot be told which frames that concerns`;
    // Where frames have no times, some may be gone and all others have moved.
    if (found === undefined)
      throw new LaminaError({ code: "media-unreadable", path: movie, detail });
    if (damaged !== "hold")
      throw new LaminaError({
        code: "media-damaged",
        path: movie,
        count: 0,
        detail,
      });
    return { held: [], complaint };
  }
  const { bad, first } = recovery;
  if (bad.length > 0 && damaged !== "hold")
    throw damagedFrames(
      movie,
      bad.map((frame) => frame + first),
    );
  if (recovery.sources === undefined)
    throw new LaminaError({
      code: "media-unreadable",
      path: movie,
      detail: "it holds no frame that can be decoded whole",
    });
  await decodeInPlaces(temporary, movie, header, plane, recovery, options);
  return bad.length > 0 ? { held: bad } : undefined;
}

/** Decodes with an eye on each frame's time, so that frames that are missing move no other. */
async function decodeInPlaces(
  temporary: string,
  movie: string,
  header: MovieHeader,
  plane: MoviePlane,
  recovery: Recovery,
  options: DecodeOptions,
): Promise<void> {
  const { signal } = options;
  const [from, to] = recovery.span;
  const filters = [
    microseconds,
    `trim=start_pts=${from}:end_pts=${to}`,
    ...planeFilters(header, plane, options),
    ...timeFilters,
  ];
  await replaceFile(`${temporary}.decoded`, async (loose) => {
    const lines = new LineReader();
    const run = await runReading(
      // prettier-ignore
      ["-v", "error", "-copyts", ...movieInput(movie, header.stream), "-vf", filters.join(","),
       "-fps_mode", "passthrough", "-f", "rawvideo", "-y", ffmpegFileName(loose)],
      movie,
      signal,
      (chunk) => {
        lines.add(chunk);
      },
    );
    checkRun(run, movie, temporary, "hold");
    await writeHeldFrames(
      loose,
      temporary,
      frameBytes(header, plane),
      recovery.place(readShown(lines)),
      recovery.sources!,
    );
  });
  await rm(`${temporary}.decoded`, { force: true });
}

const trimFilter = ({ startInclusive, endExclusive }: FrameRange): string =>
  endExclusive === openEnd
    ? `trim=start_frame=${startInclusive}`
    : `trim=start_frame=${startInclusive}:end_frame=${endExclusive}`;

async function countFrames(
  movie: string,
  { stream }: MovieHeader,
  signal: AbortSignal | undefined,
): Promise<number> {
  let frames = 0;
  await runReading(
    // prettier-ignore
    ["-v", "error", "-nostats", "-progress", "pipe:1", ...movieInput(movie, stream),
     "-fps_mode", "passthrough", "-f", "null", "-"],
    movie,
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
