/**
 * Target pixels that are looked up together: their coordinates and weights, `LOOKUP_BYTES`, stay in the processor's nearest cache.
 */
const CHUNK: i32 = 256;
/** In a lookup: x, y and the index of the first source pixel of each target pixel, then four weights across and four down. */
const PLANE: usize = 4 * 256;
const Y: usize = 1 * PLANE;
const FIRST: usize = 2 * PLANE;
const ACROSS: usize = 3 * PLANE;
const DOWN: usize = 7 * PLANE;
/** Marks a target pixel some of whose source pixels lie outside, and one that lies outside itself. */
const BORDER: i32 = -1;
const BEYOND: i32 = -2;

/** Bytes of scratch that a warp needs. */
export function lookupBytes(): i32 {
  return 11 * 4 * 256;
}

/**
 * Where target pixels of one row come from: `map(p + flow(p))`, or what two lists say.
 *
 * @param lookup where x and y are written
 * @param count pixels from `column` on, at most `CHUNK`; up to three more are written
 * @param map nine float64, or 0
 * @param flow `[2, H, W]` float32, or 0
 * @param lists `[2, H, W]` float32 of coordinates, or 0; then `map` and `flow` do not count
 */
function coordinates(
  lookup: usize,
  row: i32,
  column: i32,
  count: i32,
  map: usize,
  flow: usize,
  lists: usize,
  width: i32,
  height: i32,
): void {
  const area = (<usize>(width * height)) << 2;
  const at = (<usize>(row * width + column)) << 2;
  if (lists !== 0) {
    memory.copy(lookup, lists + at, (<usize>count) << 2);
    memory.copy(lookup + Y, lists + area + at, (<usize>count) << 2);
    return;
  }
  let x = f32x4.add(f32x4.splat(<f32>column), f32x4(0, 1, 2, 3));
  const y = f32x4.splat(<f32>row);
  const step = f32x4.splat(4);
  if (flow !== 0) {
    const from = flow + at;
    for (let i = 0; i < count; i += 4) {
      const offset = (<usize>i) << 2;
      v128.store(lookup + offset, f32x4.add(x, v128.load(from + offset)));
      v128.store(
        lookup + Y + offset,
        f32x4.add(y, v128.load(from + area + offset)),
      );
      x = f32x4.add(x, step);
    }
  } else {
    for (let i = 0; i < count; i += 4) {
      const offset = (<usize>i) << 2;
      v128.store(lookup + offset, x);
      v128.store(lookup + Y + offset, y);
      x = f32x4.add(x, step);
    }
  }
  if (map === 0) return;
  const a = v128.load64_splat(map);
  const b = v128.load64_splat(map, 8);
  const c = v128.load64_splat(map, 16);
  const d = v128.load64_splat(map, 24);
  const e = v128.load64_splat(map, 32);
  const f = v128.load64_splat(map, 40);
  const g = v128.load64_splat(map, 48);
  const h = v128.load64_splat(map, 56);
  const j = v128.load64_splat(map, 64);
  const one = f64x2.splat(1);
  const affine =
    load<f64>(map, 48) === 0 &&
    load<f64>(map, 56) === 0 &&
    load<f64>(map, 64) === 1;
  for (let i = 0; i < count; i += 2) {
    const offset = (<usize>i) << 2;
    const px = f64x2.promote_low_f32x4(v128.load64_zero(lookup + offset));
    const py = f64x2.promote_low_f32x4(v128.load64_zero(lookup + Y + offset));
    let u = f64x2.add(f64x2.add(f64x2.mul(a, px), f64x2.mul(b, py)), c);
    let v = f64x2.add(f64x2.add(f64x2.mul(d, px), f64x2.mul(e, py)), f);
    if (!affine) {
      const w = f64x2.div(
        one,
        f64x2.add(f64x2.add(f64x2.mul(g, px), f64x2.mul(h, py)), j),
      );
      u = f64x2.mul(u, w);
      v = f64x2.mul(v, w);
    }
    v128.store64_lane(lookup + offset, f32x4.demote_f64x2_zero(u), 0);
    v128.store64_lane(lookup + Y + offset, f32x4.demote_f64x2_zero(v), 0);
  }
}

