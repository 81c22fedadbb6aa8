import { KernelCall, kernelExports } from "./memory.ts";
import type { Raster } from "./raster.ts";

/** Values of a row of equations: seven terms, and one more so that rows are whole vectors, which is 0. */
export const ROW_TERMS = 8;

/**
 * Multiplies a picture, in place, by a smooth gain: `p ← (p + offset)·exp(clip(g(u, v), −most, most)) − offset` with `u = x/width − ½`,
 * `v = y/height − ½`, the aspect `a = height/width`, and
 * `g = f₀ + f₁u + f₂v + f₃u² + f₄uv + f₅v² + f₆(4(u² + (av)²)/(1 + a²))²`.
 *
 * @param picture `[1, H, W]`
 * @param fit     `[7]` f
 */
export function multiplyByGain(
  { height, width, data }: Raster,
  fit: Float64Array,
  offset: number,
  most: number,
): void {
  using call = new KernelCall();
  const to = call.update(data);
  kernelExports().applyGain(to, width, height, call.read(fit), offset, most);
}

/**
 * Iteratively reweighted least squares with squared Cauchy weights: from a fit of zeros, for each scale
 * `e = values − rows·fit`, `w = (1 + (e/scale)²)⁻²`, and the fit that solves `Σ w·row·rowᵀ · fit = Σ w·value·row`.
 *
 * @param rows   `[n, 8]`
 * @param values `[n]`
 * @param solve  of the normal equations' `[8, 8]` and `[8]`, and of `Σ w`: the next fit, 8 terms or fewer
 */
export function robustFit(
  rows: Float64Array,
  values: Float64Array,
  scales: readonly number[],
  solve: (
    normal: Float64Array,
    right: Float64Array,
    total: number,
  ) => Float64Array,
): Float64Array {
  using call = new KernelCall();
  const from = call.read(rows);
  const wanted = call.read(values);
  let fit = new Float64Array(ROW_TERMS);
  for (const scale of scales) {
    const normal = new Float64Array(ROW_TERMS * ROW_TERMS);
    const right = new Float64Array(ROW_TERMS);
    const total = weigh(from, wanted, values.length, fit, scale, normal, right);
    for (let i = 1; i < ROW_TERMS; i++)
      for (let j = 0; j < i; j++)
        normal[i * ROW_TERMS + j] = normal[j * ROW_TERMS + i]!;
    fit = new Float64Array(ROW_TERMS);
    fit.set(solve(normal, right, total));
  }
  return fit;
}

function weigh(
  rows: number,
  values: number,
  n: number,
  fit: Float64Array,
  scale: number,
  normal: Float64Array,
  right: Float64Array,
): number {
  using call = new KernelCall();
  const at = call.read(fit);
  const matrix = call.write(normal);
  const sums = call.write(right);
  // prettier-ignore
  return kernelExports().weighErrors(rows, values, n, at, scale, matrix, sums);
}
