import { storeSome } from "./partial-vector";

/** `to[i] += share·from[i]` for `count` float32. */
export function addShare(to: usize, from: usize, count: i32, share: f32): void {
  const shares = f32x4.splat(share);
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2;
    const own = f32x4.mul(shares, v128.load(from + at));
    storeSome(to + at, f32x4.add(v128.load(to + at), own), count - i);
  }
}

/** `to[i] += share·clip((from[i] + offset)·gain − offset, 0, 1)` for `count` float32. */
export function addExposed(
  to: usize,
  from: usize,
  count: i32,
  share: f32,
  gain: f32,
  offset: f32,
): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const shares = f32x4.splat(share);
  const gains = f32x4.splat(gain);
  const offsets = f32x4.splat(offset);
  for (let i = 0; i < count; i += 4) {
    const at = (<usize>i) << 2;
    const lit = f32x4.mul(f32x4.add(v128.load(from + at), offsets), gains);
    const own = f32x4.pmin(one, f32x4.pmax(zero, f32x4.sub(lit, offsets)));
    const sum = f32x4.add(v128.load(to + at), f32x4.mul(shares, own));
    storeSome(to + at, sum, count - i);
  }
}

/** `to = 0.299·r + 0.587·g + 0.114·b`, the luma of ITU-R BT.601, of `area` pixels of three planes. */
export function lumaOf(from: usize, to: usize, area: i32): void {
  const plane = (<usize>area) << 2;
  const red = f32x4.splat(0.299);
  const green = f32x4.splat(0.587);
  const blue = f32x4.splat(0.114);
  for (let i = 0; i < area; i += 4) {
    const at = (<usize>i) << 2;
    const r = f32x4.mul(red, v128.load(from + at));
    const g = f32x4.mul(green, v128.load(from + plane + at));
    const b = f32x4.mul(blue, v128.load(from + 2 * plane + at));
    storeSome(to + at, f32x4.add(f32x4.add(r, g), b), area - i);
  }
}

/** `to[i] = clip(to[i], 0, 1)` for `count` float32. */
export function clipUnit(to: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < count; i += 4) {
    const at = to + ((<usize>i) << 2);
    const value = f32x4.pmin(one, f32x4.pmax(zero, v128.load(at)));
    storeSome(at, value, count - i);
  }
}
