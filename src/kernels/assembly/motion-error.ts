import { linearRow, lookUpLinear } from "./warp";

/**
 * Mean of `|from(map(p)) − to(p)|` over pixels where `allowed(map(p))` is at least `seen` and `toAllowed(p)` at least ½; bilinear,
 * with nothing allowed outside.
 *
 * @param from `[H, W]` float32
 * @param to `[h, w]` float32
 * @param allowed `[H, W]` float32
 * @param toAllowed `[h, w]` float32
 * @param map nine float64
 * @param fewest pixels; infinity is returned for fewer
 * @param moved 256 float32 of scratch
 * @param shown 256 float32 of scratch
 */
export function motionError(
  from: usize,
  allowed: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  to: usize,
  toAllowed: usize,
  width: i32,
  height: i32,
  map: usize,
  seen: f32,
  fewest: i32,
  lookup: usize,
  moved: usize,
  shown: usize,
): f64 {
  const leastSeen = f32x4.splat(seen);
  const half = f32x4.splat(0.5);
  let sum: f64 = 0;
  let pixels = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 256) {
      const count = min(256, width - column);
      lookUpLinear(
        lookup,
        row,
        column,
        count,
        map,
        0,
        0,
        width,
        height,
        sourceWidth,
        sourceHeight,
        false,
      );
      linearRow(from, sourceWidth, sourceHeight, lookup, moved, count, true, 0);
      linearRow(
        allowed,
        sourceWidth,
        sourceHeight,
        lookup,
        shown,
        count,
        false,
        0,
      );
      const at = (<usize>(row * width + column)) << 2;
      let part = f32x4.splat(0);
      let i = 0;
      for (; i + 4 <= count; i += 4) {
        const offset = (<usize>i) << 2;
        const counts = v128.and(
          f32x4.ge(v128.load(shown + offset), leastSeen),
          f32x4.ge(v128.load(toAllowed + at + offset), half),
        );
        const off = f32x4.abs(
          f32x4.sub(v128.load(moved + offset), v128.load(to + at + offset)),
        );
        part = f32x4.add(part, v128.and(off, counts));
        pixels += popcnt<i32>(i32x4.bitmask(counts));
      }
      sum +=
        <f64>f32x4.extract_lane(part, 0) +
        <f64>f32x4.extract_lane(part, 1) +
        <f64>f32x4.extract_lane(part, 2) +
        <f64>f32x4.extract_lane(part, 3);
      for (; i < count; i++) {
        const offset = (<usize>i) << 2;
        if (load<f32>(shown + offset) < seen) continue;
        if (load<f32>(toAllowed + at + offset) < <f32>0.5) continue;
        sum += <f64>(
          abs<f32>(load<f32>(moved + offset) - load<f32>(to + at + offset))
        );
        pixels++;
      }
    }
  }
  return pixels < fewest ? Infinity : sum / <f64>pixels;
}
