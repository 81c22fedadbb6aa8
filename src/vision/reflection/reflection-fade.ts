import { solvePositive } from "../image/solve.ts";
import type { Raster } from "../../kernels/raster.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { raster } from "../../kernels/raster.ts";
import type { ReflectingGround } from "./reflection-ground.ts";
import { warpReflection, type ReflectionPose } from "./reflection-warp.ts";
import type { SubjectCut } from "./subject-cut.ts";

/** How opaque a mirror image is at `z`, its distance below the mirror line over 256 units: `clip(c₀ + c₁z + c₂z², 0, 1)`. */
export interface ReflectionFade {
  readonly coefficients: readonly [number, number, number];
  /** Largest `z` that was observed; the opacity stays constant beyond. */
  readonly farthest: number;
}

/** What a mirror does to what it shows: a factor per channel of straight RGB, and a fade. */
export interface ReflectionLook {
  readonly tint: readonly [number, number, number];
  readonly fade: ReflectionFade;
}

/** Units below the mirror line that a fade reaches: as many as the picture is high. */
const LONGEST_UNITS = 256;

/**
 * Opacity of the mirror image in a row, 0…1.
 *
 * @param rowsBelow pixels from the mirror line down to the row
 * @param unit      pixels per unit of length
 */
export function opacityAt(
  { coefficients: [c0, c1, c2], farthest }: ReflectionFade,
  rowsBelow: number,
  unit: number,
): number {
  const at = Math.min(
    farthest,
    Math.max(0, rowsBelow / (LONGEST_UNITS * unit)),
  );
  return Math.min(1, Math.max(0, c0 + c1 * at + c2 * at * at));
}

/** Steps of the fade down to there; set once, with no other value on record. */
const FADE_BINS = 100;
/** Red, green, blue. */
const CHANNELS = 3;
/** Products that the fit of fade and tint is made of, as `fadeSums` adds them up. */
const FADE_SUMS = 5;
/** A pixel counts when its neighbours this far to either side are covered too: edges say more of alignment than of opacity. */
const EDGE_PIXELS = 2;
/** Coverage of the flipped subject (0…1) from which its colours are all its own; set once, with no other value on record. */
const COVERED_COVERAGE = 0.9;
/** Pictures are compared when blurred by this many units, so that small errors of alignment cost little. */
const BLUR = 2;

/** Zero sums, `[5, 100, 3]`. */
export const emptyFadeSums = (): Float64Array =>
  new Float64Array(FADE_SUMS * FADE_BINS * CHANNELS);

/**
 * What one frame says of a mirror's look: per bin of `z` and channel the sums of P·P, P·MB, MB·MB, D·P and D·MB, with P the
 * untinted premultiplied mirror image, M its coverage, B the background and D the frame minus the background.
 *
 * @param cut  untinted
 * @param unit pixels per unit of length
 * @returns    `[5, 100, 3]`
 */
export function fadeSums(
  cut: SubjectCut,
  pose: ReflectionPose,
  ground: ReflectingGround,
  unit: number,
): Float64Array {
  const sums = emptyFadeSums();
  const { height, width } = ground;
  const margin = Math.ceil(3.5 * BLUR * unit);
  const patch = warpReflection(cut, pose, height, width, margin);
  if (patch === undefined) return sums;
  const { coverage } = patch;
  const area = coverage.data.length;
  const planes = raster(9, coverage.height, coverage.width);
  for (let y = 0, i = 0; y < coverage.height; y++) {
    for (let x = 0; x < coverage.width; x++, i++) {
      const at = 8 * ((patch.top + y) * width + patch.left + x);
      if (ground.pixels[at + 3] === 0 || !coveredAround(coverage, x, i))
        continue;
      for (let c = 0; c < CHANNELS; c++) {
        planes.data[c * area + i] = patch.colour.data[c * area + i]!;
        planes.data[(3 + c) * area + i] =
          coverage.data[i]! * ground.pixels[at + c]!;
        planes.data[(6 + c) * area + i] = ground.pixels[at + 4 + c]!;
      }
    }
  }
  const smooth = gaussian(planes, BLUR * unit).data;
  for (let i = 0; i < area; i++) {
    const y = patch.top + Math.floor(i / coverage.width);
    if (y < pose.top) continue;
    const bin = Math.min(
      FADE_BINS - 1,
      Math.max(
        0,
        Math.trunc(((y - pose.row) / (LONGEST_UNITS * unit)) * FADE_BINS),
      ),
    );
    for (let c = 0; c < CHANNELS; c++) {
      const p = smooth[c * area + i]!;
      const mb = smooth[(3 + c) * area + i]!;
      const d = smooth[(6 + c) * area + i]!;
      const terms = [p * p, p * mb, mb * mb, d * p, d * mb];
      for (let k = 0; k < FADE_SUMS; k++)
        sums[(k * FADE_BINS + bin) * CHANNELS + c]! += terms[k]!;
    }
  }
  return sums;
}