/** The coordinates of all target pixels, `[2, H, W]` float32. */
export function listCoordinates(
  to: usize,
  width: i32,
  height: i32,
  map: usize,
  flow: usize,
  lookup: usize,
): void {
  const area = (<usize>(width * height)) << 2;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += CHUNK) {
      const count = min(CHUNK, width - column);
      const at = to + ((<usize>(row * width + column)) << 2);
      coordinates(lookup, row, column, count, map, flow, 0, width, height);
      memory.copy(at, lookup, (<usize>count) << 2);
      memory.copy(at + area, lookup + Y, (<usize>count) << 2);
    }
  }
}

/** Lanes of `x` in `[least, most]`; what is not a number is in no range. */
function within(x: v128, least: f32, most: f32): v128 {
  return v128.and(
    f32x4.ge(x, f32x4.splat(least)),
    f32x4.le(x, f32x4.splat(most)),
  );
}

function clampIndex(i: i32, last: i32): i32 {
  return min(last, max(0, i));
}

/** Pixels around a padded plane before its first and behind its last row and column: what Keys' kernel reaches from coordinates just outside. */
const BEFORE: i32 = 3;
const BEHIND: i32 = 4;

/** Float32 values of so many planes with the padding that a bicubic warp needs. */
export function paddedSize(width: i32, height: i32, channels: i32): i32 {
  // Three are interleaved with a fourth.
  const values = channels === 3 ? 4 : channels;
  return values * (width + BEFORE + BEHIND) * (height + BEFORE + BEHIND);
}

/** Copies a plane, its outermost pixels repeated around it. */
function pad(from: usize, to: usize, width: i32, height: i32): void {
  const stride = (<usize>(width + BEFORE + BEHIND)) << 2;
  for (let y = 0; y < height; y++) {
    const row = to + <usize>(y + BEFORE) * stride;
    const source = from + ((<usize>(y * width)) << 2);
    const first = load<f32>(source);
    const last = load<f32>(source + ((<usize>width - 1) << 2));
    for (let x = 0; x < BEFORE; x++) store<f32>(row + ((<usize>x) << 2), first);
    memory.copy(row + ((<usize>BEFORE) << 2), source, (<usize>width) << 2);
    const end = row + ((<usize>(BEFORE + width)) << 2);
    for (let x = 0; x < BEHIND; x++) store<f32>(end + ((<usize>x) << 2), last);
  }
  const first = to + <usize>BEFORE * stride;
  for (let y = 0; y < BEFORE; y++)
    memory.copy(to + <usize>y * stride, first, stride);
  const last = first + <usize>(height - 1) * stride;
  for (let y = 1; y <= BEHIND; y++)
    memory.copy(last + <usize>y * stride, last, stride);
}

/**
 * Finds, of `count` target pixels, the first of the four by four pixels of a padded plane, and Keys' weights. Coordinates far outside
 * are as good as just outside, where all pixels are the border's.
 */
