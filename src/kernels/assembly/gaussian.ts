/**
 * One plane filtered by a symmetric kernel of `2·radius+1` taps, first along rows, then along columns; borders replicated:
 * `to(x, y) = Σᵢ Σⱼ tap(i)·tap(j)·from(clamp(x+i), clamp(y+j))`.
 *
 * @param from `[H, W]` float32
 * @param to `[H, W]` float32
 * @param across `[H, W]` float32 of scratch
 * @param padded `width + 2·radius + 4` float32 of scratch
 * @param taps `2·radius+1` float32
 */
export function convolveSeparable(
  from: usize,
  to: usize,
  across: usize,
  padded: usize,
  width: i32,
  height: i32,
  taps: usize,
  radius: i32,
): void {
  convolveRows(from, across, padded, width, height, taps, radius);
  convolveColumns(across, to, width, height, taps, radius);
}

/** Fills `padded` with a row of `width` from `reach` on, with the row's ends before and behind it, and 4 values more. */
export function padRow(
  padded: usize,
  row: usize,
  width: i32,
  reach: i32,
): void {
  const first = load<f32>(row);
  const last = load<f32>(row + ((<usize>width - 1) << 2));
  for (let i = 0; i < reach; i++) store<f32>(padded + ((<usize>i) << 2), first);
  memory.copy(padded + ((<usize>reach) << 2), row, (<usize>width) << 2);
  const end = padded + ((<usize>(reach + width)) << 2);
  for (let i = 0; i < reach + 4; i++) store<f32>(end + ((<usize>i) << 2), last);
}

function convolveRows(
  from: usize,
  to: usize,
  padded: usize,
  width: i32,
  height: i32,
  taps: usize,
  radius: i32,
): void {
  const count = 2 * radius + 1;
  for (let y = 0; y < height; y++) {
    const row = (<usize>(y * width)) << 2;
    padRow(padded, from + row, width, radius);
    let x = 0;
    for (; x + 16 <= width; x += 16) {
      const at = padded + ((<usize>x) << 2);
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let i = 0; i < count; i++) {
        const offset = (<usize>i) << 2;
        const tap = v128.load32_splat(taps + offset);
        a = f32x4.add(a, f32x4.mul(tap, v128.load(at + offset)));
        b = f32x4.add(b, f32x4.mul(tap, v128.load(at + offset, 16)));
        c = f32x4.add(c, f32x4.mul(tap, v128.load(at + offset, 32)));
        d = f32x4.add(d, f32x4.mul(tap, v128.load(at + offset, 48)));
      }
      const target = to + row + ((<usize>x) << 2);
      v128.store(target, a);
      v128.store(target, b, 16);
      v128.store(target, c, 32);
      v128.store(target, d, 48);
    }
    for (; x < width; x++) {
      const at = padded + ((<usize>x) << 2);
      let sum: f32 = 0;
      for (let i = 0; i < count; i++) {
        const offset = (<usize>i) << 2;
        sum += load<f32>(taps + offset) * load<f32>(at + offset);
      }
      store<f32>(to + row + ((<usize>x) << 2), sum);
    }
  }
}

function convolveColumns(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  taps: usize,
  radius: i32,
): void {
  const count = 2 * radius + 1;
  const last = height - 1;
  for (let y = 0; y < height; y++) {
    const target = to + ((<usize>(y * width)) << 2);
    let x = 0;
    for (; x + 16 <= width; x += 16) {
      const column = from + ((<usize>x) << 2);
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let i = 0; i < count; i++) {
        const line = min(last, max(0, y + i - radius));
        const at = column + ((<usize>(line * width)) << 2);
        const tap = v128.load32_splat(taps + ((<usize>i) << 2));
        a = f32x4.add(a, f32x4.mul(tap, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(tap, v128.load(at, 16)));
        c = f32x4.add(c, f32x4.mul(tap, v128.load(at, 32)));
        d = f32x4.add(d, f32x4.mul(tap, v128.load(at, 48)));
      }
      const out = target + ((<usize>x) << 2);
      v128.store(out, a);
      v128.store(out, b, 16);
      v128.store(out, c, 32);
      v128.store(out, d, 48);
    }
    for (; x < width; x++) {
      const column = from + ((<usize>x) << 2);
      let sum: f32 = 0;
      for (let i = 0; i < count; i++) {
        const line = min(last, max(0, y + i - radius));
        sum +=
          load<f32>(taps + ((<usize>i) << 2)) *
          load<f32>(column + ((<usize>(line * width)) << 2));
      }
      store<f32>(target + ((<usize>x) << 2), sum);
    }
  }
}
