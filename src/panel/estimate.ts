import { trainingShare } from "../job-contract/quality.ts";
import type { MachineSpeed, ServiceJob } from "../protocol/service-api.ts";
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
  /** Whether the time comes from this machine's own runs, from a short measurement of it, or from what is typical. */
  readonly by: "runs" | "test" | "typical";
}

/** Processors of the machine that typical times were measured on. */
const TYPICAL_PROCESSORS = 2;
/** Of threads beyond this many, jobs gain little. */
const MOST_PROCESSORS = 16;

// Measured on two cores (CHANGELOG.md): 12 s for 240 steps of training, then 0.35 s a frame and 0.24 s for each megapixel of it.
const typicalTraining = ({ quality }: Pick<Work, "quality">): number =>
  12 * trainingShare(quality);
const typicalFrames = (work: Omit<Work, "quality">): number => {
  const megapixels = (work.width * work.height) / 1e6;
  const perFrame = 0.28 + 0.07 * work.subjects + 0.24 * megapixels;
  return work.frameCount * perFrame;
};

/** How many times as long as is typical a machine takes for training and for the rest, by its runs and by a short measurement. */
function slownessOf(
  work: Work,
  { slowness, processors, runs }: MachineSpeed,
): { readonly training: number; readonly frames: number } {
  // Tasks of frames are spread over the processors; of training only the inner loops are.
  const spread = TYPICAL_PROCESSORS / Math.min(MOST_PROCESSORS, processors);
  const alike = runs.filter(({ quality }) => quality === work.quality);
  return {
    training:
      median(
        (alike.length > 0 ? alike : runs).map(
          (run) => run.trainingSeconds / typicalTraining(run),
        ),
      ) ?? slowness * Math.sqrt(spread),
    frames:
      median(runs.map((run) => run.otherSeconds / typicalFrames(run))) ??
      slowness * spread,
  };
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

// Bytes of a PNG file for each pixel, measured at 1920x1080: a full frame, an object on transparent ground, a mask.
const FULL_FRAME_BYTES = 2.7;
/** Of an object, as above. */
const OBJECT_FRAME_BYTES = 0.45;
/** Of a mask, as above. */
const MASK_FRAME_BYTES = 0.05;

/**
 * Estimates time and disk of a decomposition. The time is what is typical for such work, training and the rest by themselves, times how
 * this machine's finished runs compare with that, of the same quality where there are some; before there are any, times how it compares in a
 * short measurement.
 *
 * @param speed of the machine; undefined while it is not known
 */
export function estimate(
  work: Work,
  speed: MachineSpeed | undefined,
): Estimate {
  const pixels = work.width * work.height * work.frameCount;
  const { training, frames } =
    speed === undefined ? { training: 1, frames: 1 } : slownessOf(work, speed);
  return {
    seconds: training * typicalTraining(work) + frames * typicalFrames(work),
    layerBytes:
      pixels * (FULL_FRAME_BYTES + OBJECT_FRAME_BYTES * work.subjects),
    workingBytes:
      pixels * (FULL_FRAME_BYTES + MASK_FRAME_BYTES * work.subjects),
    by:
      speed === undefined ? "typical" : speed.runs.length > 0 ? "runs" : "test",
  };
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