function prepareCubic(
  lookup: usize,
  count: i32,
  width: i32,
  height: i32,
): void {
  const one = f32x4.splat(1);
  const half = f32x4.splat(0.5);
  const three = f32x4.splat(1.5);
  const five = f32x4.splat(2.5);
  const two = f32x4.splat(2);
  const columns = i32x4.splat(width + BEFORE + BEHIND);
  const inward = i32x4.splat((BEFORE - 1) * (width + BEFORE + BEHIND + 1));
  const least = f32x4.splat(-2);
  const right = f32x4.splat(<f32>width + 1);
  const bottom = f32x4.splat(<f32>height + 1);
  for (let i = 0; i < count; i += 4) {
    const at = lookup + ((<usize>i) << 2);
    // What is not a number becomes the least.
    const x = f32x4.pmin(right, f32x4.pmax(least, v128.load(at)));
    const y = f32x4.pmin(bottom, f32x4.pmax(least, v128.load(at, 1024)));
    const left = f32x4.floor(x);
    const top = f32x4.floor(y);
    v128.store(
      at,
      i32x4.add(
        i32x4.add(
          i32x4.mul(i32x4.trunc_sat_f32x4_s(top), columns),
          i32x4.trunc_sat_f32x4_s(left),
        ),
        inward,
      ),
      2048,
    );
    for (let axis = 0; axis < 2; axis++) {
      const u = axis === 0 ? f32x4.sub(x, left) : f32x4.sub(y, top);
      const squared = f32x4.mul(u, u);
      // −½u³ + u² − ½u, 3/2u³ − 5/2u² + 1, −3/2u³ + 2u² + ½u, ½u³ − ½u²
      const a = f32x4.mul(
        f32x4.sub(f32x4.mul(f32x4.sub(one, f32x4.mul(half, u)), u), half),
        u,
      );
      const b = f32x4.add(
        f32x4.mul(f32x4.sub(f32x4.mul(three, u), five), squared),
        one,
      );
      const c = f32x4.mul(
        f32x4.add(f32x4.mul(f32x4.sub(two, f32x4.mul(three, u)), u), half),
        u,
      );
      const d = f32x4.mul(f32x4.mul(f32x4.sub(u, one), half), squared);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const out = lookup + (axis === 0 ? ACROSS : DOWN) + ((<usize>i) << 4);
      v128.store(out, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(out, v128.shuffle<f64>(ab, cd, 1, 3), 16);
      v128.store(out, v128.shuffle<f64>(ef, gh, 0, 2), 32);
      v128.store(out, v128.shuffle<f64>(ef, gh, 1, 3), 48);
    }
  }
}

/** Products of one row's four pixels, and of the three below, with their weights, summed down. */
function cubicColumns(
  first: usize,
  stride: usize,
  across: usize,
  down: usize,
): v128 {
  const second = first + stride;
  const third = second + stride;
  return f32x4.mul(
    v128.load(across),
    f32x4.add(
      f32x4.add(
        f32x4.mul(v128.load32_splat(down), v128.load(first)),
        f32x4.mul(v128.load32_splat(down, 4), v128.load(second)),
      ),
      f32x4.add(
        f32x4.mul(v128.load32_splat(down, 8), v128.load(third)),
        f32x4.mul(v128.load32_splat(down, 12), v128.load(third + stride)),
      ),
    ),
  );
}

/** Stores the first `count` lanes, at most four. */
export function storeFirst(at: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, v);
    return;
  }
  store<f32>(at, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(at, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(at, f32x4.extract_lane(v, 2), 8);
}

/** Copies three planes, interleaved with a fourth value, their outermost pixels repeated around them. */
function padThree(from: usize, to: usize, width: i32, height: i32): void {
  const area = (<usize>(width * height)) << 2;
  const stride = (<usize>(width + BEFORE + BEHIND)) << 4;
  for (let y = 0; y < height; y++) {
    const row = to + <usize>(y + BEFORE) * stride;
    const inner = row + ((<usize>BEFORE) << 4);
    const source = from + ((<usize>(y * width)) << 2);
    // What vectors write behind the row is written over by the padding.
    for (let x = 0; x < width; x += 4) {
      const at = source + ((<usize>x) << 2);
      const a = v128.load(at);
      const b = v128.load(at + area);
      const c = v128.load(at + 2 * area);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cc = v128.shuffle<f32>(c, c, 0, 0, 1, 1);
      const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const gg = v128.shuffle<f32>(c, c, 2, 2, 3, 3);
      const out = inner + ((<usize>x) << 4);
      v128.store(out, v128.shuffle<f64>(ab, cc, 0, 2));
      v128.store(out, v128.shuffle<f64>(ab, cc, 1, 3), 16);
      v128.store(out, v128.shuffle<f64>(ef, gg, 0, 2), 32);
      v128.store(out, v128.shuffle<f64>(ef, gg, 1, 3), 48);
    }
    const first = v128.load(inner);
    for (let x = 0; x < BEFORE; x++) v128.store(row + ((<usize>x) << 4), first);
    const end = inner + ((<usize>width) << 4);
    const last = v128.load(end - 16);
    for (let x = 0; x < BEHIND; x++) v128.store(end + ((<usize>x) << 4), last);
  }
  const first = to + <usize>BEFORE * stride;
  for (let y = 0; y < BEFORE; y++)
    memory.copy(to + <usize>y * stride, first, stride);
  const last = first + <usize>(height - 1) * stride;
  for (let y = 1; y <= BEHIND; y++)
    memory.copy(last + <usize>y * stride, last, stride);
}

/** Four neighbours in a row of interleaved pixels, each with its weight. */
function cubicAcross(at: usize, across: usize): v128 {
  return f32x4.add(
    f32x4.add(
      f32x4.mul(v128.load32_splat(across), v128.load(at)),
      f32x4.mul(v128.load32_splat(across, 4), v128.load(at, 16)),
    ),
    f32x4.add(
      f32x4.mul(v128.load32_splat(across, 8), v128.load(at, 32)),
      f32x4.mul(v128.load32_splat(across, 12), v128.load(at, 48)),
    ),
  );
}

/** One prepared target pixel of three planes, interleaved. */
function cubicThree(from: usize, stride: usize, lookup: usize, i: i32): v128 {
  const first =
    from + ((<usize>load<i32>(lookup + FIRST + ((<usize>i) << 2))) << 4);
  const across = lookup + ACROSS + ((<usize>i) << 4);
  const down = lookup + DOWN + ((<usize>i) << 4);
  const second = first + stride;
  const third = second + stride;
  return f32x4.add(
    f32x4.add(
      f32x4.mul(v128.load32_splat(down), cubicAcross(first, across)),
      f32x4.mul(v128.load32_splat(down, 4), cubicAcross(second, across)),
    ),
    f32x4.add(
      f32x4.mul(v128.load32_splat(down, 8), cubicAcross(third, across)),
      f32x4.mul(
        v128.load32_splat(down, 12),
        cubicAcross(third + stride, across),
      ),
    ),
  );
}

/** Bicubic warp of three planes at once, one vector a pixel; as `warpCubic` otherwise. */
function warpCubicThree(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  to: usize,
  width: i32,
  height: i32,
  map: usize,
  flow: usize,
  lists: usize,
  lookup: usize,
  padded: usize,
): void {
  const area = (<usize>(width * height)) << 2;
  const stride = (<usize>(sourceWidth + BEFORE + BEHIND)) << 4;
  padThree(source, padded, sourceWidth, sourceHeight);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column += CHUNK) {
      const count = min(CHUNK, width - column);
      coordinates(lookup, row, column, count, map, flow, lists, width, height);
      prepareCubic(lookup, count, sourceWidth, sourceHeight);
      const out = to + ((<usize>(row * width + column)) << 2);
      for (let i = 0; i < count; i += 4) {
        const a = cubicThree(padded, stride, lookup, i);
        const b = cubicThree(padded, stride, lookup, i + 1);
        const c = cubicThree(padded, stride, lookup, i + 2);
        const d = cubicThree(padded, stride, lookup, i + 3);
        const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        const at = out + ((<usize>i) << 2);
        storeFirst(at, v128.shuffle<f64>(ab, cd, 0, 2), count - i);
        storeFirst(at + area, v128.shuffle<f64>(ab, cd, 1, 3), count - i);
        storeFirst(at + 2 * area, v128.shuffle<f64>(ef, gh, 0, 2), count - i);
      }
    }
}

