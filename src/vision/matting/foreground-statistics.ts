import { gaussian } from "../../kernels/gaussian.ts";
import { resizePart, type Part } from "../image/rect.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** What a subject looks like near each pixel: a normal distribution of straight RGB. */
export interface ForegroundStatistics {
  /** `[3, H, W]` */
  readonly mean: Raster;
  /** `[6, H, W]`: rr, rg, rb, gg, gb, bb. */
  readonly covariance: Raster;
}

/** Reach (σ) of the subject's local colours, in units; set once, with no other value on record. */
const NEAR_SIGMA_UNITS = 4;
/** Reach where the local ones are too few, in units: three times as far; set once, with no other value on record. */
const FAR_SIGMA_UNITS = 12;
/** Sensor noise and texture that the samples may have missed, as a variance. */
const COLOUR_VARIANCE_FLOOR = 0.0009;
/** How much the whole subject counts against the neighbourhood; decides only where no sample is near. */
const WHOLE_SHARE = 1e-4;
/** The six different entries of a covariance of three channels. */
export const CHANNEL_PAIRS = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const;

/**
 * Mean and covariance of a subject's colours around each pixel, from pixels that surely show it: Gaussian windows of 4 and of
 * 12 units, the narrow one where it has samples; the whole subject where neither has.
 *
 * @param frame   `[3, H, W]`
 * @param samples `[1, H, W]` how surely a pixel shows nothing but the subject, 0…1
 * @param unit    pixels per unit of length
 */
export function foregroundStatistics(
  frame: Raster,
  samples: Raster,
  unit: number,
): ForegroundStatistics {
  const { height, width } = frame;
  const area = height * width;
  const moments = raster(10, height, width);
  for (let i = 0; i < area; i++) {
    const weight = samples.data[i]!;
    if (weight === 0) continue;
    moments.data[i] = weight;
    for (let c = 0; c < 3; c++)
      moments.data[(1 + c) * area + i] = weight * frame.data[c * area + i]!;
    CHANNEL_PAIRS.forEach(([p, q], k) => {
      moments.data[(4 + k) * area + i] =
        weight * frame.data[p * area + i]! * frame.data[q * area + i]!;
    });
  }
  const near = gaussian(moments, NEAR_SIGMA_UNITS * unit).data;
  const far = gaussian(moments, FAR_SIGMA_UNITS * unit).data;
  const whole = wholeMoments(moments.data, area);
  const mean = raster(3, height, width);
  const covariance = raster(6, height, width);
  for (let i = 0; i < area; i++) {
    const trust = Math.min(1, 20 * near[i]!);
    if (trust > 0)
      addDistribution(mean, covariance, near, whole, i, area, trust);
    if (trust < 1)
      addDistribution(mean, covariance, far, whole, i, area, 1 - trust);
    for (const k of [0, 3, 5])
      covariance.data[k * area + i]! += COLOUR_VARIANCE_FLOOR;
  }
  return { mean, covariance };
}

/** Moments per unit of weight over all samples; those of a mid grey when there are none. */
function wholeMoments(moments: Float32Array, area: number): Float64Array {
  const sums = new Float64Array(10);
  for (let k = 0; k < 10; k++) {
    for (let at = k * area; at < (k + 1) * area; at++) sums[k]! += moments[at]!;
  }
  const weight = sums[0]!;
  if (weight === 0)
    return Float64Array.of(
      1,
      0.5,
      0.5,
      0.5,
      0.35,
      0.25,
      0.25,
      0.35,
      0.25,
      0.35,
    );
  return sums.map((v) => v / weight);
}

function addDistribution(
  mean: Raster,
  covariance: Raster,
  moments: Float32Array,
  whole: Float64Array,
  i: number,
  area: number,
  share: number,
): void {
  const scale = 1 / (moments[i]! + WHOLE_SHARE);
  const moment = (k: number): number =>
    (moments[k * area + i]! + WHOLE_SHARE * whole[k]!) * scale;
  const r = moment(1);
  const g = moment(2);
  const b = moment(3);
  mean.data[i]! += share * r;
  mean.data[area + i]! += share * g;
  mean.data[2 * area + i]! += share * b;
  covariance.data[i]! += share * Math.max(0, moment(4) - r * r);
  covariance.data[area + i]! += share * (moment(5) - r * g);
  covariance.data[2 * area + i]! += share * (moment(6) - r * b);
  covariance.data[3 * area + i]! += share * Math.max(0, moment(7) - g * g);
  covariance.data[4 * area + i]! += share * (moment(8) - g * b);
  covariance.data[5 * area + i]! += share * Math.max(0, moment(9) - b * b);
}

/** A part of the same statistics on a finer grid of `height` by `width`. */
export const resizeStatistics = (
  { mean, covariance }: ForegroundStatistics,
  height: number,
  width: number,
  part: Part,
): ForegroundStatistics => ({
  mean: resizePart(mean, height, width, part),
  covariance: resizePart(covariance, height, width, part),
});
