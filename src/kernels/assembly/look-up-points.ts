/** Bytes of four pixels of interleaved RGB, in one vector. */
const PATCH_BYTES: usize = 16;

/** Keys' kernel (a = −½) at the four pixels around a point that lies `u` behind the second. */
function keys(u: f32): v128 {
  const half: f32 = 0.5;
  const a: f32 = ((<f32>1 - half * u) * u - half) * u;
  const b: f32 = (<f32>1.5 * u - <f32>2.5) * u * u + <f32>1;
  const c: f32 = ((<f32>2 - <f32>1.5 * u) * u + half) * u;
  const d: f32 = (half * u - half) * u * u;
  return f32x4.replace_lane(
    f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(a), 1, b), 2, c),
    3,
    d,
  );
}

/**
 * Bicubic lookup, borders replicated, of points in interleaved bytes: `values(k) = Σ_{i,j} k(x−⌊x⌋, i)·k(y−⌊y⌋, j)·bytes(⌊x⌋+i, ⌊y⌋+j)`
 * at (x, y) = map(point k), k Keys' kernel with a = −½, where that lies in the frame and `visible` is > ½ there.
 *
 * @param bytes `[H, W, 3]`, and four bytes more
 * @param visible `[h, w]` float32, of any smaller size
 * @param map nine float64
 * @param points `N` int32, `y·W + x`
 * @param values `[N, 3]` float32 in 0…255 or slightly beyond, and one more
 * @param shown `N` bytes: 1 where there is a value, else 0
 * @param patch 64 bytes of scratch
 */
export function lookUpPoints(
  bytes: usize,
  width: i32,
  height: i32,
  visible: usize,
  visibleWidth: i32,
  visibleHeight: i32,
  map: usize,
  points: usize,
  count: i32,
  values: usize,
  shown: usize,
  patch: usize,
): void {
  const a = load<f64>(map);
  const b = load<f64>(map, 8);
  const c = load<f64>(map, 16);
  const d = load<f64>(map, 24);
  const e = load<f64>(map, 32);
  const f = load<f64>(map, 40);
  const g = load<f64>(map, 48);
  const h = load<f64>(map, 56);
  const j = load<f64>(map, 64);
  const lastX = width - 1;
  const lastY = height - 1;
  const right = <f64>lastX;
  const bottom = <f64>lastY;
  const columns = <f64>visibleWidth;
  const rows = <f64>visibleHeight;
  const stride = <usize>(3 * width);
  for (let k = 0; k < count; k++) {
    const pixel = load<i32>(points + ((<usize>k) << 2));
    const row = pixel / width;
    const px = <f64>(pixel - row * width);
    const py = <f64>row;
    const w = <f64>1 / (g * px + h * py + j);
    const x = (a * px + b * py + c) * w;
    const y = (d * px + e * py + f) * w;
    store<u8>(shown + <usize>k, 0);
    if (!(x >= 0 && y >= 0 && x <= right && y <= bottom)) continue;
    const cellX = min(
      visibleWidth - 1,
      <i32>(((x + 0.5) * columns) / <f64>width),
    );
    const cellY = min(
      visibleHeight - 1,
      <i32>(((y + 0.5) * rows) / <f64>height),
    );
    const cell = (<usize>(cellY * visibleWidth + cellX)) << 2;
    if (!(load<f32>(visible + cell) > <f32>0.5)) continue;
    store<u8>(shown + <usize>k, 1);
    const ix = <i32>x;
    const iy = <i32>y;
    const u = <f32>(x - <f64>ix);
    const v = <f32>(y - <f64>iy);
    let first = bytes + <usize>(3 * ((iy - 1) * width + ix - 1));
    let step = stride;
    if (ix < 1 || iy < 1 || ix + 2 > lastX || iy + 2 > lastY) {
      for (let r = 0; r < 4; r++)
        for (let s = 0; s < 4; s++) {
          const sx = min(lastX, max(0, ix + s - 1));
          const sy = min(lastY, max(0, iy + r - 1));
          const at = bytes + <usize>(3 * (sy * width + sx));
          const to = patch + <usize>(16 * r + 3 * s);
          store<u8>(to, load<u8>(at));
          store<u8>(to, load<u8>(at, 1), 1);
          store<u8>(to, load<u8>(at, 2), 2);
        }
      first = patch;
      step = PATCH_BYTES;
    }
    const weights = keys(v);
    let sumA = f32x4.splat(0);
    let sumB = sumA;
    let sumC = sumA;
    for (let r = 0; r < 4; r++) {
      const line = v128.load(first + <usize>r * step);
      const low = i16x8.extend_low_i8x16_u(line);
      const high = i16x8.extend_high_i8x16_u(line);
      const weight =
        r === 0
          ? v128.shuffle<f32>(weights, weights, 0, 0, 0, 0)
          : r === 1
            ? v128.shuffle<f32>(weights, weights, 1, 1, 1, 1)
            : r === 2
              ? v128.shuffle<f32>(weights, weights, 2, 2, 2, 2)
              : v128.shuffle<f32>(weights, weights, 3, 3, 3, 3);
      sumA = f32x4.add(
        sumA,
        f32x4.mul(weight, f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low))),
      );
      sumB = f32x4.add(
        sumB,
        f32x4.mul(
          weight,
          f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)),
        ),
      );
      sumC = f32x4.add(
        sumC,
        f32x4.mul(
          weight,
          f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)),
        ),
      );
    }
    // RGBR GBRG BRGB: four pixels, each with its weight.
    const shares = keys(u);
    sumA = f32x4.mul(sumA, v128.shuffle<f32>(shares, shares, 0, 0, 0, 1));
    sumB = f32x4.mul(sumB, v128.shuffle<f32>(shares, shares, 1, 1, 2, 2));
    sumC = f32x4.mul(sumC, v128.shuffle<f32>(shares, shares, 2, 3, 3, 3));
    const second = v128.shuffle<f32>(sumA, sumB, 3, 4, 5, 5);
    const third = v128.shuffle<f32>(sumB, sumC, 2, 3, 4, 4);
    const fourth = v128.shuffle<f32>(sumC, sumC, 1, 2, 3, 3);
    v128.store(
      values + <usize>(12 * k),
      f32x4.add(f32x4.add(sumA, second), f32x4.add(third, fourth)),
    );
  }
}
