import { linearRow, lookUpLinear, storeFirst } from "./warp";

/**
 * `moved(p) = moving(p + flow(p))`, bilinear, borders replicated, and `difference = (target − moved)·weight`.
 *
 * @param target `[H, W]` float32, and so are the others; `flow` is `[2, H, W]`
 */
export function movedDifference(
  target: usize,
  moving: usize,
  weight: usize,
  flow: usize,
  moved: usize,
  difference: usize,
  width: i32,
  height: i32,
  lookup: usize,
): void {
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column += 256) {
      const count = min(256, width - column);
      lookUpLinear(
        lookup,
        row,
        column,
        count,
        0,
        flow,
        0,
        width,
        height,
        width,
        height,
        true,
      );
      linearRow(
        moving,
        width,
        height,
        lookup,
        moved + ((<usize>(row * width + column)) << 2),
        count,
        true,
        0,
      );
    }
  const area = width * height;
  for (let i = 0; i < area; i += 4) {
    const offset = (<usize>i) << 2;
    storeFirst(
      difference + offset,
      f32x4.mul(
        f32x4.sub(v128.load(target + offset), v128.load(moved + offset)),
        v128.load(weight + offset),
      ),
      area - i,
    );
  }
}

/** Writes a row of `a + b` with its ends repeated once on either side, from four values before the row on. */
function sumRow(out: usize, a: usize, b: usize, width: i32): void {
  for (let x = 0; x < width; x += 4) {
    const offset = (<usize>x) << 2;
    storeFirst(
      out + 16 + offset,
      f32x4.add(v128.load(a + offset), v128.load(b + offset)),
      width - x,
    );
  }
  store<f32>(out, load<f32>(out, 16), 12);
  const end = out + ((<usize>width) << 2);
  store<f32>(end, load<f32>(end, 12), 16);
}

/**
 * What the normal equations average, for derivatives `∇` of `(target + moved)/2` by Sobel's operator and the difference in time
 * `d = target − moved − mean/(support + 10⁻³)`: `w·(∇x², ∇y², ∇x·∇y, ∇x·d, ∇y·d)`, `w = weight/(1 + (d·sharpness)²)`.
 *
 * @param products `[5, H, W]` float32
 * @param sharpness inverse of the difference that counts half
 * @param lines `3·(W + 12)` float32 of scratch
 */
export function alignmentProducts(
  target: usize,
  moved: usize,
  mean: usize,
  support: usize,
  weight: usize,
  products: usize,
  width: i32,
  height: i32,
  sharpness: f32,
  lines: usize,
): void {
  const area = (<usize>(width * height)) << 2;
  const line = (<usize>(width + 12)) << 2;
  const bytes = (<usize>width) << 2;
  const one = f32x4.splat(1);
  const scale = f32x4.splat(0.0625);
  const little = f32x4.splat(0.001);
  const sharp = f32x4.splat(sharpness);
  let above = lines;
  let here = lines + line;
  let below = lines + 2 * line;
  sumRow(here, target, moved, width);
  memory.copy(above, here, line);
  for (let y = 0; y < height; y++) {
    const row = <usize>y * bytes;
    if (y + 1 < height)
      sumRow(below, target + row + bytes, moved + row + bytes, width);
    else memory.copy(below, here, line);
    for (let x = 0; x < width; x += 4) {
      const offset = (<usize>x) << 2;
      const at = row + offset;
      const a = v128.load(above + offset, 12);
      const b = v128.load(above + offset, 16);
      const c = v128.load(above + offset, 20);
      const d = v128.load(here + offset, 12);
      const e = v128.load(here + offset, 20);
      const f = v128.load(below + offset, 12);
      const g = v128.load(below + offset, 16);
      const h = v128.load(below + offset, 20);
      const ed = f32x4.sub(e, d);
      const gb = f32x4.sub(g, b);
      const ix = f32x4.mul(
        scale,
        f32x4.add(
          f32x4.add(f32x4.sub(c, a), f32x4.sub(h, f)),
          f32x4.add(ed, ed),
        ),
      );
      const iy = f32x4.mul(
        scale,
        f32x4.add(
          f32x4.add(f32x4.sub(f, a), f32x4.sub(h, c)),
          f32x4.add(gb, gb),
        ),
      );
      const it = f32x4.sub(
        f32x4.sub(v128.load(target + at), v128.load(moved + at)),
        f32x4.div(
          v128.load(mean + at),
          f32x4.add(v128.load(support + at), little),
        ),
      );
      const robust = f32x4.mul(it, sharp);
      const w = f32x4.div(
        v128.load(weight + at),
        f32x4.add(one, f32x4.mul(robust, robust)),
      );
      const wx = f32x4.mul(w, ix);
      const wy = f32x4.mul(w, iy);
      const out = products + at;
      const left = width - x;
      storeFirst(out, f32x4.mul(wx, ix), left);
      storeFirst(out + area, f32x4.mul(wy, iy), left);
      storeFirst(out + 2 * area, f32x4.mul(wx, iy), left);
      storeFirst(out + 3 * area, f32x4.mul(wx, it), left);
      storeFirst(out + 4 * area, f32x4.mul(wy, it), left);
    }
    const oldest = above;
    above = here;
    here = below;
    below = oldest;
  }
}

