/**
 * `exp(−x)` of four values in [0, 80], relative error below 3e-6: `2ⁿ·p(f)` with `n + f = −x·log₂e`, n whole and |f| ≤ ½, and p the
 * Taylor polynomial of 2^f to the fifth power.
 */
export function decay(x: v128): v128 {
  const t = f32x4.mul(x, f32x4.splat(-1.44269504));
  // Adding 1.5·2²³ leaves the nearest whole number in the low bits.
  const magic = f32x4.splat(12582912);
  const shifted = f32x4.add(t, magic);
  const f = f32x4.sub(t, f32x4.sub(shifted, magic));
  let p = f32x4.splat(0.00133335581);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.00961812911));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.0555041087));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.240226507));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.693147181));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}
