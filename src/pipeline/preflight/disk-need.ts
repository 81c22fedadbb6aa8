import type { Size } from "../../units/size.ts";
import type { ProresKind } from "../../media/write-prores.ts";
import { workingSize } from "../execution/job-plan.ts";

/** What decides how much a job writes. */
export interface JobExtent extends Size {
  readonly frameCount: number;
  readonly subjects: number;
  /** Which movies are written beside the frames. */
  readonly movies: ProresKind | undefined;
  /** Whether OpenEXR files are written beside the frames. */
  readonly exr: boolean;
  /** Whether the layers' parts are written too. */
  readonly partFrames?: boolean | undefined;
  /** Of the layers' samples; 8 when absent. */
  readonly bits?: 8 | 16 | undefined;
}

const area = ({ width, height }: Size): number => width * height;

/** Bytes of intermediate results, at their most. */
export const cacheBytes = (extent: JobExtent): number =>
  extent.frameCount * area(workingSize(extent)) * CACHE_BYTES;

/**
 * Per pixel at working size and frame. 178 MB were there at most for a tennis player over 70 frames of 448x256 (`du -sb` on the
 * cache every 0.4 s): 22.2. Further subjects need more; what is certain to be too little is refused, not what may be.
 */
const CACHE_BYTES = 22;

/** Bytes of the finished layers. */
export const outputBytes = (extent: JobExtent): number =>
  extent.frameCount *
  area(extent) *
  ((PNG_BACKGROUND +
    (PNG_OBJECT + (extent.partFrames === true ? PNG_PARTS : APART)) *
      extent.subjects) *
    sampleBytes(extent) +
    (PRORES_BACKGROUND + PRORES_OBJECT * extent.subjects) *
      (extent.movies === undefined ? 0 : MOVIE_SHARES[extent.movies]) +
    (extent.exr
      ? (EXR_BACKGROUND + EXR_OBJECT * extent.subjects) * sampleBytes(extent)
      : 0));

/** Per pixel and frame; of the same result, 20.2 MB of background and 2.4 MB of the player: 2.5 and 0.3. */
const PNG_BACKGROUND = 2.5;
/** Bytes a pixel, frame and subject, of the same result. */
const PNG_OBJECT = 0.3;
/** Bytes a pixel, frame and subject of a layer's parts: 396 kB beside the layer's 320 kB over 12 frames of the sample scene. */
const PNG_PARTS = 0.25;
/** Bytes a pixel, frame and subject of what tells how layers come apart: 189 kB over 24 frames of a tennis player at 448x256. */
const APART = 0.07;
/** As above: 7.2 MB and 2.9 MB. */
const PRORES_BACKGROUND = 0.9;
/** Bytes a pixel, frame and subject, of the same movies. */
const PRORES_OBJECT = 0.36;

/** As for PNG, 1.4 times: 2.2 MB beside 1.6 MB of background, 0.55 MB beside 0.32 MB of layer, of 12 frames with 16 bits. */
const EXR_BACKGROUND = 3.5;
/** Bytes a pixel, frame and subject, of the same files. */
const EXR_OBJECT = 0.5;

/** Apple's white paper: XQ takes 500 Mbit/s where 4444 takes 330. */
const MOVIE_SHARES: Readonly<Record<ProresKind, number>> = {
  "4444": 1,
  "4444xq": 1.5,
};

/** Bytes of a movie's frames as they are decoded: three samples a pixel. */
export const decodedBytes = (extent: JobExtent): number =>
  extent.frameCount * area(extent) * 3 * sampleBytes(extent);

/** Bytes of a sample. */
const sampleBytes = ({ bits = 8 }: JobExtent): number => bits / 8;
