/**
 * One row of a picture at other places: `to[x] = row[near[x]]·(1 − share[x]) + row[far[x]]·share[x]`.
 *
 * @param taps `count` of `near`, then of `far` (int32), then of `share` (float32)
 */
function rowAt(row: usize, to: usize, taps: usize, count: i32): void {
  const block = <usize>count << 2;
  for (let x = 0; x < count; x++) {
    const tap = taps + (<usize>x << 2);
    const a = load<f32>(row + (<usize>load<i32>(tap) << 2));
    const b = load<f32>(row + (<usize>load<i32>(tap + block) << 2));
    const share = load<f32>(tap + 2 * block);
    store<f32>(to + (<usize>x << 2), a * (1 - share) + b * share);
  }
}

/** Two rows of a plane already enlarged in width, kept as long as the next row needs them. */
let upperRow: i32 = -1;
let lowerRow: i32 = -1;
let upperAt: usize = 0;
let lowerAt: usize = 0;

function startPlane(rows: usize, width: i32): void {
  upperRow = -1;
  lowerRow = -1;
  upperAt = rows;
  lowerAt = rows + (<usize>width << 2);
}

/** Has the two rows that lie around a target row at hand. */
function reachRows(
  plane: usize,
  sourceWidth: i32,
  near: i32,
  far: i32,
  across: usize,
  width: i32,
): void {
  if (lowerRow === near && upperRow !== near) {
    const row = upperRow;
    const at = upperAt;
    upperRow = lowerRow;
    upperAt = lowerAt;
    lowerRow = row;
    lowerAt = at;
  }
  if (upperRow !== near) {
    rowAt(plane + (<usize>(near * sourceWidth) << 2), upperAt, across, width);
    upperRow = near;
  }
  if (lowerRow !== far) {
    rowAt(plane + (<usize>(far * sourceWidth) << 2), lowerAt, across, width);
    lowerRow = far;
  }
}

/**
 * Bilinear interpolation of planes at given columns and rows.
 *
 * @param from `[C, h, w]` float32
 * @param to `[C, height, width]` float32
 * @param across `[3, width]`: near and far columns (int32), share of the far one (float32)
 * @param down `[3, height]`: the same for rows
 * @param rows `2·width` float32 of scratch
 */
export function enlargePlanes(
  from: usize,
  to: usize,
  channels: i32,
  sourceWidth: i32,
  sourceHeight: i32,
  width: i32,
  height: i32,
  across: usize,
  down: usize,
  rows: usize,
): void {
  const block = <usize>height << 2;
  for (let c = 0; c < channels; c++) {
    const plane = from + (<usize>(c * sourceWidth * sourceHeight) << 2);
    startPlane(rows, width);
    for (let y = 0; y < height; y++) {
      const tap = down + (<usize>y << 2);
      reachRows(
        plane, sourceWidth, load<i32>(tap), load<i32>(tap + block), across, width,
      );
      const share = load<f32>(tap + 2 * block);
      const shares = f32x4.splat(share);
      const target = to + (<usize>((c * height + y) * width) << 2);
      let x = 0;
      for (; x + 4 <= width; x += 4) {
        const at = <usize>x << 2;
        const upper = v128.load(upperAt + at);
        const step = f32x4.sub(v128.load(lowerAt + at), upper);
        v128.store(target + at, f32x4.add(upper, f32x4.mul(shares, step)));
      }
      for (; x < width; x++) {
        const at = <usize>x << 2;
        const upper = load<f32>(upperAt + at);
        store<f32>(target + at, upper + share * (load<f32>(lowerAt + at) - upper));
      }
    }
  }
}

/**
 * A picture under an enlarged linear map: `to = clip(ratio·frame + offset, 0, 1)`, ratio and offset interpolated bilinearly.
 *
 * @param ratio `[3, h, w]` float32
 * @param offset `[3, h, w]` float32
 * @param frame `[3, height, width]` float32
 * @param to where the part begins in the first of three planes, float32
 * @param toWidth values from one row of `to` to the next
 * @param toArea values from one plane of `to` to the next
 * @param across as for `enlargePlanes`
 * @param down as for `enlargePlanes`
 * @param rows `3·width` float32 of scratch
 */
export function enlargedLinearMap(
  ratio: usize,
  offset: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  frame: usize,
  to: usize,
  toWidth: i32,
  toArea: i32,
  width: i32,
  height: i32,
  across: usize,
  down: usize,
  rows: usize,
): void {
  const block = <usize>height << 2;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let c = 0; c < 3; c++) {
    const plane = <usize>(c * sourceWidth * sourceHeight) << 2;
    for (let half = 0; half < 2; half++) {
      startPlane(rows, width);
      for (let y = 0; y < height; y++) {
        const tap = down + (<usize>y << 2);
        const source = half === 0 ? ratio : offset;
        reachRows(
          source + plane, sourceWidth, load<i32>(tap), load<i32>(tap + block), across, width,
        );
        const share = load<f32>(tap + 2 * block);
        const shares = f32x4.splat(share);
        const seen = frame + (<usize>((c * height + y) * width) << 2);
        const target = to + (<usize>(c * toArea + y * toWidth) << 2);
        let x = 0;
        if (half === 0) {
          for (; x + 4 <= width; x += 4) {
            const at = <usize>x << 2;
            const upper = v128.load(upperAt + at);
            const step = f32x4.sub(v128.load(lowerAt + at), upper);
            const value = f32x4.add(upper, f32x4.mul(shares, step));
            v128.store(target + at, f32x4.mul(value, v128.load(seen + at)));
          }
          for (; x < width; x++) {
            const at = <usize>x << 2;
            const upper = load<f32>(upperAt + at);
            const value = upper + share * (load<f32>(lowerAt + at) - upper);
            store<f32>(target + at, value * load<f32>(seen + at));
          }
        } else {
          for (; x + 4 <= width; x += 4) {
            const at = <usize>x << 2;
            const upper = v128.load(upperAt + at);
            const step = f32x4.sub(v128.load(lowerAt + at), upper);
            const value = f32x4.add(upper, f32x4.mul(shares, step));
            const sum = f32x4.add(v128.load(target + at), value);
            v128.store(target + at, f32x4.min(one, f32x4.max(zero, sum)));
          }
          for (; x < width; x++) {
            const at = <usize>x << 2;
            const upper = load<f32>(upperAt + at);
            const value = upper + share * (load<f32>(lowerAt + at) - upper);
            const sum = load<f32>(target + at) + value;
            store<f32>(target + at, min<f32>(1, max<f32>(0, sum)));
          }
        }
      }
    }
  }
}
