import { storeSome } from "./partial-vector";

/** Farther than any picture is wide, in pixels; its square is finite and dwarfs every other one. */
const FAR: f32 = 1e6;

/** What a padded row needs beyond its reach so that vectors may read over its end. */
const PADDING: i32 = 8;

/** Bytes of one plane of squared distances along columns. */
export function squaresBytes(width: i32, height: i32, reach: i32): i32 {
  return 4 * (height * (width + 2 * reach + PADDING) + 4);
}

/**
 * Squared distance along its column of every pixel to the nearest one of a set, `[H, reach + W + reach]` with columns where none is
 * on both sides: first from above, then from below.
 *
 * @param from `[H, W]` float32 at a stride of `stride` pixels
 * @param to `squaresBytes` bytes
 * @param threshold pixels at or above it are the set; those below it where `below`
 */
function columnSquares(
  from: usize,
  stride: i32,
  to: usize,
  width: i32,
  height: i32,
  reach: i32,
  threshold: f32,
  below: bool,
): void {
  const line = width + 2 * reach + PADDING;
  const far = f32x4.splat(FAR);
  const one = f32x4.splat(1);
  const limit = f32x4.splat(threshold);
  const invert = i32x4.splat(below ? -1 : 0);
  const end = to + <usize>squaresBytes(width, height, reach);
  for (let at = to; at + 16 <= end; at += 16) v128.store(at, far);
  const inner = to + ((<usize>reach) << 2);
  for (let y = 0; y < height; y++) {
    const row = from + ((<usize>(y * stride)) << 2);
    const target = inner + ((<usize>(y * line)) << 2);
    const above = y === 0 ? target : target - ((<usize>line) << 2);
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const at = (<usize>x) << 2;
      const belongs = v128.xor(f32x4.ge(v128.load(row + at), limit), invert);
      const next = f32x4.add(v128.load(above + at), one);
      v128.store(target + at, v128.andnot(next, belongs));
    }
    for (; x < width; x++) {
      const at = (<usize>x) << 2;
      const belongs = load<f32>(row + at) >= threshold !== below;
      store<f32>(target + at, belongs ? 0 : load<f32>(above + at) + 1);
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    const target = inner + ((<usize>(y * line)) << 2);
    const under = target + ((<usize>line) << 2);
    const last = y === height - 1;
    for (let x = 0; x < width; x += 4) {
      const at = (<usize>x) << 2;
      let own = v128.load(target + at);
      if (!last) own = f32x4.pmin(own, f32x4.add(v128.load(under + at), one));
      v128.store(target + at, own);
    }
  }
  // The padding grows by what was added to it; all of it is squared at the end, when no row looks at another one any more.
  for (let at = to; at + 16 <= end; at += 16) {
    const own = v128.load(at);
    v128.store(at, f32x4.mul(own, own));
  }
}

/**
 * `min(best, min_k k² + squares(x ± k))` of four pixels over `1 ≤ k ≤ reach`, looking no farther than a nearer one could be.
 *
 * @param at address of the first pixel's square
 */
function nearest(at: usize, reach: i32): v128 {
  let best = v128.load(at);
  const step: f32 = 1;
  let k = step;
  const last = <f32>reach;
  let offset: usize = 4;
  for (; k <= last; k += step) {
    const squared = f32x4.splat(k * k);
    if (!v128.any_true(f32x4.gt(best, squared))) break;
    const sides = f32x4.pmin(v128.load(at - offset), v128.load(at + offset));
    best = f32x4.pmin(best, f32x4.add(squared, sides));
    offset += 4;
  }
  return best;
}

/**
 * Euclidean distance of every pixel to the nearest one that is at or above a threshold, exact; `none` where the picture has none.
 *
 * @param from `[H, W]` float32
 * @param to `[H, W]` float32
 * @param squares `squaresBytes(width, height, width)` bytes
 */