/**
 * One step of every pixel: `flow += (A + λ1)⁻¹·(b − λ(flow − start))`, no longer than `longest`, A and b the averaged products.
 *
 * @param averages `[5, H, W]` float32, as `alignmentProducts` has them
 * @param start `[2, H, W]` float32
 * @param flow `[2, H, W]` float32, changed in place
 */
export function alignmentStep(
  averages: usize,
  start: usize,
  flow: usize,
  area: i32,
  damping: f32,
  longest: f32,
): void {
  const plane = (<usize>area) << 2;
  const lambda = f32x4.splat(damping);
  const limit = f32x4.splat(longest);
  const one = f32x4.splat(1);
  for (let i = 0; i < area; i += 4) {
    const offset = (<usize>i) << 2;
    const at = averages + offset;
    const a = f32x4.add(v128.load(at), lambda);
    const b = f32x4.add(v128.load(at + plane), lambda);
    const c = v128.load(at + 2 * plane);
    const x = v128.load(flow + offset);
    const y = v128.load(flow + plane + offset);
    const u = f32x4.sub(
      v128.load(at + 3 * plane),
      f32x4.mul(lambda, f32x4.sub(x, v128.load(start + offset))),
    );
    const v = f32x4.sub(
      v128.load(at + 4 * plane),
      f32x4.mul(lambda, f32x4.sub(y, v128.load(start + plane + offset))),
    );
    const determinant = f32x4.sub(f32x4.mul(a, b), f32x4.mul(c, c));
    const dx = f32x4.div(
      f32x4.sub(f32x4.mul(b, u), f32x4.mul(c, v)),
      determinant,
    );
    const dy = f32x4.div(
      f32x4.sub(f32x4.mul(a, v), f32x4.mul(c, u)),
      determinant,
    );
    const length = f32x4.sqrt(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)));
    const share = v128.bitselect(
      f32x4.div(limit, length),
      one,
      f32x4.gt(length, limit),
    );
    const left = area - i;
    storeFirst(flow + offset, f32x4.add(x, f32x4.mul(dx, share)), left);
    storeFirst(flow + plane + offset, f32x4.add(y, f32x4.mul(dy, share)), left);
  }
}

/**
 * Local errors before and after a displacement: `w·Σ_c |r − m|/3`, `w·Σ_c |r − moved|/3` and `w`, `moved(p) = m(p + flow(p))`.
 *
 * @param reference `[3, H, W]` float32, r
 * @param moving `[3, H, W]` float32, m
 * @param errors `[3, H, W]` float32
 * @param moved 256 float32 of scratch
 */