/**
 * Bicubic warp: `to(p) = Σ_{i,j=−1…2} k(x−⌊x⌋, i)·k(y−⌊y⌋, j)·source(⌊x⌋+i, ⌊y⌋+j)` at (x, y) = `coordinates(p)`, k Keys' kernel with
 * a = −½, borders replicated.
 *
 * @param source `[C, H, W]` float32
 * @param to `[C, h, w]` float32
 * @param lookup `lookupBytes()` of scratch
 * @param padded `paddedSize(W, H, C)` float32 of scratch
 */
export function warpCubic(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  channels: i32,
  to: usize,
  width: i32,
  height: i32,
  map: usize,
  flow: usize,
  lists: usize,
  lookup: usize,
  padded: usize,
): void {
  if (channels === 3) {
    // prettier-ignore
    warpCubicThree(source, sourceWidth, sourceHeight, to, width, height, map, flow, lists, lookup, padded);
    return;
  }
  const sourceArea = (<usize>(sourceWidth * sourceHeight)) << 2;
  const paddedArea = (<usize>paddedSize(sourceWidth, sourceHeight, 1)) << 2;
  const area = (<usize>(width * height)) << 2;
  const stride = (<usize>(sourceWidth + BEFORE + BEHIND)) << 2;
  for (let channel = 0; channel < channels; channel++)
    pad(
      source + <usize>channel * sourceArea,
      padded + <usize>channel * paddedArea,
      sourceWidth,
      sourceHeight,
    );
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += CHUNK) {
      const count = min(CHUNK, width - column);
      coordinates(lookup, row, column, count, map, flow, lists, width, height);
      prepareCubic(lookup, count, sourceWidth, sourceHeight);
      for (let channel = 0; channel < channels; channel++) {
        const from = padded + <usize>channel * paddedArea;
        const out =
          to + <usize>channel * area + ((<usize>(row * width + column)) << 2);
        let i = 0;
        for (; i + 4 <= count; i += 4)
          v128.store(
            out + ((<usize>i) << 2),
            cubicFour(from, stride, lookup, i),
          );
        if (i < count) {
          const rest = cubicFour(from, stride, lookup, i);
          const end = out + ((<usize>i) << 2);
          store<f32>(end, f32x4.extract_lane(rest, 0));
          if (i + 1 < count) store<f32>(end, f32x4.extract_lane(rest, 1), 4);
          if (i + 2 < count) store<f32>(end, f32x4.extract_lane(rest, 2), 8);
        }
      }
    }
  }
}

