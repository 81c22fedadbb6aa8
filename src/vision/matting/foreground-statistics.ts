import { gaussian } from "../../kernels/gaussian.ts";
import { resizePart, type Part } from "../image/rect.ts";
import {
  colourMoments,
  nearbyColours,
  planeSums,
} from "../../kernels/matte.ts";
import type { Raster } from "../../kernels/raster.ts";

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
  const moments = colourMoments(frame, samples);
  return nearbyColours(
    gaussian(moments, NEAR_SIGMA_UNITS * unit),
    gaussian(moments, FAR_SIGMA_UNITS * unit),
    {
      whole: wholeMoments(moments),
      share: WHOLE_SHARE,
      floor: COLOUR_VARIANCE_FLOOR,
    },
  );
}

/** Moments per unit of weight over all samples; those of a mid grey when there are none. */
function wholeMoments(moments: Raster): Float64Array {
  const sums = planeSums(moments);
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
