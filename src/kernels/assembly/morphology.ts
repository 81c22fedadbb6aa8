/** `to[i] = max(a[i], b[i])` for `count` float32 rounded up to whole vectors; `to` may be either. */
function larger(to: usize, a: usize, b: usize, count: i32): void {
  const end = to + ((<usize>count) << 2);
  while (to < end) {
    v128.store(to, f32x4.pmax(v128.load(a), v128.load(b)));
    to += 16;
    a += 16;
    b += 16;
  }
}

/** The same of the smaller. */
function smaller(to: usize, a: usize, b: usize, count: i32): void {
  const end = to + ((<usize>count) << 2);
  while (to < end) {
    v128.store(to, f32x4.pmin(v128.load(a), v128.load(b)));
    to += 16;
    a += 16;
    b += 16;
  }
}

function pick(largest: bool, to: usize, a: usize, b: usize, count: i32): void {
  if (largest) larger(to, a, b, count);
  else smaller(to, a, b, count);
}

/** Sets `count` float32, rounded up to whole vectors, to what never counts. */
function fillOutside(largest: bool, to: usize, count: i32): void {
  const outside = f32x4.splat(largest ? -f32.MAX_VALUE : f32.MAX_VALUE);
  const end = to + ((<usize>count) << 2);
  for (; to < end; to += 16) v128.store(to, outside);
}

/** Bytes of scratch that `slideSquare` needs. */
export function slideSquareScratch(width: i32, height: i32, radius: i32): i32 {
  const stride = (width + 3) & ~3;
  const down = min(radius, height - 1);
  const across = min(radius, width - 1);
  // The picture filtered along rows, a block's suffixes, the prefix and a row of what never counts; a padded row.
  return 4 * (stride * (height + 2 * down + 3) + width + 2 * across + 16);
}

/**
 * Extremum over a square, of one plane: `to(x, y) = max` or `min` of `from(x+i, y+j)` over `|i|, |j| ≤ radius` within the picture.
 * Along rows windows are doubled until two of them cover the whole one; along columns blocks of rows are kept from behind and from
 * the front (van Herk, "A fast algorithm for local minimum and maximum filters", 1992).
 *
 * @param from `[H, W]` float32
 * @param to `[H, W]` float32; may be `from`
 * @param scratch `slideSquareScratch` bytes
 */
export function slideSquare(
  from: usize,
  to: usize,
  scratch: usize,
  width: i32,
  height: i32,
  radius: i32,
  largest: bool,
): void {
  const stride = (width + 3) & ~3;
  const step = (<usize>stride) << 2;
  const bytes = (<usize>width) << 2;
  const down = min(radius, height - 1);
  const across = min(radius, width - 1);
  const rows = scratch;
  const suffix = rows + <usize>height * step;
  const prefix = suffix + <usize>(2 * down + 1) * step;
  const outside = prefix + step;
  const padded = outside + step;
  slideRows(from, rows, padded, width, height, stride, across, largest);
  fillOutside(largest, outside, stride);
  const window = 2 * down + 1;
  for (let block = -down; block + down < height; block += window) {
    // Extremum of each row of the block and all behind it.
    for (let k = window - 1; k >= 0; k--) {
      const y = block + k;
      const row = y < 0 || y >= height ? outside : rows + <usize>y * step;
      const at = suffix + <usize>k * step;
      const behind = k === window - 1 ? row : at + step;
      pick(largest, at, behind, row, width);
    }
    for (let k = 0; k < window && block + k + down < height; k++) {
      const target = to + <usize>(block + k + down) * bytes;
      const own = suffix + <usize>k * step;
      if (k === 0) {
        memory.copy(target, own, bytes);
        continue;
      }
      const y = block + window + k - 1;
      const row = y < 0 || y >= height ? outside : rows + <usize>y * step;
      pick(largest, prefix, k === 1 ? row : prefix, row, width);
      // Whole vectors also write over the next row's beginning, which comes later, but must not write beyond the picture.
      if ((height - (block + k + down)) * width >= stride) {
        pick(largest, target, own, prefix, width);
      } else {
        pick(largest, own, own, prefix, width);
        memory.copy(target, own, bytes);
      }
    }
  }
}

function slideRows(
  from: usize,
  to: usize,
  padded: usize,
  width: i32,
  height: i32,
  stride: i32,
  radius: i32,
  largest: bool,
): void {
  const window = 2 * radius + 1;
  const length = width + 2 * radius;
  fillOutside(largest, padded, length + 12);
  const inner = padded + ((<usize>radius) << 2);
  for (let y = 0; y < height; y++) {
    memory.copy(inner, from + ((<usize>(y * width)) << 2), (<usize>width) << 2);
    fillOutside(largest, inner + ((<usize>width) << 2), radius + 8);
    let reach = 1;
    let left = length;
    for (; 2 * reach <= window; reach *= 2) {
      left -= reach;
      pick(largest, padded, padded, padded + ((<usize>reach) << 2), left);
    }
    const target = to + ((<usize>(y * stride)) << 2);
    const rest = padded + ((<usize>(window - reach)) << 2);
    pick(largest, target, padded, rest, width);
    fillOutside(largest, padded, radius);
  }
}

/** `to[i] = max(to[i], high[i] − low[i])` for `count` float32. */
export function widenRange(
  to: usize,
  low: usize,
  high: usize,
  count: i32,
): void {
  let i: usize = 0;
  const whole = (<usize>(count & ~3)) << 2;
  for (; i < whole; i += 16) {
    const range = f32x4.sub(v128.load(high + i), v128.load(low + i));
    v128.store(to + i, f32x4.pmax(v128.load(to + i), range));
  }
  const end = (<usize>count) << 2;
  for (; i < end; i += 4) {
    const range = load<f32>(high + i) - load<f32>(low + i);
    store<f32>(to + i, max(load<f32>(to + i), range));
  }
}
