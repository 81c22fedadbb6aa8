import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { checkRoom } from "../../media/check-room.ts";
import { checkWritable } from "../../media/check-writable.ts";
import { isFilmName } from "../../media/film-header.ts";
import { findImages, keptBits, type ClipDescriptor } from "../../media/clip.ts";
import { bitsOfFormat } from "../../media/pixel-format.ts";
import { runFfmpeg } from "../../media/ffmpeg.ts";
import { readMovieHeader } from "../../media/movie-header.ts";
import { movieSeconds } from "../../media/movie-length.ts";
import { checkExr } from "../../media/write-exr.ts";
import { checkProres } from "../../media/write-prores.ts";
import { openEnd } from "../../units/frame-range.ts";
import type { FrameRate } from "../../units/frame-rate.ts";
import { checkAddressSpace } from "./check-memory.ts";
import { checkApart, type UsedPlace } from "./check-places.ts";
import {
  cacheBytes,
  decodedBytes,
  type JobExtent,
  outputBytes,
} from "./disk-need.ts";
import {
  checkOutput,
  isFree,
  recoverEarlier,
} from "../output/earlier-result.ts";
import { partialFolder } from "../output/output-folder.ts";
import {
  bitsOf,
  type DecomposeRequest,
  moviesOf,
  type SubjectRequest,
} from "../request.ts";

/** One thing that can be known before the work and is said then. */
type PreflightCheck<Known> = (
  known: Known,
  signal: AbortSignal,
) => Promise<void>;

/** What is known when nothing has been read yet. */
interface Asked {
  readonly request: DecomposeRequest;
  /** Where movies are going to be decoded to. */
  readonly workFolder: string;
}

/** What is known when clip and masks have been looked at, and no frame has been computed. */
interface Described extends Asked {
  readonly clip: ClipDescriptor;
  readonly subjects: number;
  readonly threads: number;
  readonly rate: FrameRate;
  /** Folders of this job, with what an earlier run of it has left. */
  readonly jobFolder: string;
  readonly partialOutput: string;
}

// In the order in which a person would want to hear of them: what needs no patience first.
const beforeReading: readonly PreflightCheck<Asked>[] = [
  async ({ request }) => {
    await checkApart(request.outputPath, usedPlaces(request));
  },
  async ({ request }) => {
    await recoverEarlier(request.outputPath);
    await checkOutput(request.outputPath, request.overwrite);
  },
  async ({ request }) => {
    const { outputPath } = request;
    await checkWritable(partialFolder(outputPath, randomBytes(6)), outputPath);
    await checkWritable(request.cachePath);
  },
  async ({ request }, signal) => {
    if (await someNeedsFfmpeg(request))
      await runFfmpeg(["-version"], "to read movies", signal);
    else if (moviesOf(request) !== undefined)
      await runFfmpeg(["-version"], "to write ProRes movies", signal);
    else if (request.format === "exr")
      await runFfmpeg(["-version"], "to write OpenEXR files", signal);
  },
  checkRoomForMovie,
];

const beforeWork: readonly PreflightCheck<Described>[] = [
  ({ threads }) => checkAddressSpace(threads),
  async ({ request, clip, rate, workFolder }, signal) => {
    const movies = moviesOf(request);
    if (movies !== undefined)
      await checkProres(clip, rate, workFolder, signal, movies);
    if (request.format === "exr") await checkExr(clip, workFolder, signal);
  },
  async ({ request, clip, subjects, jobFolder, partialOutput }) => {
    const { cachePath, outputPath } = request;
    const extent = extentOf(clip, request, subjects, clip.bits);
    await checkRoom([
      {
        folder: cachePath,
        bytes: cacheBytes(extent),
        leftovers: [jobFolder],
      },
      {
        folder: dirname(outputPath),
        bytes: outputBytes(extent),
        leftovers: [partialOutput],
      },
    ]);
  },
];

