import {
  apply,
  compose,
  type Homography,
  invert,
} from "../../kernels/homography.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import {
  homographyField,
  sampleCubic,
  sampleLinear,
} from "../../kernels/warp.ts";
import { solvePositive } from "../image/solve.ts";

/** A frame as it is compared. */
export interface ComparedFrame {
  /** `[1, H, W]` grey, without what light and lens do to it, see `detailOf`. */
  readonly detail: Raster;
  /** `[1, H, W]` in 0…1, where background is seen. */
  readonly visible: Raster;
}

/** Noise is smoothed away so far, in pixels. */
const FINE_SIGMA = 0.8;
/** What is as large as this, in pixels, is light, and not compared. */
const COARSE_SIGMA = 6;
/** Every second pixel of every second row: neighbours say nearly the same. */
const STRIDE = 2;
/** Pixels at the borders that filters have seen replicated ones beside. */
const EDGE = 2;
/** Steps after which nothing moves any more; each is a tenth of the one before. */
const STEPS = 6;
/** A step by which no corner moves farther, in pixels, is the last. */
const ENOUGH_PIXELS = 0.002;
/** Tukey's biweight: deviations beyond so many robust standard deviations count nothing. */
const TUKEY = 4.685;
/** From the median of absolute deviations to the standard deviation of a normal distribution. */
const TO_DEVIATION = 1.4826;
/** Refining is for fractions of a pixel: a corner that goes farther has found something else. */
const MOST_PIXELS = 1.5;
/** Pixels without which nothing can be said. */
const FEWEST = 500;

/** A grey frame, `[1, H, W]`, without noise and without what light and lens do to it. */
export function detailOf(grey: Raster): Raster {
  const fine = gaussian(grey, FINE_SIGMA);
  const coarse = gaussian(grey, COARSE_SIGMA);
  for (let i = 0; i < fine.data.length; i++) fine.data[i]! -= coarse.data[i]!;
  return fine;
}

/**
 * Moves a map between two frames by the fraction of a pixel by which it is off: the eight numbers for which all background pixels that both
 * show differ least, in robust squares (inverse compositional Gauss–Newton, Baker and Matthews, "Lucas–Kanade 20 years on", IJCV 2004).
 *
 * @param map takes pixels of `from` to `to`
 * @returns `map` itself where that does not bring the two nearer to one another
 */
export function refineMap(
  from: ComparedFrame,
  to: ComparedFrame,
  map: Homography,
): Homography {
  const template = from.detail;
  const { width, height } = template;
  // In half widths from the middle, so that all eight numbers are of one size.
  const unit = width / 2;
  const norm: Homography = [1 / unit, 0, -(width - 1) / width, 0, 1 / unit, -(height - 1) / width, 0, 0, 1]; // prettier-ignore
  const back = invert(norm);
  const steepest = steepestOf(template, norm);
  let best = map;
  let least = Infinity;
  let limit = 0;
  let now = map;
  let moved = Infinity;
  for (let step = 0; step <= STEPS; step++) {
    const found = differences(from, to, now);
    if (found.at.length < FEWEST) return map;
    if (step === 0) limit = TUKEY * deviationOf(found.error);
    const off = capped(found.error, limit);
    if (off < least) [best, least] = [now, off];
    if (step === STEPS || limit === 0 || moved < ENOUGH_PIXELS) break;
    const by = stepOf(found, steepest, TUKEY * deviationOf(found.error));
    if (by === undefined) break;
    const next = compose(now, compose(back, compose(invert(by), norm)));
    moved = farthest(now, next, width, height);
    now = next;
    if (farthest(map, now, width, height) > MOST_PIXELS) break;
  }
  return best;
}

interface Differences {
  /** Indices of pixels that both show. */
  readonly at: Int32Array;
  /** `to` minus `from` there. */
  readonly error: Float32Array;
}

