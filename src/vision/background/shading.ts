import { boxMean } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { solvePositive } from "../image/solve.ts";
import type { Raster } from "../../kernels/raster.ts";

/** Pixels from point to point of the fit, in both directions; set once, with no other value on record. */
const GRID_STEP_PIXELS_OF_SHADING = 6;
/** Values (0…1) added before the logarithm, so that dark noise does not lead the fit; set once, with no other value on record. */
const OFFSET = 0.04;
const RIDGE = [1e-3, 1, 1, 3, 3, 3, 1];
const SHADING_TERMS = RIDGE.length;
/** Scales of the errors that count, from round to round: what is far off at first may be a corner that the lens darkens. */
const ERROR_SCALES = [0.2, 0.1, 0.05, 0.03, 0.02, 0.02];
/** Natural logarithm: shading changes a value by no more than a factor of 1.5; .25 left a lens's dark corners (car-shadow). */
const LARGEST_LOG_GAIN = 0.4;

/**
 * Exposure and vignetting that a global gain leaves over: per channel the terms below are fitted, robustly
 * and outside the masks, to `log((frame+.04)/(background+.04))` and applied to the background in place.
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`, changed in place
 * @param subjects   `[1, H, W]` union of the masks
 * @param count      `[1, H, W]` samples behind each background pixel
 */
export function fitShading(
  frame: Raster,
  background: Raster,
  subjects: Raster,
  count: Raster,
): void {
  const { height, width } = frame;
  const area = height * width;
  const near = dilate(subjects, 12);
  const smoothFrame = boxMean(frame, 3);
  const smoothBackground = boxMean(background, 3);
  const points: number[] = [];
  for (let y = 0; y < height; y += GRID_STEP_PIXELS_OF_SHADING) {
    for (let x = 0; x < width; x += GRID_STEP_PIXELS_OF_SHADING) {
      const i = y * width + x;
      if (near.data[i]! < 0.05 && count.data[i]! > 0) points.push(i);
    }
  }
  if (points.length < 200) return;
  const aspect = height / width;
  const rows = points.map((i) =>
    terms(
      (i % width) / width - 0.5,
      Math.floor(i / width) / height - 0.5,
      aspect,
    ),
  );
  const fits = [0, 1, 2].map((c) =>
    robustFit(
      rows,
      points.map((i) =>
        Math.log(
          (smoothFrame.data[c * area + i]! + OFFSET) /
            (smoothBackground.data[c * area + i]! + OFFSET),
        ),
      ),
    ),
  );
  const here = new Float64Array(SHADING_TERMS);
  for (let i = 0; i < area; i++) {
    const x = i % width;
    terms(x / width - 0.5, (i - x) / width / height - 0.5, aspect, here);
    for (let c = 0; c < 3; c++) {
      const fit = fits[c]!;
      let log = 0;
      for (let k = 0; k < SHADING_TERMS; k++) log += here[k]! * fit[k]!;
      const gain = Math.exp(
        Math.min(LARGEST_LOG_GAIN, Math.max(-LARGEST_LOG_GAIN, log)),
      );
      const at = c * area + i;
      background.data[at] = (background.data[at]! + OFFSET) * gain - OFFSET;
    }
  }
}

/** A quadratic, and the fourth power of the distance from the centre, as a lens darkens corners; 1 there. */
function terms(
  x: number,
  y: number,
  aspect: number,
  out = new Float64Array(SHADING_TERMS),
): Float64Array {
  out[0] = 1;
  out[1] = x;
  out[2] = y;
  out[3] = x * x;
  out[4] = x * y;
  out[5] = y * y;
  const radius = (4 * (x * x + (aspect * y) ** 2)) / (1 + aspect ** 2);
  out[6] = radius * radius;
  return out;
}

/** Iteratively reweighted least squares with squared Cauchy weights. */
function robustFit(
  rows: readonly Float64Array[],
  values: readonly number[],
): Float64Array {
  let fit: Float64Array = new Float64Array(SHADING_TERMS);
  for (const scale of ERROR_SCALES) {
    const normal = new Float64Array(SHADING_TERMS * SHADING_TERMS);
    const right = new Float64Array(SHADING_TERMS);
    let total = 0;
    rows.forEach((row, k) => {
      let error = values[k]!;
      for (let i = 0; i < SHADING_TERMS; i++) error -= row[i]! * fit[i]!;
      const cauchy = 1 / (1 + (error / scale) ** 2);
      const weight = cauchy * cauchy;
      total += weight;
      for (let i = 0; i < SHADING_TERMS; i++) {
        right[i]! += weight * row[i]! * values[k]!;
        for (let j = 0; j < SHADING_TERMS; j++)
          normal[i * SHADING_TERMS + j]! += weight * row[i]! * row[j]!;
      }
    });
    for (let i = 0; i < SHADING_TERMS; i++)
      normal[i * SHADING_TERMS + i]! += 0.002 * total * RIDGE[i]!;
    fit = solvePositive(normal, right);
  }
  return fit;
}
