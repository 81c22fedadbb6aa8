/**
 * Interleaved 8-bit RGB as planes in [0, 1]: `to[c, y, x] = from[y·stride + 3x + c] / 255`.
 *
 * @param from `[H, W, 3]` bytes
 * @param stride bytes from one row to the next
 * @param to `[3, H, W]` float32
 */
export function planesOfBytes(
  from: usize,
  stride: i32,
  to: usize,
  width: i32,
  height: i32,
): void {
  const plane = <usize>(width * height) << 2;
  const scale = f32x4.splat(255);
  const zero = i32x4.splat(0);
  for (let y = 0; y < height; y++) {
    const row = from + <usize>y * <usize>stride;
    const out = to + (<usize>(y * width) << 2);
    let x = 0;
    // Sixteen bytes are read for the twelve of four pixels.
    for (; x + 6 <= width; x += 4) {
      const bytes = v128.load(row + <usize>(3 * x));
      const red = v128.shuffle<u8>(
        bytes, zero, 0, 16, 16, 16, 3, 16, 16, 16, 6, 16, 16, 16, 9, 16, 16, 16,
      );
      const green = v128.shuffle<u8>(
        bytes, zero, 1, 16, 16, 16, 4, 16, 16, 16, 7, 16, 16, 16, 10, 16, 16, 16,
      );
      const blue = v128.shuffle<u8>(
        bytes, zero, 2, 16, 16, 16, 5, 16, 16, 16, 8, 16, 16, 16, 11, 16, 16, 16,
      );
      const at = out + (<usize>x << 2);
      v128.store(at, f32x4.div(f32x4.convert_i32x4_s(red), scale));
      v128.store(at + plane, f32x4.div(f32x4.convert_i32x4_s(green), scale));
      v128.store(at + 2 * plane, f32x4.div(f32x4.convert_i32x4_s(blue), scale));
    }
    for (; x < width; x++)
      for (let c = 0; c < 3; c++)
        store<f32>(
          out + (<usize>x << 2) + <usize>c * plane,
          <f32>load<u8>(row + <usize>(3 * x + c)) / 255,
        );
  }
}

/**
 * Largest difference between the source and its layers, composed from the background upwards in 8-bit code values and rounded
 * once at the end: `max |round(over(…over(B, L₁)…, Lₙ)) − S|`.
 *
 * @param source `[area, 3]` bytes
 * @param background `[area, 3]` bytes
 * @param layers addresses of `count` layers, `[area, 4]` bytes with straight alpha
 */
export function recomposedDifference(
  source: usize,
  background: usize,
  layers: usize,
  count: i32,
  area: i32,
): i32 {
  const alphas = i32x4.splat(0xff000000);
  let largest = 0;
  let i = 0;
  while (i < area) {
    if (i + 6 <= area) {
      const at = <usize>(3 * i);
      const unlike = v128.xor(
        v128.load(source + at),
        v128.load(background + at),
      );
      let any = i32x4.replace_lane(unlike, 3, 0);
      for (let k = 0; k < count; k++) {
        const layer = <usize>load<u32>(layers + (<usize>k << 2));
        any = v128.or(
          any,
          v128.and(alphas, v128.load(layer + (<usize>i << 2))),
        );
      }
      if (!v128.any_true(any)) {
        i += 4;
        continue;
      }
    }
    const end = min(area, i + 4);
    for (; i < end; i++) {
      for (let c = 0; c < 3; c++) {
        const at = <usize>(3 * i + c);
        let value = <f64>load<u8>(background + at);
        for (let k = 0; k < count; k++) {
          const pixel =
            <usize>load<u32>(layers + (<usize>k << 2)) + (<usize>i << 2);
          const alpha = <f64>load<u8>(pixel, 3) / 255;
          value =
            value * (1 - alpha) + <f64>load<u8>(pixel + <usize>c) * alpha;
        }
        const difference = <i32>Math.round(value) - <i32>load<u8>(source + at);
        largest = max(largest, abs(difference));
      }
    }
  }
  return largest;
}

/** `to[i] = from[i] / 255`, from bytes. */
export function fractionsOf8(from: usize, to: usize, count: i32): void {
  const scale = f32x4.splat(255);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const wide = i16x8.extend_low_i8x16_u(v128.load32_zero(from + <usize>i));
    const codes = i32x4.extend_low_i16x8_u(wide);
    v128.store(
      to + (<usize>i << 2),
      f32x4.div(f32x4.convert_i32x4_s(codes), scale),
    );
  }
  for (; i < count; i++)
    store<f32>(to + (<usize>i << 2), <f32>load<u8>(from + <usize>i) / 255);
}

/** `to[i] = from[i] / 65535`, from unsigned 16-bit numbers. */
export function fractionsOf16(from: usize, to: usize, count: i32): void {
  const scale = f32x4.splat(65535);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const codes = i32x4.extend_low_i16x8_u(
      v128.load64_zero(from + (<usize>i << 1)),
    );
    v128.store(
      to + (<usize>i << 2),
      f32x4.div(f32x4.convert_i32x4_s(codes), scale),
    );
  }
  for (; i < count; i++)
    store<f32>(
      to + (<usize>i << 2),
      <f32>load<u16>(from + (<usize>i << 1)) / 65535,
    );
}

/** `to[i] = ⌊clip(scale·from[i] + ½, 0, scale)⌋`, exactly; two bytes each where `wide`, else one. */
export function codesOf(
  from: usize,
  to: usize,
  count: i32,
  scale: f64,
  wide: bool,
): void {
  for (let i = 0; i < count; i++) {
    const value = <f64>load<f32>(from + (<usize>i << 2)) * scale + 0.5;
    const code = <i32>min(scale, max(0, value));
    if (wide) store<u16>(to + (<usize>i << 1), <u16>code);
    else store<u8>(to + <usize>i, <u8>code);
  }
}
