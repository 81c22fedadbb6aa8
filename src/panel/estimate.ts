import { trainingShare } from "../job-contract/quality.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import type { Size } from "../units/size.ts";

/** What is to be decomposed, as far as its cost depends on it. */
export interface Work extends Size {
  readonly frameCount: number;
  readonly subjects: number;
  readonly quality: ServiceJob["request"]["quality"];
}

/** What a decomposition is going to cost. */
export interface Estimate {
  readonly seconds: number;
  /** What stays: the layers. */
  readonly layerBytes: number;
  /** What is needed besides while it runs: exported frames and masks. */
  readonly workingBytes: number;
  /** Whether the time comes from this machine's own runs, or from typical ones. */
  readonly measuredHere: boolean;
}

// Measured on two cores (CHANGELOG.md): 12 s for 240 steps of training, then 0.35 s a frame and 0.24 s for each megapixel of it.
const typicalSeconds = (work: Work): number => {
  const megapixels = (work.width * work.height) / 1e6;
  const perFrame = 0.28 + 0.07 * work.subjects + 0.24 * megapixels;
  return 12 * trainingShare(work.quality) + work.frameCount * perFrame;
};

// Bytes of a PNG file for each pixel, measured at 1920x1080: a full frame, an object on transparent ground, a mask.
const FULL_FRAME_BYTES = 2.7;
/** Of an object, as above. */
const OBJECT_FRAME_BYTES = 0.45;
/** Of a mask, as above. */
const MASK_FRAME_BYTES = 0.05;

/**
 * Estimates time and disk of a decomposition. The time is what is typical for such work, corrected by the median of how this
 * machine's finished runs compare with what is typical for them.
 *
 * @param finished runs whose sizes are known
 */
export function estimate(
  work: Work,
  finished: readonly { readonly work: Work; readonly seconds: number }[],
): Estimate {
  const pixels = work.width * work.height * work.frameCount;
  const ratios = finished
    .map((run) => run.seconds / typicalSeconds(run.work))
    .sort((a, b) => a - b);
  const factor = ratios[ratios.length >> 1] ?? 1;
  return {
    seconds: factor * typicalSeconds(work),
    layerBytes:
      pixels * (FULL_FRAME_BYTES + OBJECT_FRAME_BYTES * work.subjects),
    workingBytes:
      pixels * (FULL_FRAME_BYTES + MASK_FRAME_BYTES * work.subjects),
    measuredHere: ratios.length > 0,
  };
}

/** Seconds that a finished job took in all its stages, unless an earlier run had done some of them. */
export function secondsOf({ summary }: ServiceJob): number | undefined {
  if (summary === undefined) return undefined;
  if (summary.stages.some(({ resumed }) => resumed)) return undefined;
  return summary.stages.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** `about 40 s`, `about 3 min`, `about 1 h 20 min`. */
export function describeSeconds(seconds: number): string {
  if (seconds < 90) {
    return `about ${Math.max(5, 5 * Math.round(seconds / 5))} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `0:42`, `1:05:09`: time left, counting down. */
export function describeClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  const [minutes, rest] = parts as [number, number];
  const padded = String(rest).padStart(2, "0");
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${padded}`
    : `${minutes}:${padded}`;
}

/** `850 KB`, `12 MB`, `3.4 GB`. */
export function describeBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