/** Four prepared target pixels of one plane. */
function cubicFour(from: usize, stride: usize, lookup: usize, i: i32): v128 {
  const first = lookup + FIRST + ((<usize>i) << 2);
  const across = lookup + ACROSS + ((<usize>i) << 4);
  const down = lookup + DOWN + ((<usize>i) << 4);
  const a = cubicColumns(
    from + ((<usize>load<i32>(first)) << 2),
    stride,
    across,
    down,
  );
  const b = cubicColumns(
    from + ((<usize>load<i32>(first, 4)) << 2),
    stride,
    across + 16,
    down + 16,
  );
  const c = cubicColumns(
    from + ((<usize>load<i32>(first, 8)) << 2),
    stride,
    across + 32,
    down + 32,
  );
  const d = cubicColumns(
    from + ((<usize>load<i32>(first, 12)) << 2),
    stride,
    across + 48,
    down + 48,
  );
  // Sums of each, side by side.
  const ab = f32x4.add(
    v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    v128.shuffle<f32>(a, b, 2, 6, 3, 7),
  );
  const cd = f32x4.add(
    v128.shuffle<f32>(c, d, 0, 4, 1, 5),
    v128.shuffle<f32>(c, d, 2, 6, 3, 7),
  );
  return f32x4.add(
    v128.shuffle<f64>(ab, cd, 0, 2),
    v128.shuffle<f64>(ab, cd, 1, 3),
  );
}

/**
 * Finds, of `count` target pixels, the first of two by two source pixels, and the shares of those right and below. Where borders are
 * replicated, coordinates outside are as good as those on the border.
 */
function prepareLinear(
  lookup: usize,
  count: i32,
  width: i32,
  height: i32,
  replicate: bool,
): void {
  const columns = i32x4.splat(width);
  const zero = f32x4.splat(0);
  const right = f32x4.splat(<f32>width - 1);
  const bottom = f32x4.splat(<f32>height - 1);
  const lastLeft = f32x4.splat(<f32>width - 2);
  const lastTop = f32x4.splat(<f32>height - 2);
  for (let i = 0; i < count; i += 4) {
    const at = lookup + ((<usize>i) << 2);
    let x = v128.load(at);
    let y = v128.load(at, 1024);
    let left = f32x4.floor(x);
    let top = f32x4.floor(y);
    let border = i32x4.splat(BORDER);
    if (replicate) {
      x = f32x4.pmin(right, f32x4.pmax(zero, x));
      y = f32x4.pmin(bottom, f32x4.pmax(zero, y));
      v128.store(at, x);
      v128.store(at, y, 1024);
      left = f32x4.min(lastLeft, f32x4.floor(x));
      top = f32x4.min(lastTop, f32x4.floor(y));
    } else {
      const near = v128.and(
        v128.and(
          f32x4.gt(x, f32x4.splat(-1)),
          f32x4.lt(x, f32x4.splat(<f32>width)),
        ),
        v128.and(
          f32x4.gt(y, f32x4.splat(-1)),
          f32x4.lt(y, f32x4.splat(<f32>height)),
        ),
      );
      border = v128.bitselect(border, i32x4.splat(BEYOND), near);
    }
    const inside = v128.and(
      within(left, 0, <f32>width - 2),
      within(top, 0, <f32>height - 2),
    );
    const first = i32x4.add(
      i32x4.mul(i32x4.trunc_sat_f32x4_s(top), columns),
      i32x4.trunc_sat_f32x4_s(left),
    );
    v128.store(at, v128.bitselect(first, border, inside), 2048);
    v128.store(lookup + ACROSS + ((<usize>i) << 2), f32x4.sub(x, left));
    v128.store(lookup + DOWN + ((<usize>i) << 2), f32x4.sub(y, top));
  }
}

