import { storeSome } from "./partial-vector";

/**
 * What a background does not explain of a strip of a frame: with low and high the background's extremes nearby,
 * `to = ⅓ Σ_c max(0, |I − clip(I, B − share·(B − low), B + share·(high − B))| − floor − spread) · clip((count − 1)·¼, 0, 1)`.
 * Planes are `area` apart, those of low and high too.
 *
 * @param frame `[3, area]` float32
 * @param background `[3, area]` float32
 * @param low `[3, area]` float32
 * @param high `[3, area]` float32
 * @param spread `[1, area]` float32
 * @param count `[1, area]` float32
 * @param to `[1, area]` float32
 */
export function unexplained(
  frame: usize,
  background: usize,
  low: usize,
  high: usize,
  spread: usize,
  count: usize,
  to: usize,
  area: i32,
  share: f32,
  floor: f32,
): void {
  const plane = (<usize>area) << 2;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const shares = f32x4.splat(share);
  const floors = f32x4.splat(floor);
  const quarter = f32x4.splat(0.25);
  const third = f32x4.splat(1.0 / 3.0);
  for (let i = 0; i < area; i += 4) {
    const at = (<usize>i) << 2;
    const tolerance = f32x4.add(floors, v128.load(spread + at));
    let sum = zero;
    for (let shift = at; shift < 3 * plane; shift += plane) {
      const b = v128.load(background + shift);
      const away = f32x4.sub(v128.load(frame + shift), b);
      const under = f32x4.mul(shares, f32x4.sub(v128.load(low + shift), b));
      const over = f32x4.mul(shares, f32x4.sub(v128.load(high + shift), b));
      const off = f32x4.pmax(f32x4.sub(under, away), f32x4.sub(away, over));
      sum = f32x4.add(sum, f32x4.pmax(zero, f32x4.sub(off, tolerance)));
    }
    const known = f32x4.mul(f32x4.sub(v128.load(count + at), one), quarter);
    const trust = f32x4.pmin(one, f32x4.pmax(zero, known));
    storeSome(to + at, f32x4.mul(f32x4.mul(sum, third), trust), area - i);
  }
}