function coveredAround(coverage: Raster, x: number, i: number): boolean {
  for (let dx = -EDGE_PIXELS; dx <= EDGE_PIXELS; dx++) {
    if (x + dx < 0 || x + dx >= coverage.width) continue;
    if (coverage.data[i + dx]! <= COVERED_COVERAGE) return false;
  }
  return true;
}

/** Turns of fitting the tint with the fade known and the fade with the tint; set once, with no other value on record. */
const FADE_ROUNDS = 12;
/** Share of the heaviest step's weight below which a step of the fade was not seen; set once, with no other value on record. */
const OBSERVED_SHARE = 1e-3;
const CURVE_RIDGES = [0, 1e-3, 1e-2] as const;
/** Share of the evidence that pulls the tint to none; set once, with no other value on record. */
const TINT_RIDGE = 0.02;
const TINT_RANGE = [0.4, 1.3] as const;

/**
 * Tint `t` and fade `a` that explain the pooled sums best, `D ≈ a(z)(tP − MB)`: least squares in turn, the fade as a quadratic
 * in `z`, the tint drawn a little towards 1.
 *
 * @param sums `[5, 100, 3]`, of all frames
 */
export function fitLook(sums: Float64Array): ReflectionLook {
  const sum = (k: number, bin: number, c: number): number =>
    sums[(k * FADE_BINS + bin) * CHANNELS + c]!;
  let tint: [number, number, number] = [1, 1, 1];
  let fade: ReflectionFade = { coefficients: [0, 0, 0], farthest: 1 };
  for (let round = 0; round < FADE_ROUNDS; round++) {
    const weights = new Float64Array(FADE_BINS);
    const targets = new Float64Array(FADE_BINS);
    for (let bin = 0; bin < FADE_BINS; bin++) {
      for (let c = 0; c < CHANNELS; c++) {
        const t = tint[c as 0 | 1 | 2];
        weights[bin]! +=
          t * t * sum(0, bin, c) - 2 * t * sum(1, bin, c) + sum(2, bin, c);
        targets[bin]! += t * sum(3, bin, c) - sum(4, bin, c);
      }
    }
    const curve = fitCurve(weights, targets);
    if (curve === undefined) return { tint, fade };
    fade = curve;
    tint = [0, 1, 2].map((c) => {
      let along = 0;
      let norm = 0;
      for (let bin = 0; bin < FADE_BINS; bin++) {
        const a = opacityAt(fade, ((bin + 0.5) / FADE_BINS) * LONGEST_UNITS, 1);
        along += a * sum(3, bin, c) + a * a * sum(1, bin, c);
        norm += a * a * sum(0, bin, c);
      }
      const ridge = TINT_RIDGE * norm + 1e-9;
      return Math.min(
        TINT_RANGE[1],
        Math.max(TINT_RANGE[0], (along + ridge) / (norm + ridge)),
      );
    }) as [number, number, number];
  }
  return { tint, fade };
}

function fitCurve(
  weights: Float64Array,
  targets: Float64Array,
): ReflectionFade | undefined {
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  if (largest <= 0) return undefined;
  const total = weights.reduce((a, b) => a + b, 0);
  const matrix = new Float64Array(9);
  const right = new Float64Array(3);
  let farthest = 0;
  for (let bin = 0; bin < FADE_BINS; bin++) {
    const z = (bin + 0.5) / FADE_BINS;
    if (weights[bin]! > OBSERVED_SHARE * largest) farthest = z;
    for (let p = 0; p < 3; p++) {
      right[p]! += z ** p * targets[bin]!;
      for (let q = 0; q < 3; q++)
        matrix[3 * p + q]! += z ** (p + q) * weights[bin]!;
    }
  }
  for (let p = 0; p < 3; p++)
    matrix[4 * p]! += CURVE_RIDGES[p as 0 | 1 | 2] * total;
  const [c0, c1, c2] = solvePositive(matrix, right);
  return { coefficients: [c0!, c1!, c2!], farthest };
}