/** One target pixel by bilinear interpolation. */
function linearPixel(
  source: usize,
  width: i32,
  height: i32,
  lookup: usize,
  i: i32,
  replicate: bool,
  beyond: f32,
): f32 {
  const at = lookup + ((<usize>i) << 2);
  if (!replicate && load<i32>(at + FIRST) === BEYOND) return beyond;
  const x: f32 = min<f32>(<f32>width, max<f32>(-1, load<f32>(at)));
  const y: f32 = min<f32>(<f32>height, max<f32>(-1, load<f32>(at + Y)));
  const floorX: f32 = floor<f32>(x);
  const floorY: f32 = floor<f32>(y);
  const left = <i32>floorX;
  const top = <i32>floorY;
  const x0 = (<usize>clampIndex(left, width - 1)) << 2;
  const x1 = (<usize>clampIndex(left + 1, width - 1)) << 2;
  const upper = source + ((<usize>(clampIndex(top, height - 1) * width)) << 2);
  const lower =
    source + ((<usize>(clampIndex(top + 1, height - 1) * width)) << 2);
  let a = load<f32>(upper + x0);
  let b = load<f32>(upper + x1);
  let c = load<f32>(lower + x0);
  let d = load<f32>(lower + x1);
  if (!replicate) {
    if (left < 0) {
      a = beyond;
      c = beyond;
    }
    if (left + 1 >= width) {
      b = beyond;
      d = beyond;
    }
    if (top < 0) {
      a = beyond;
      b = beyond;
    }
    if (top + 1 >= height) {
      c = beyond;
      d = beyond;
    }
  }
  const u: f32 = x - floorX;
  const v: f32 = y - floorY;
  const l: f32 = a + v * (c - a);
  const r: f32 = b + v * (d - b);
  return l + u * (r - l);
}

/** Two neighbours of one pixel and two of another, in one vector. */
function pairs(at: usize, a: i32, b: i32): v128 {
  return v128.load64_lane(
    at + ((<usize>b) << 2),
    v128.load64_zero(at + ((<usize>a) << 2)),
    1,
  );
}

/** Looks up `count` prepared pixels in one plane by bilinear interpolation. */
export function linearRow(
  source: usize,
  width: i32,
  height: i32,
  lookup: usize,
  out: usize,
  count: i32,
  replicate: bool,
  beyond: f32,
): void {
  const below = source + ((<usize>width) << 2);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = lookup + ((<usize>i) << 2);
    const firsts = v128.load(at, 2048);
    if (i32x4.bitmask(firsts) !== 0) {
      for (let k = i; k < i + 4; k++)
        store<f32>(
          out + ((<usize>k) << 2),
          linearPixel(source, width, height, lookup, k, replicate, beyond),
        );
      continue;
    }
    const a = i32x4.extract_lane(firsts, 0);
    const b = i32x4.extract_lane(firsts, 1);
    const c = i32x4.extract_lane(firsts, 2);
    const d = i32x4.extract_lane(firsts, 3);
    const upperAB = pairs(source, a, b);
    const upperCD = pairs(source, c, d);
    const lowerAB = pairs(below, a, b);
    const lowerCD = pairs(below, c, d);
    const v = v128.load(at + DOWN);
    const ab = f32x4.add(
      upperAB,
      f32x4.mul(
        v128.shuffle<f32>(v, v, 0, 0, 1, 1),
        f32x4.sub(lowerAB, upperAB),
      ),
    );
    const cd = f32x4.add(
      upperCD,
      f32x4.mul(
        v128.shuffle<f32>(v, v, 2, 2, 3, 3),
        f32x4.sub(lowerCD, upperCD),
      ),
    );
    const l = v128.shuffle<f32>(ab, cd, 0, 2, 4, 6);
    const r = v128.shuffle<f32>(ab, cd, 1, 3, 5, 7);
    v128.store(
      out + ((<usize>i) << 2),
      f32x4.add(l, f32x4.mul(v128.load(at + ACROSS), f32x4.sub(r, l))),
    );
  }
  for (; i < count; i++)
    store<f32>(
      out + ((<usize>i) << 2),
      linearPixel(source, width, height, lookup, i, replicate, beyond),
    );
}

