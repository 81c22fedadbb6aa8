import { decay } from "./exponential";
import { storeSome } from "./partial-vector";

/**
 * Multiplies a plane by a smooth gain: `to(x, y) = (to(x, y) + offset)·exp(clip(g(u, v), −most, most)) − offset` with
 * `u = x/width − ½`, `v = y/height − ½`, the aspect `a = height/width`, and
 * `g = f₀ + f₁u + f₂v + f₃u² + f₄uv + f₅v² + f₆(4(u² + (av)²)/(1 + a²))²`.
 *
 * @param to `[H, W]` float32
 * @param fit f, 7 float64
 */
export function applyGain(
  to: usize,
  width: i32,
  height: i32,
  fit: usize,
  offset: f32,
  most: f32,
): void {
  const f0 = load<f64>(fit);
  const f1 = load<f64>(fit, 8);
  const f2 = load<f64>(fit, 16);
  const f3 = load<f64>(fit, 24);
  const f4 = load<f64>(fit, 32);
  const f5 = load<f64>(fit, 40);
  const f6 = load<f64>(fit, 48);
  const aspect = <f64>height / <f64>width;
  const perRadius: f64 = 4.0 / (1.0 + aspect * aspect);
  const perPixel = f32x4.splat(<f32>(1.0 / <f64>width));
  const half = f32x4.splat(0.5);
  const four = f32x4.splat(4);
  const offsets = f32x4.splat(offset);
  const largest = f32x4.splat(most);
  const smallest = f32x4.splat(-most);
  const square = f32x4.splat(<f32>f3);
  const fourth = f32x4.splat(<f32>f6);
  const radius = f32x4.splat(<f32>perRadius);
  for (let y = 0; y < height; y++) {
    const v = <f64>y / <f64>height - 0.5;
    const constant = f32x4.splat(<f32>(f0 + v * (f2 + v * f5)));
    const linear = f32x4.splat(<f32>(f1 + v * f4));
    const down = aspect * v;
    const below = f32x4.splat(<f32>(perRadius * down * down));
    const row = to + ((<usize>(y * width)) << 2);
    let column = f32x4(0, 1, 2, 3);
    for (let x = 0; x < width; x += 4) {
      const at = row + ((<usize>x) << 2);
      const u = f32x4.sub(f32x4.mul(column, perPixel), half);
      const uu = f32x4.mul(u, u);
      const away = f32x4.add(f32x4.mul(radius, uu), below);
      let g = f32x4.add(constant, f32x4.mul(linear, u));
      g = f32x4.add(g, f32x4.mul(square, uu));
      g = f32x4.add(g, f32x4.mul(fourth, f32x4.mul(away, away)));
      g = f32x4.pmin(largest, f32x4.pmax(smallest, g));
      const gained = f32x4.mul(
        f32x4.add(v128.load(at), offsets),
        decay(f32x4.neg(g)),
      );
      storeSome(at, f32x4.sub(gained, offsets), width - x);
      column = f32x4.add(column, four);
    }
  }
}

/** Terms of a row, padded with zeros to whole vectors of float64. */
const TERMS: usize = 8;

/**
 * Normal equations of a robust fit: with the errors `e = value − row·fit` and weights `w = (1 + (e/scale)²)⁻²`,
 * `normal = Σ w·row·rowᵀ` and `right = Σ w·value·row`.
 *
 * @param rows `[n, 8]` float64
 * @param values `[n]` float64
 * @param fit `[8]` float64
 * @param normal `[8, 8]` float64, of which the upper triangle is written
 * @param right `[8]` float64
 * @returns `Σ w`
 */
export function weighErrors(
  rows: usize,
  values: usize,
  n: i32,
  fit: usize,
  scale: f64,
  normal: usize,
  right: usize,
): f64 {
  memory.fill(normal, 0, (TERMS * TERMS) << 3);
  memory.fill(right, 0, TERMS << 3);
  const a = v128.load(fit);
  const b = v128.load(fit, 16);
  const c = v128.load(fit, 32);
  const d = v128.load(fit, 48);
  let total: f64 = 0;
  for (let k = 0; k < n; k++) {
    const row = rows + <usize>k * (TERMS << 3);
    const value = load<f64>(values + ((<usize>k) << 3));
    const sum = f64x2.add(
      f64x2.add(f64x2.mul(v128.load(row), a), f64x2.mul(v128.load(row, 16), b)),
      f64x2.add(
        f64x2.mul(v128.load(row, 32), c),
        f64x2.mul(v128.load(row, 48), d),
      ),
    );
    const guess = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    const error = (value - guess) / scale;
    const cauchy: f64 = 1.0 / (1.0 + error * error);
    const weight = cauchy * cauchy;
    total += weight;
    const share = f64x2.splat(weight * value);
    for (let j: usize = 0; j < TERMS << 3; j += 16) {
      const sums = v128.load(right + j);
      const own = f64x2.mul(share, v128.load(row + j));
      v128.store(right + j, f64x2.add(sums, own));
    }
    for (let i: usize = 0; i < TERMS; i++) {
      const factor = f64x2.splat(weight * load<f64>(row + (i << 3)));
      const line = normal + (i << 6);
      for (let j = (i >> 1) << 4; j < TERMS << 3; j += 16) {
        const sums = v128.load(line + j);
        const own = f64x2.mul(factor, v128.load(row + j));
        v128.store(line + j, f64x2.add(sums, own));
      }
    }
  }
  return total;
}