function differences(
  from: ComparedFrame,
  to: ComparedFrame,
  map: Homography,
): Differences {
  const { width, height, data } = from.detail;
  const field = homographyField(map, height, width);
  const warped = sampleCubic(to.detail, field).data;
  const seen = sampleLinear(to.visible, field, 0).data;
  const most = Math.ceil(width / STRIDE) * Math.ceil(height / STRIDE);
  const at = new Int32Array(most);
  const error = new Float32Array(most);
  let count = 0;
  for (let y = EDGE; y < height - EDGE; y += STRIDE)
    for (let x = EDGE; x < width - EDGE; x += STRIDE) {
      const i = y * width + x;
      if (seen[i]! < 0.99 || from.visible.data[i]! < 0.99) continue;
      at[count] = i;
      error[count++] = warped[i]! - data[i]!;
    }
  return { at: at.subarray(0, count), error: error.subarray(0, count) };
}

/** How a pixel's value changes with each of the eight numbers, `[8, H, W]`. */
function steepestOf(template: Raster, norm: Homography): Raster {
  const { width, height, data } = template;
  const out = raster(8, height, width);
  const area = width * height;
  const unit = 1 / norm[0]!;
  for (let y = EDGE; y < height - EDGE; y += STRIDE)
    for (let x = EDGE; x < width - EDGE; x += STRIDE) {
      const i = y * width + x;
      const [u, v] = [norm[0]! * x + norm[2]!, norm[4]! * y + norm[5]!];
      const dx = (unit * (data[i + 1]! - data[i - 1]!)) / 2;
      const dy = (unit * (data[i + width]! - data[i - width]!)) / 2;
      const along = -(u * dx + v * dy);
      const all = out.data;
      all[i] = u * dx;
      all[area + i] = v * dx;
      all[2 * area + i] = dx;
      all[3 * area + i] = u * dy;
      all[4 * area + i] = v * dy;
      all[5 * area + i] = dy;
      all[6 * area + i] = u * along;
      all[7 * area + i] = v * along;
    }
  return out;
}

/** One weighted step; undefined where the picture says too little. */
function stepOf(
  { at, error }: Differences,
  { data, width, height }: Raster,
  limit: number,
): Homography | undefined {
  const area = width * height;
  const matrix = new Float64Array(64);
  const right = new Float64Array(8);
  const row = new Float64Array(8);
  for (let n = 0; n < at.length; n++) {
    const share = error[n]! / limit;
    if (Math.abs(share) >= 1) continue;
    const weight = (1 - share * share) ** 2;
    for (let k = 0; k < 8; k++) row[k] = data[k * area + at[n]!]!;
    for (let j = 0; j < 8; j++) {
      const own = weight * row[j]!;
      right[j]! += own * error[n]!;
      for (let k = 0; k <= j; k++) matrix[8 * j + k]! += own * row[k]!;
    }
  }
  for (let j = 0; j < 8; j++)
    for (let k = j + 1; k < 8; k++) matrix[8 * j + k] = matrix[8 * k + j]!;
  const p = solvePositive(matrix, right);
  if (!p.every(Number.isFinite)) return undefined;
  // prettier-ignore
  return [1 + p[0]!, p[1]!, p[2]!, p[3]!, 1 + p[4]!, p[5]!, p[6]!, p[7]!, 1];
}

function deviationOf(error: Float32Array): number {
  const sizes = error.map(Math.abs).sort();
  return TO_DEVIATION * sizes[sizes.length >> 1]!;
}

/** The mean difference, none counted larger than `limit`. */
const capped = (error: Float32Array, limit: number): number =>
  error.reduce((sum, one) => sum + Math.min(limit, Math.abs(one)), 0) /
  error.length;

/** How far apart two maps take a corner, in pixels. */
function farthest(
  one: Homography,
  other: Homography,
  width: number,
  height: number,
): number {
  const corners = [0, width - 1].flatMap((x) =>
    [0, height - 1].map((y) => {
      const [a, b] = [apply(one, x, y), apply(other, x, y)];
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    }),
  );
  return Math.max(...corners);
}