/**
 * Everything that can be known of a job before anything is read: what its places are, and whether its programs are there.
 * What killed runs have left at the output is put right first.
 *
 * @throws LaminaError `output-overlaps`, `output-exists`, `output-foreign`, `output-is-link`, `output-unwritable`, `disk-full`,
 *   `document-too-new`, `input-missing`, `input-empty`, `media-unreadable`, `no-video-stream`, `ffmpeg-missing`,
 *   `disk-too-small`; AbortError
 */
export async function checkBeforeReading(
  asked: Asked,
  signal: AbortSignal,
): Promise<void> {
  for (const check of beforeReading) await check(asked, signal);
}

/**
 * Everything that can be known of a job once its clip and masks have been looked at: whether what it is to write can be
 * written, and has room.
 *
 * @throws LaminaError `out-of-memory`, `prores-impossible`, `exr-impossible`, `ffmpeg-missing`, `disk-too-small`, `disk-full`; AbortError
 */
export async function checkBeforeWork(
  described: Described,
  signal: AbortSignal,
): Promise<void> {
  for (const check of beforeWork) await check(described, signal);
}

/** How much a job has to write. */
const extentOf = (
  {
    width,
    height,
    frameCount,
  }: Pick<JobExtent, "width" | "height" | "frameCount">,
  request: DecomposeRequest,
  subjects: number,
  bits: JobExtent["bits"],
): JobExtent => ({
  width,
  height,
  frameCount,
  subjects,
  bits,
  movies: moviesOf(request),
  exr: request.format === "exr",
  partFrames: request.partFrames,
});

/** All that a job reads masks or labels from. */
export function maskPaths(request: DecomposeRequest): string[] {
  const of = ({ maskPath, parts = [] }: SubjectRequest): string[] => [
    maskPath,
    ...parts.flatMap(of),
  ];
  return [...request.subjects.flatMap(of), ...(request.labelPaths ?? [])];
}

const usedPlaces = (request: DecomposeRequest): UsedPlace[] => [
  { what: "the clip", path: request.clipPath },
  ...maskPaths(request).map((path) => ({ what: "the masks", path })),
  { what: "the intermediate results", path: request.cachePath },
];

/** Whether something is a movie, or images that only ffmpeg reads. */
async function someNeedsFfmpeg(request: DecomposeRequest): Promise<boolean> {
  for (const path of [request.clipPath, ...maskPaths(request)]) {
    const images = await findImages(path);
    if (images === undefined || isFilmName(images[0]!)) return true;
  }
  return false;
}

/** A movie takes by far the most room when it is decoded, which must be known before. */
async function checkRoomForMovie(
  { request, workFolder }: Asked,
  signal: AbortSignal,
): Promise<void> {
  const { clipPath, range, cachePath, outputPath } = request;
  if ((await findImages(clipPath)) !== undefined) return;
  const header = await readMovieHeader(clipPath, signal);
  const { width, height, frameRate } = header;
  const { numerator, denominator } = frameRate;
  const seconds = await movieSeconds(clipPath, signal);
  const { startInclusive = 0, endExclusive = openEnd } = range ?? {};
  const end = Math.min(
    endExclusive,
    seconds === undefined
      ? openEnd
      : Math.floor((seconds * numerator) / denominator),
  );
  const frameCount = end - startInclusive;
  // Then the length is not known, or the range is outside of it, which decoding will tell.
  if (end === openEnd || frameCount <= 0) return;
  const subjects = maskPaths(request).length;
  const bits = keptBits(bitsOfFormat(header.pixelFormat), bitsOf(request));
  const size = { width, height, frameCount };
  const extent = extentOf(size, request, subjects, bits);
  const isFresh = await isFree(workFolder);
  await checkRoom([
    {
      folder: cachePath,
      bytes: decodedBytes(extent) + (isFresh ? cacheBytes(extent) : 0),
      leftovers: [workFolder],
    },
    {
      folder: dirname(outputPath),
      // How much of it an earlier run has written is known only after decoding.
      bytes: isFresh ? outputBytes(extent) : 0,
      leftovers: [],
    },
  ]);
}
