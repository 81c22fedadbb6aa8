/**
 * Extended box along columns, borders replicated: the mean over `2·radius+1` rows and the two beyond them with weight `edge`,
 * `to(x, y) = (Σ_{|i|≤radius} from(x, y+i) + edge·(from(x, y−radius−1) + from(x, y+radius+1))) / (2·radius+1 + 2·edge)`.
 * Running sums are kept in float64, so that they do not drift.
 *
 * @param from `[H, W]` float32
 * @param to `[H, W]` float32, not `from`
 * @param sums `width` float64 of scratch
 */
export function boxColumns(
  from: usize,
  to: usize,
  sums: usize,
  width: i32,
  height: i32,
  radius: i32,
  edge: f32,
): void {
  const rows = 2 * radius + 1;
  const scale: f32 = <f32>1 / (<f32>rows + edge + edge);
  const last = height - 1;
  memory.fill(sums, 0, (<usize>width) << 3);
  for (let i = -radius; i <= radius; i++) {
    const row = from + ((<usize>(min(last, max(0, i)) * width)) << 2);
    for (let x = 0; x < width; x++) {
      const sum = sums + ((<usize>x) << 3);
      store<f64>(sum, load<f64>(sum) + <f64>load<f32>(row + ((<usize>x) << 2)));
    }
  }
  const scales = f32x4.splat(scale);
  const edges = f32x4.splat(edge);
  for (let y = 0; y < height; y++) {
    const above =
      from + ((<usize>(min(last, max(0, y - radius - 1)) * width)) << 2);
    const below =
      from + ((<usize>(min(last, max(0, y + radius + 1)) * width)) << 2);
    const leaving =
      from + ((<usize>(min(last, max(0, y - radius)) * width)) << 2);
    const target = to + ((<usize>(y * width)) << 2);
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const at = (<usize>x) << 2;
      const sum = sums + (at << 1);
      const low = v128.load(sum);
      const high = v128.load(sum, 16);
      const entering = v128.load(below + at);
      const gone = v128.load(leaving + at);
      const now = v128.shuffle<f32>(
        f32x4.demote_f64x2_zero(low),
        f32x4.demote_f64x2_zero(high),
        0,
        1,
        4,
        5,
      );
      const outer = f32x4.add(v128.load(above + at), entering);
      v128.store(
        target + at,
        f32x4.mul(scales, f32x4.add(now, f32x4.mul(edges, outer))),
      );
      const change = f64x2.sub(
        f64x2.promote_low_f32x4(entering),
        f64x2.promote_low_f32x4(gone),
      );
      v128.store(sum, f64x2.add(low, change));
      const upper = f64x2.sub(
        f64x2.promote_low_f32x4(
          v128.shuffle<f32>(entering, entering, 2, 3, 2, 3),
        ),
        f64x2.promote_low_f32x4(v128.shuffle<f32>(gone, gone, 2, 3, 2, 3)),
      );
      v128.store(sum, f64x2.add(high, upper), 16);
    }
    for (; x < width; x++) {
      const at = (<usize>x) << 2;
      const sum = sums + (at << 1);
      const entering = load<f32>(below + at);
      const now = load<f64>(sum);
      store<f32>(
        target + at,
        scale * (<f32>now + edge * (load<f32>(above + at) + entering)),
      );
      store<f64>(sum, now + (<f64>entering - <f64>load<f32>(leaving + at)));
    }
  }
}

/** `to[x, y] = from[y, x]`; `from` is `[H, W]`, `to` `[W, H]`, both float32. */
export function transpose(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
): void {
  const step = (<usize>width) << 2;
  const stride = (<usize>height) << 2;
  let y = 0;
  for (; y + 4 <= height; y += 4) {
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const at = from + ((<usize>(y * width + x)) << 2);
      const a = v128.load(at);
      const b = v128.load(at + step);
      const c = v128.load(at + 2 * step);
      const d = v128.load(at + 3 * step);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const out = to + ((<usize>(x * height + y)) << 2);
      v128.store(out, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(out + stride, v128.shuffle<f64>(ab, cd, 1, 3));
      v128.store(out + 2 * stride, v128.shuffle<f64>(ef, gh, 0, 2));
      v128.store(out + 3 * stride, v128.shuffle<f64>(ef, gh, 1, 3));
    }
    for (; x < width; x++)
      for (let i = 0; i < 4; i++)
        store<f32>(
          to + ((<usize>(x * height + y + i)) << 2),
          load<f32>(from + ((<usize>((y + i) * width + x)) << 2)),
        );
  }
  for (; y < height; y++)
    for (let x = 0; x < width; x++)
      store<f32>(
        to + ((<usize>(x * height + y)) << 2),
        load<f32>(from + ((<usize>(y * width + x)) << 2)),
      );
}

/**
 * `passes` extended boxes along rows, then as many along columns.
 *
 * @param from `[H, W]` float32
 * @param to `[H, W]` float32; may be `from`
 * @param a `[H, W]` float32 of scratch
 * @param b `[H, W]` float32 of scratch
 * @param sums `max(width, height)` float64 of scratch
 */
export function repeatedBox(
  from: usize,
  to: usize,
  a: usize,
  b: usize,
  sums: usize,
  width: i32,
  height: i32,
  radius: i32,
  edge: f32,
  passes: i32,
): void {
  transpose(from, a, width, height);
  let current = a;
  let next = b;
  for (let pass = 0; pass < passes; pass++) {
    boxColumns(current, next, sums, height, width, radius, edge);
    const swapped = current;
    current = next;
    next = swapped;
  }
  transpose(current, next, height, width);
  const swapped = current;
  current = next;
  next = swapped;
  for (let pass = 0; pass < passes; pass++) {
    const target = pass === passes - 1 ? to : next;
    boxColumns(current, target, sums, width, height, radius, edge);
    next = current;
    current = target;
  }
}
