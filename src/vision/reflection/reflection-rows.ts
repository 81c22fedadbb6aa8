import { cheapestPath } from "../image/cheapest-path.ts";
import { opacityAt, type ReflectionFade } from "./reflection-fade.ts";
import type { ReflectingGround } from "./reflection-ground.ts";
import {
  reflectionBottom,
  reflectedRow,
  reflectionTop,
  type ReflectionLine,
  type ReflectionPose,
} from "./reflection-warp.ts";
import type { SubjectCut } from "./subject-cut.ts";

/** How finely sideways shifts are searched, in pixels. */
export interface ShiftSearch {
  readonly reach: number;
  readonly step: number;
  /** Every how many columns the pictures are compared. */
  readonly columnStep: number;
}

/** A mirror image placed row by row. */
export interface RowAlignment {
  /** Unexplained energy over noise, less that of no mirror image at all, in units²; negative when the mirror image explains something. */
  readonly cost: number;
  readonly pose: ReflectionPose;
}

/** Units to either side that ripples move a row by at most; set once, with no other value on record. */
const SHIFT_REACH_UNITS = 14;
/** Units from shift to shift where only the line is looked for; set once, with no other value on record. */
const COARSE_STEP_UNITS = 2;
/** Values (0…1), for a picture 256 pixels high, by which a row's image differs from what is seen by chance; set once, with no other value on record. */
const ROW_NOISE = 0.02;
/** Cost of a shift that differs by one unit from the row above, in the unit of the rows' costs; set once, with no other value on record. */
const BEND_PENALTY = 30;
/** Units of such a difference beyond which it costs no more: ripples break; set once, with no other value on record. */
const LARGEST_BEND_UNITS = 8;

/** The search that compares candidates, and the one that places the image finally. */
export const shiftSearch = (
  grain: "coarse" | "fine",
  unit: number,
): ShiftSearch => {
  const coarse = Math.max(1, Math.round(COARSE_STEP_UNITS * unit));
  const step = grain === "coarse" ? coarse : 1;
  const reach = Math.ceil((SHIFT_REACH_UNITS * unit) / step) * step;
  return { reach, step, columnStep: step };
};

/**
 * Sideways shift of every row of a mirror image by which it explains the change best: ripples move a reflection's rows
 * sideways, neighbours alike. Each row's cost of a shift `s` is `Σ w V·(V − 2D)/0.02²` with `V = a(y)(P − MB)` shifted by
 * `s`; bending from one row to the next costs 30 a unit, at most 8 units; dynamic programming over the rows.
 *
 * @param cut  tinted
 * @param unit pixels per unit of length
 */
export function alignRows(
  cut: SubjectCut,
  line: ReflectionLine,
  ground: ReflectingGround,
  fade: ReflectionFade,
  search: ShiftSearch,
  unit: number,
): RowAlignment {
  const { height } = ground;
  const top = reflectionTop(cut, line);
  const rows = Math.max(0, reflectionBottom(cut, line, height) - top);
  const states = (2 * search.reach) / search.step + 1;
  const costs = new Float64Array(rows * states);
  const row = new Float32Array(4 * cut.width);
  const scale = search.columnStep / (ROW_NOISE * unit) ** 2;
  for (let k = 0; k < rows; k++) {
    const y = top + k;
    const opacity = opacityAt(fade, y - line.row, unit);
    if (opacity === 0) continue;
    reflectedRow(cut, line, y, row);
    for (let state = 0; state < states; state++) {
      costs[k * states + state] =
        scale *
        opacity *
        unexplained(
          row,
          cut.left + state * search.step - search.reach,
          ground,
          y,
          opacity,
          search.columnStep,
        );
    }
  }
  const bends = Float64Array.from(
    { length: states },
    (_, apart) =>
      BEND_PENALTY * Math.min((apart * search.step) / unit, LARGEST_BEND_UNITS),
  );
  const path = cheapestPath(
    costs,
    rows,
    states,
    (_, from, to) => bends[Math.abs(to - from)]!,
  );
  return {
    cost: path.cost,
    pose: {
      ...line,
      top,
      shifts: Float32Array.from(
        path.states,
        (state) => state * search.step - search.reach,
      ),
    },
  };
}

/** `Σ w v·(a v − 2D)` over a row, `v = P − MB`, the image's first column at `left`. */
function unexplained(
  image: Float32Array,
  left: number,
  ground: ReflectingGround,
  y: number,
  opacity: number,
  columnStep: number,
): number {
  const { width, pixels } = ground;
  const first = Math.max(0, left);
  const end = Math.min(width, left + (image.length >> 2));
  let sum = 0;
  // Columns are counted in the picture, so that all shifts are compared at the same pixels.
  for (
    let x = Math.ceil(first / columnStep) * columnStep;
    x < end;
    x += columnStep
  ) {
    const from = 4 * (x - left);
    const coverage = image[from + 3]!;
    if (coverage === 0) continue;
    const at = 8 * (y * width + x);
    if (pixels[at + 3] === 0) continue;
    const r = image[from]! - coverage * pixels[at]!;
    const g = image[from + 1]! - coverage * pixels[at + 1]!;
    const b = image[from + 2]! - coverage * pixels[at + 2]!;
    sum +=
      r * (opacity * r - 2 * pixels[at + 4]!) +
      g * (opacity * g - 2 * pixels[at + 5]!) +
      b * (opacity * b - 2 * pixels[at + 6]!);
  }
  return sum;
}

/** Smoothing (σ) of the shifts from row to row, in units; set once, with no other value on record. */
const SHIFT_BLUR_UNITS = 0.8;

/** Shifts made smooth along the rows by a Gaussian of 0.8 units, ends repeated. */
export function smoothShifts(
  shifts: ArrayLike<number>,
  unit: number,
): Float32Array {
  const sigma = SHIFT_BLUR_UNITS * unit;
  const radius = Math.ceil(3 * sigma);
  const out = new Float32Array(shifts.length);
  for (let k = 0; k < shifts.length; k++) {
    let sum = 0;
    let total = 0;
    for (let d = -radius; d <= radius; d++) {
      const weight = Math.exp((-0.5 * d * d) / (sigma * sigma));
      const at = Math.min(shifts.length - 1, Math.max(0, k + d));
      sum += weight * shifts[at]!;
      total += weight;
    }
    out[k] = sum / total;
  }
  return out;
}