export function distanceToSet(
  from: usize,
  to: usize,
  squares: usize,
  width: i32,
  height: i32,
  threshold: f32,
  none: f32,
): void {
  columnSquares(from, width, squares, width, height, width, threshold, false);
  const line = 3 * width + PADDING;
  const farthest: f32 = FAR * FAR * 0.5;
  for (let y = 0; y < height; y++) {
    const row = squares + ((<usize>(y * line + width)) << 2);
    const target = to + ((<usize>(y * width)) << 2);
    for (let x = 0; x < width; x += 4) {
      const at = (<usize>x) << 2;
      const squared = nearest(row + at, width);
      const distance = v128.bitselect(
        f32x4.splat(none),
        f32x4.sqrt(squared),
        f32x4.ge(squared, f32x4.splat(farthest)),
      );
      storeSome(target + at, distance, width - x);
    }
  }
}

/**
 * Signed distance to the outline of the pixels above one half, as far as `reach` pixels: `max(½ − d, −reach)·scale` inside, where d is the
 * distance to the nearest pixel outside, `min(d − ½, reach)·scale` outside. Only the surroundings of the mask are looked at.
 *
 * @param from `[H, W]` float32
 * @param to `[H, W]` float32
 * @param inside `squaresBytes(width, height, reach + 1)` bytes
 * @param outside as many
 */
export function signedDistance(
  from: usize,
  to: usize,
  inside: usize,
  outside: usize,
  width: i32,
  height: i32,
  reach: i32,
  scale: f32,
): void {
  const farthest = <f32>reach * scale;
  const far = f32x4.splat(farthest);
  // Bounds of the mask.
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  const half = f32x4.splat(0.5);
  for (let y = 0; y < height; y++) {
    const row = from + ((<usize>(y * width)) << 2);
    let first = -1;
    let last = -1;
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const bits = i32x4.bitmask(
        f32x4.gt(v128.load(row + ((<usize>x) << 2)), half),
      );
      if (bits === 0) continue;
      if (first < 0) first = x + ctz(bits);
      last = x + 31 - clz(bits);
    }
    for (; x < width; x++) {
      if (load<f32>(row + ((<usize>x) << 2)) <= 0.5) continue;
      if (first < 0) first = x;
      last = x;
    }
    if (first < 0) continue;
    left = min(left, first);
    right = max(right, last);
    top = min(top, y);
    bottom = y;
  }
  const area = <usize>(width * height);
  const end = to + (area << 2);
  let all = to;
  for (; all + 16 <= end; all += 16) v128.store(all, far);
  for (; all < end; all += 4) store<f32>(all, farthest);
  if (bottom < 0) return;

  const search = reach + 1;
  left = max(0, left - search);
  top = max(0, top - search);
  right = min(width, right + search + 1);
  bottom = min(height, bottom + search + 1);
  const w = right - left;
  const h = bottom - top;
  const origin = (<usize>(top * width + left)) << 2;
  // The next value above one half: pixels above it are at or above that one.
  const above: f32 = 0.50000006;
  columnSquares(from + origin, width, inside, w, h, search, above, false);
  columnSquares(from + origin, width, outside, w, h, search, above, true);
  const line = w + 2 * search + PADDING;
  const scales = f32x4.splat(scale);
  const near = f32x4.splat(-farthest);
  const zero = f32x4.splat(0);
  for (let y = 0; y < h; y++) {
    const shift = (<usize>(y * line + search)) << 2;
    const target = to + origin + ((<usize>(y * width)) << 2);
    for (let x = 0; x < w; x += 4) {
      const at = shift + ((<usize>x) << 2);
      // A pixel of the mask is no distance from it.
      const within = f32x4.eq(v128.load(inside + at), zero);
      let result = zero;
      if (!i32x4.all_true(within)) {
        const away = f32x4.sub(f32x4.sqrt(nearest(inside + at, search)), half);
        result = f32x4.pmin(far, f32x4.mul(away, scales));
      }
      if (v128.any_true(within)) {
        const deep = f32x4.sub(half, f32x4.sqrt(nearest(outside + at, search)));
        const depth = f32x4.pmax(near, f32x4.mul(deep, scales));
        result = v128.bitselect(depth, result, within);
      }
      storeSome(target + ((<usize>x) << 2), result, w - x);
    }
  }
}
