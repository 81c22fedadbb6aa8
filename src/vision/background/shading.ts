import { boxMean } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { solvePositive } from "../image/solve.ts";
import { plane, type Raster } from "../../kernels/raster.ts";
import { multiplyByGain, robustFit, ROW_TERMS } from "../../kernels/shading.ts";

/** Pixels from point to point of the fit, in both directions; set once, with no other value on record. */
const GRID_STEP_PIXELS_OF_SHADING = 6;
/** Values (0…1) added before the logarithm, so that dark noise does not lead the fit; set once, with no other value on record. */
const OFFSET = 0.04;
const RIDGE = [1e-3, 1, 1, 3, 3, 3, 1];
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
  const rows = new Float64Array(points.length * ROW_TERMS);
  points.forEach((i, k) => {
    const x = (i % width) / width - 0.5;
    const y = Math.floor(i / width) / height - 0.5;
    rows.set(terms(x, y, aspect), k * ROW_TERMS);
  });
  for (let c = 0; c < 3; c++) {
    const seen = plane(smoothFrame, c).data;
    const known = plane(smoothBackground, c).data;
    const logs = Float64Array.from(points, (i) =>
      Math.log((seen[i]! + OFFSET) / (known[i]! + OFFSET)),
    );
    const fit = robustFit(rows, logs, ERROR_SCALES, damped);
    multiplyByGain(plane(background, c), fit, OFFSET, LARGEST_LOG_GAIN);
  }
}

/** A quadratic, and the fourth power of the distance from the centre, as a lens darkens corners; 1 there. */
function terms(x: number, y: number, aspect: number): number[] {
  const radius = (4 * (x * x + (aspect * y) ** 2)) / (1 + aspect ** 2);
  return [1, x, y, x * x, x * y, y * y, radius * radius];
}

/** Solves the normal equations, the terms held near zero. */
function damped(
  normal: Float64Array,
  right: Float64Array,
  total: number,
): Float64Array {
  const n = RIDGE.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] = normal[i * ROW_TERMS + j]!;
    matrix[i * n + i]! += 0.002 * total * RIDGE[i]!;
  }
  return solvePositive(matrix, right.subarray(0, n));
}
