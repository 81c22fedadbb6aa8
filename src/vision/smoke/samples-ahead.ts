import { erode } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { fuseSamples } from "../background/mode-fusion.ts";
import { maskedMean, type HalfSample } from "./half-size-samples.ts";
import type { PathPoint } from "./subject-path.ts";

/** The line across a subject's way from which on a frame shows what the subject has not reached yet. */
export interface SubjectFront {
  readonly centre: PathPoint;
  /** Unit vector of the subject's motion over the background. */
  readonly direction: PathPoint;
  /** Middle and reach of the subject along the direction, pixels from the centre. */
  readonly middle: number;
  readonly front: number;
}

/** Share of a mask's pixels at either end of the motion that is no part of its length; set once, with no other value on record. */
const TAIL_SHARE = 0.05;

/**
 * Extent of a subject along its motion: `p = (pixel − centre)·u` of the mask's pixels, from the 5th to the 95th
 * percentile.
 *
 * @param mask   `[1, H, W]`, inside where > 0.5
 * @param motion of any length; a subject at rest has no front and sees nothing ahead
 */
export function subjectFront(
  mask: Raster,
  centre: PathPoint,
  motion: PathPoint,
): SubjectFront {
  const { height, width, data } = mask;
  const length = Math.hypot(...motion) + 1e-6;
  const direction: PathPoint = [motion[0] / length, motion[1] / length];
  const along: number[] = [];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      if (data[y * width + x]! > 0.5)
        along.push(
          (x - centre[0]) * direction[0] + (y - centre[1]) * direction[1],
        );
    }
  }
  const sorted = Float64Array.from(along).sort();
  const at = (share: number): number =>
    sorted[Math.round(share * (sorted.length - 1))] ?? share;
  const low = at(TAIL_SHARE);
  const high = at(1 - TAIL_SHARE);
  return { centre, direction, middle: (low + high) / 2, front: high };
}

/**
 * How far ahead of the subject a sample looks: `clip((p − middle) / (front − middle + ½), 0, 1)`, 0 behind the subject's
 * middle and 1 before its front.
 *
 * @returns `[1, h, w]`, 0 where the sample is not valid
 */
function aheadOf(sample: HalfSample, front: SubjectFront): Raster {
  const { height, width, data: valid } = sample.valid;
  const out = raster(1, height, width);
  const h = sample.toFrame;
  const reach = front.front - front.middle + 0.5;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (valid[i] === 0) continue;
      const w = 1 / (h[6]! * x + h[7]! * y + h[8]!);
      const fx = (h[0]! * x + h[1]! * y + h[2]!) * w - front.centre[0];
      const fy = (h[3]! * x + h[4]! * y + h[5]!) * w - front.centre[1];
      const p = fx * front.direction[0] + fy * front.direction[1];
      out.data[i] = Math.min(1, Math.max(0, (p - front.middle) / reach));
    }
  }
  return out;
}

/** The background as the frames show it before the subject gets there. */
export interface ClearView {
  /** `[3, h, w]` */
  readonly colour: Raster;
  /** `[3, h, w]`: its local mean. */
  readonly mean: Raster;
  /** `[1, h, w]`: 1 where some frame looked ahead of the subject, else 0. */
  readonly known: Raster;
  /** Per sample `[1, h, w]`: what it was worth. */
  readonly weights: readonly Raster[];
}

/** What a place that is not ahead counts, so that it is not left without any colour. */
const BEHIND_WEIGHT = 0.003;
/** Values (0…1) by which samples of one background differ; set once, with no other value on record. */
const AHEAD_AGREEMENT_SIGMA = 0.03;
/** Weight from which a sample lies ahead; set once, with no other value on record. */
const AHEAD_WEIGHT = 0.5;

/**
 * Fuses what lies ahead of the subject, with weights `V·(a² + 0.003)`: a trail is behind, so this is free of it.
 *
 * @param fronts one a sample
 */
export function viewAhead(
  samples: readonly HalfSample[],
  fronts: readonly SubjectFront[],
): ClearView {
  const { height, width } = samples[0]!.valid;
  const best = raster(1, height, width);
  const weights = samples.map((sample, k) => {
    const weight = aheadOf(sample, fronts[k]!);
    for (let i = 0; i < weight.data.length; i++) {
      const a = weight.data[i]!;
      const w = sample.valid.data[i]! * (a * a + BEHIND_WEIGHT);
      weight.data[i] = w;
      if (w > best.data[i]!) best.data[i] = w;
    }
    return weight;
  });
  const { colour } = fuseSamples(
    { height, width, colours: samples.map((s) => s.colour), weights },
    AHEAD_AGREEMENT_SIGMA,
  );
  for (let i = 0; i < best.data.length; i++)
    best.data[i] = best.data[i]! > AHEAD_WEIGHT ? 1 : 0;
  const known = erode(best, 2);
  return { colour, mean: maskedMean(colour, known), known, weights };
}