/** Finds coordinates of target pixels, and prepares them for `linearRow`. */
export function lookUpLinear(
  lookup: usize,
  row: i32,
  column: i32,
  count: i32,
  map: usize,
  flow: usize,
  lists: usize,
  width: i32,
  height: i32,
  sourceWidth: i32,
  sourceHeight: i32,
  replicate: bool,
): void {
  coordinates(lookup, row, column, count, map, flow, lists, width, height);
  prepareLinear(lookup, count, sourceWidth, sourceHeight, replicate);
}

/**
 * Bilinear warp: `to(p)` is what lies between the four source pixels around `coordinates(p)`; those outside are `beyond`, or the
 * border's pixels where `replicate` is set.
 *
 * @param source `[C, H, W]` float32
 * @param to `[C, h, w]` float32
 * @param lookup `lookupBytes()` of scratch
 */
export function warpLinear(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  channels: i32,
  to: usize,
  width: i32,
  height: i32,
  map: usize,
  flow: usize,
  lists: usize,
  replicate: bool,
  beyond: f32,
  lookup: usize,
): void {
  const sourceArea = (<usize>(sourceWidth * sourceHeight)) << 2;
  const area = (<usize>(width * height)) << 2;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += CHUNK) {
      const count = min(CHUNK, width - column);
      lookUpLinear(
        lookup,
        row,
        column,
        count,
        map,
        flow,
        lists,
        width,
        height,
        sourceWidth,
        sourceHeight,
        replicate,
      );
      for (let channel = 0; channel < channels; channel++)
        linearRow(
          source + <usize>channel * sourceArea,
          sourceWidth,
          sourceHeight,
          lookup,
          to + <usize>channel * area + ((<usize>(row * width + column)) << 2),
          count,
          replicate,
          beyond,
        );
    }
  }
}

/**
 * Nearest-neighbour warp: `to(p) = source(round(coordinates(p)))`, halves rounded up; `beyond` outside.
 *
 * @param source `[C, H, W]` float32
 * @param to `[C, h, w]` float32
 * @param lookup `lookupBytes()` of scratch
 */
export function warpNearest(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  channels: i32,
  to: usize,
  width: i32,
  height: i32,
  map: usize,
  flow: usize,
  lists: usize,
  beyond: f32,
  lookup: usize,
): void {
  const sourceArea = (<usize>(sourceWidth * sourceHeight)) << 2;
  const area = (<usize>(width * height)) << 2;
  const columns = i32x4.splat(sourceWidth);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += CHUNK) {
      const count = min(CHUNK, width - column);
      coordinates(lookup, row, column, count, map, flow, lists, width, height);
      for (let i = 0; i < count; i += 4) {
        const at = lookup + ((<usize>i) << 2);
        const x = roundUp(v128.load(at));
        const y = roundUp(v128.load(at, 1024));
        const inside = v128.and(
          within(x, 0, <f32>sourceWidth - 1),
          within(y, 0, <f32>sourceHeight - 1),
        );
        const index = i32x4.add(
          i32x4.mul(i32x4.trunc_sat_f32x4_s(y), columns),
          i32x4.trunc_sat_f32x4_s(x),
        );
        v128.store(
          at,
          v128.bitselect(index, i32x4.splat(BEYOND), inside),
          2048,
        );
      }
      for (let channel = 0; channel < channels; channel++) {
        const from = source + <usize>channel * sourceArea;
        const out =
          to + <usize>channel * area + ((<usize>(row * width + column)) << 2);
        for (let i = 0; i < count; i++) {
          const index = load<i32>(lookup + FIRST + ((<usize>i) << 2));
          store<f32>(
            out + ((<usize>i) << 2),
            index < 0 ? beyond : load<f32>(from + ((<usize>index) << 2)),
          );
        }
      }
    }
  }
}

/** To the nearest integer, halves up. */
function roundUp(x: v128): v128 {
  const low = f32x4.floor(x);
  return f32x4.add(
    low,
    v128.and(f32x4.splat(1), f32x4.ge(f32x4.sub(x, low), f32x4.splat(0.5))),
  );
}
