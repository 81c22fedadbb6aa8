import { raster, type Raster } from "../../kernels/raster.ts";
import { smoothAlongEdges } from "./edge-smooth.ts";

/** Logarithm of the odds, either way: a probability of 99 %. */
const LARGEST_LOGIT = 4.6;
/** Smoothed evidence of neighbours adds up. */
const SHARPEN = 2;

/**
 * Lets neighbours of like colour agree.
 *
 * @param probability `[1, h, w]`
 * @param guide       `[3, h, w]`
 */
export function smoothAlongColours(probability: Raster, guide: Raster): Raster {
  const logit = raster(1, probability.height, probability.width);
  for (let i = 0; i < logit.data.length; i++) {
    const p = probability.data[i]!;
    const value = Math.log(p / (1 - p));
    logit.data[i] = Math.min(LARGEST_LOGIT, Math.max(-LARGEST_LOGIT, value));
  }
  const smooth = smoothAlongEdges(smoothAlongEdges(logit, guide), guide);
  for (let i = 0; i < smooth.data.length; i++)
    smooth.data[i] = 1 / (1 + Math.exp(-SHARPEN * smooth.data[i]!));
  return smooth;
}

/** Expected intersection over union of a mask with the truth, if its probabilities are right. */
export function expectedOverlap(mask: Raster): number {
  let inside = 0;
  let area = 0;
  let outside = 0;
  for (const p of mask.data) {
    if (p > 0.5) {
      inside += p;
      area++;
    } else outside += p;
  }
  return area === 0 ? 0 : inside / (area + outside);
}