export function displacementErrors(
  reference: usize,
  moving: usize,
  weight: usize,
  flow: usize,
  errors: usize,
  width: i32,
  height: i32,
  lookup: usize,
  moved: usize,
): void {
  const area = (<usize>(width * height)) << 2;
  const third: f32 = <f32>1 / <f32>3;
  const thirds = f32x4.splat(third);
  const zero = f32x4.splat(0);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column += 256) {
      const count = min(256, width - column);
      const at = (<usize>(row * width + column)) << 2;
      const before = errors + at;
      const after = errors + area + at;
      lookUpLinear(
        lookup,
        row,
        column,
        count,
        0,
        flow,
        0,
        width,
        height,
        width,
        height,
        true,
      );
      for (let channel = 0; channel < 3; channel++) {
        const plane = <usize>channel * area;
        linearRow(moving + plane, width, height, lookup, moved, count, true, 0);
        for (let i = 0; i < count; i += 4) {
          const offset = (<usize>i) << 2;
          const r = v128.load(reference + plane + at + offset);
          const left = count - i;
          const first = channel === 0;
          const was = first ? zero : v128.load(before + offset);
          const is = first ? zero : v128.load(after + offset);
          storeFirst(
            before + offset,
            f32x4.add(
              was,
              f32x4.abs(f32x4.sub(r, v128.load(moving + plane + at + offset))),
            ),
            left,
          );
          storeFirst(
            after + offset,
            f32x4.add(is, f32x4.abs(f32x4.sub(r, v128.load(moved + offset)))),
            left,
          );
        }
      }
      for (let i = 0; i < count; i += 4) {
        const offset = (<usize>i) << 2;
        const w = v128.load(weight + at + offset);
        const share = f32x4.mul(w, thirds);
        const left = count - i;
        storeFirst(
          before + offset,
          f32x4.mul(v128.load(before + offset), share),
          left,
        );
        storeFirst(
          after + offset,
          f32x4.mul(v128.load(after + offset), share),
          left,
        );
        storeFirst(errors + 2 * area + at + offset, w, left);
      }
    }
}

/**
 * How much of a displacement is kept, from averages of `displacementErrors`: with support `s = w + 0.02`, `b = before/s` and
 * `a = after/s`, `gate = clip((b − a)/(0.1·b + 10⁻³), 0, 1)`, 1 where s < 0.1.
 *
 * @param averages `[3, H, W]` float32
 * @param gate `[H, W]` float32
 */
export function displacementGate(
  averages: usize,
  gate: usize,
  area: i32,
): void {
  const plane = (<usize>area) << 2;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < area; i += 4) {
    const offset = (<usize>i) << 2;
    const at = averages + offset;
    const support = f32x4.add(v128.load(at + 2 * plane), f32x4.splat(0.02));
    const before = f32x4.div(v128.load(at), support);
    const after = f32x4.div(v128.load(at + plane), support);
    const gain = f32x4.div(
      f32x4.sub(before, after),
      f32x4.add(f32x4.mul(f32x4.splat(0.1), before), f32x4.splat(0.001)),
    );
    storeFirst(
      gate + offset,
      v128.bitselect(
        one,
        f32x4.min(one, f32x4.max(zero, gain)),
        f32x4.lt(support, f32x4.splat(0.1)),
      ),
      area - i,
    );
  }
}

/** Both planes of a displacement times one of shares: `to = flow·share`. */
export function scaleDisplacement(
  flow: usize,
  share: usize,
  to: usize,
  area: i32,
): void {
  const plane = (<usize>area) << 2;
  for (let i = 0; i < area; i += 4) {
    const offset = (<usize>i) << 2;
    const s = v128.load(share + offset);
    const left = area - i;
    storeFirst(to + offset, f32x4.mul(s, v128.load(flow + offset)), left);
    storeFirst(
      to + plane + offset,
      f32x4.mul(s, v128.load(flow + plane + offset)),
      left,
    );
  }
}
