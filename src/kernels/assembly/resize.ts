/**
 * Shrinks one plane by averaging the area that each target pixel covers:
 * `to(x, y) = Σ_j Σ_i down(y, j)·across(x, i)·from(firstColumn(x)+i, firstRow(y)+j)`.
 *
 * @param from `[H, W]` float32
 * @param to `[h, w]` float32
 * @param columns `w` int32, the first source column of each target column
 * @param across `[w, columnTaps]` float32, weights, 0 where there are fewer
 * @param rows `h` int32
 * @param down `[h, rowTaps]` float32
 * @param line `W + columnTaps` float32 of scratch
 */
export function shrinkPlane(
  from: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  to: usize,
  width: i32,
  height: i32,
  columns: usize,
  across: usize,
  columnTaps: i32,
  rows: usize,
  down: usize,
  rowTaps: i32,
  line: usize,
): void {
  const halves = sourceWidth === 2 * width;
  const half = f32x4.splat(0.5);
  // Weights of 0 are multiplied with what lies behind a row.
  memory.fill(line, 0, (<usize>(sourceWidth + columnTaps)) << 2);
  for (let y = 0; y < height; y++) {
    const first = load<i32>(rows + ((<usize>y) << 2));
    const taps = min(rowTaps, sourceHeight - first);
    const weights = down + ((<usize>(y * rowTaps)) << 2);
    const source = from + ((<usize>(first * sourceWidth)) << 2);
    let x = 0;
    for (; x + 4 <= sourceWidth; x += 4) {
      let at = source + ((<usize>x) << 2);
      let sum = f32x4.mul(v128.load32_splat(weights), v128.load(at));
      for (let k = 1; k < taps; k++) {
        at += (<usize>sourceWidth) << 2;
        sum = f32x4.add(
          sum,
          f32x4.mul(
            v128.load32_splat(weights + ((<usize>k) << 2)),
            v128.load(at),
          ),
        );
      }
      v128.store(line + ((<usize>x) << 2), sum);
    }
    for (; x < sourceWidth; x++) {
      let sum: f32 = 0;
      for (let k = 0; k < taps; k++)
        sum +=
          load<f32>(weights + ((<usize>k) << 2)) *
          load<f32>(source + ((<usize>(k * sourceWidth + x)) << 2));
      store<f32>(line + ((<usize>x) << 2), sum);
    }
    const target = to + ((<usize>(y * width)) << 2);
    x = 0;
    if (halves)
      for (; x + 4 <= width; x += 4) {
        const at = line + ((<usize>x) << 3);
        const a = v128.load(at);
        const b = v128.load(at, 16);
        v128.store(
          target + ((<usize>x) << 2),
          f32x4.mul(
            half,
            f32x4.add(
              v128.shuffle<f32>(a, b, 0, 2, 4, 6),
              v128.shuffle<f32>(a, b, 1, 3, 5, 7),
            ),
          ),
        );
      }
    for (; x < width; x++) {
      const at = line + ((<usize>load<i32>(columns + ((<usize>x) << 2))) << 2);
      const shares = across + ((<usize>(x * columnTaps)) << 2);
      let sum: f32 = 0;
      for (let k = 0; k < columnTaps; k++) {
        const offset = (<usize>k) << 2;
        sum += load<f32>(shares + offset) * load<f32>(at + offset);
      }
      store<f32>(target + ((<usize>x) << 2), sum);
    }
  }
}

/**
 * Bilinear interpolation of one plane to any size: `to(x, y)` lies between the source's columns `columns(x)` and the next, by
 * `across(x)`, and its rows `rows(y)` and the next, by `down(y)`.
 *
 * @param from `[H, W]` float32
 * @param to `[h, w]` float32
 * @param columns `w` int32, at most W − 2 (0 where W is 1)
 * @param across `w` float32
 * @param rows `h` int32, at most H − 2 (0 where H is 1)
 * @param down `h` float32
 * @param wide `[H, w]` float32 of scratch
 */
export function resizePlane(
  from: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  to: usize,
  width: i32,
  height: i32,
  columns: usize,
  across: usize,
  rows: usize,
  down: usize,
  wide: usize,
): void {
  const onward: usize = sourceWidth > 1 ? 4 : 0;
  for (let y = 0; y < sourceHeight; y++) {
    const source = from + ((<usize>(y * sourceWidth)) << 2);
    const target = wide + ((<usize>(y * width)) << 2);
    let x = 0;
    if (onward !== 0)
      for (; x + 4 <= width; x += 4) {
        const at = columns + ((<usize>x) << 2);
        const ab = v128.load64_lane(
          source + ((<usize>load<i32>(at, 4)) << 2),
          v128.load64_zero(source + ((<usize>load<i32>(at)) << 2)),
          1,
        );
        const cd = v128.load64_lane(
          source + ((<usize>load<i32>(at, 12)) << 2),
          v128.load64_zero(source + ((<usize>load<i32>(at, 8)) << 2)),
          1,
        );
        const near = v128.shuffle<f32>(ab, cd, 0, 2, 4, 6);
        const far = v128.shuffle<f32>(ab, cd, 1, 3, 5, 7);
        v128.store(
          target + ((<usize>x) << 2),
          f32x4.add(
            near,
            f32x4.mul(
              v128.load(across + ((<usize>x) << 2)),
              f32x4.sub(far, near),
            ),
          ),
        );
      }
    for (; x < width; x++) {
      const offset = (<usize>x) << 2;
      const at = source + ((<usize>load<i32>(columns + offset)) << 2);
      const near = load<f32>(at);
      store<f32>(
        target + offset,
        near + load<f32>(across + offset) * (load<f32>(at + onward) - near),
      );
    }
  }
  const below = sourceHeight > 1 ? (<usize>width) << 2 : 0;
  for (let y = 0; y < height; y++) {
    const upper =
      wide + ((<usize>(load<i32>(rows + ((<usize>y) << 2)) * width)) << 2);
    const lower = upper + below;
    const share = load<f32>(down + ((<usize>y) << 2));
    const shares = f32x4.splat(share);
    const target = to + ((<usize>(y * width)) << 2);
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const offset = (<usize>x) << 2;
      const near = v128.load(upper + offset);
      v128.store(
        target + offset,
        f32x4.add(
          near,
          f32x4.mul(shares, f32x4.sub(v128.load(lower + offset), near)),
        ),
      );
    }
    for (; x < width; x++) {
      const offset = (<usize>x) << 2;
      const near = load<f32>(upper + offset);
      store<f32>(
        target + offset,
        near + share * (load<f32>(lower + offset) - near),
      );
    }
  }
}
