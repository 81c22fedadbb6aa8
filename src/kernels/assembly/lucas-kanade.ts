/** Pixels around a level's picture that hold its mirror image: a window that begins a window's width outside, and what vectors read on. */
const MARGIN: i32 = 32;

/** Elements between the rows of a level `width` wide: margins on both sides, in whole vectors. */
export function levelStride(width: i32): i32 {
  return (width + 2 * MARGIN + 15) & ~15;
}

/** Elements of a level with its margins. */
export function levelSize(width: i32, height: i32): i32 {
  return levelStride(width) * (height + 2 * MARGIN);
}

/** `to(i) = round(255·from(i))`, ties to even, limited to bytes. */
export function greyBytes(from: usize, to: usize, count: i32): void {
  const full = f64x2.splat(255);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const four = v128.load(from + ((<usize>i) << 2));
    const low = f64x2.nearest(f64x2.mul(full, f64x2.promote_low_f32x4(four)));
    const high = f64x2.nearest(
      f64x2.mul(
        full,
        f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3)),
      ),
    );
    const words = v128.shuffle<i32>(
      i32x4.trunc_sat_f64x2_s_zero(low),
      i32x4.trunc_sat_f64x2_s_zero(high),
      0,
      1,
      4,
      5,
    );
    const shorts = i16x8.narrow_i32x4_s(words, words);
    v128.store32_lane(to + <usize>i, i8x16.narrow_i16x8_u(shorts, shorts), 0);
  }
  for (; i < count; i++) {
    const value = nearest<f64>(255 * <f64>load<f32>(from + ((<usize>i) << 2)));
    // Not a number is 0.
    store<u8>(to + <usize>i, value >= 0 ? <u8>min<f64>(255, value) : 0);
  }
}

/** Writes `[H, W]` bytes into a level, and its margins: the picture mirrored at its outermost pixels. */
export function fillLevel(
  from: usize,
  level: usize,
  width: i32,
  height: i32,
): void {
  const stride = levelStride(width);
  for (let y = 0; y < height; y++)
    memory.copy(
      level + <usize>((y + MARGIN) * stride + MARGIN),
      from + <usize>(y * width),
      width,
    );
  mirrorMargins(level, width, height);
}

/** Where a coordinate outside `[0, size)` is mirrored to, without the outermost pixel being repeated. */
function mirrored(at: i32, size: i32): i32 {
  if (size === 1) return 0;
  while (at < 0 || at >= size) at = at < 0 ? -at : 2 * size - 2 - at;
  return at;
}

function mirrorMargins(level: usize, width: i32, height: i32): void {
  const stride = levelStride(width);
  for (let y = 0; y < height; y++) {
    const row = level + <usize>((y + MARGIN) * stride + MARGIN);
    for (let x = -MARGIN; x < 0; x++)
      store<u8>(row + x, load<u8>(row + mirrored(x, width)));
    for (let x = width; x < stride - MARGIN; x++)
      store<u8>(row + x, load<u8>(row + mirrored(x, width)));
  }
  for (let y = -MARGIN; y < height + MARGIN; y++) {
    if (y === 0) y = height;
    memory.copy(
      level + <usize>((y + MARGIN) * stride),
      level + <usize>((mirrored(y, height) + MARGIN) * stride),
      stride,
    );
  }
}

/**
 * The next level of a pyramid, half as large: `to(x, y) = (Σ_{i,j} k(i)·k(j)·from(2x+i, 2y+j) + 128) >> 8` with k = 1 4 6 4 1.
 *
 * @param from level `[H, W]` bytes
 * @param to level `[(H+1)/2, (W+1)/2]` bytes
 * @param across `2·levelStride(width)` bytes of scratch
 */
export function halveLevel(
  from: usize,
  to: usize,
  across: usize,
  width: i32,
  height: i32,
): void {
  const stride = levelStride(width);
  const w = (width + 1) >> 1;
  const h = (height + 1) >> 1;
  const step = levelStride(w);
  const low = i16x8.splat(0xff);
  const six = i16x8.splat(6);
  const half = i16x8.splat(128);
  for (let y = 0; y < h; y++) {
    const centre = from + <usize>((2 * y + MARGIN) * stride);
    // Columns −8 … stride−MARGIN−8 of the sums of five rows: at most 16·255.
    for (let x = 0; x < stride; x += 8) {
      const at = centre + <usize>x;
      const outer = i16x8.add(
        v128.load8x8_u(at - <usize>(2 * stride)),
        v128.load8x8_u(at + <usize>(2 * stride)),
      );
      const inner = i16x8.add(
        v128.load8x8_u(at - <usize>stride),
        v128.load8x8_u(at + <usize>stride),
      );
      const middle = v128.load8x8_u(at);
      v128.store(
        across + ((<usize>x) << 1),
        i16x8.add(
          i16x8.add(outer, i16x8.shl(inner, 2)),
          i16x8.mul(middle, six),
        ),
      );
    }
    const target = to + <usize>((y + MARGIN) * step + MARGIN);
    let x = 0;
    for (; x < w; x += 8) {
      const at = across + ((<usize>(2 * x + MARGIN)) << 1);
      // Sixteen sums from −2 on, and so on: every other one of them.
      const a = everyOther(v128.load(at - 4), v128.load(at + 12));
      const b = everyOther(v128.load(at - 2), v128.load(at + 14));
      const c = everyOther(v128.load(at), v128.load(at + 16));
      const d = everyOther(v128.load(at + 2), v128.load(at + 18));
      const e = everyOther(v128.load(at + 4), v128.load(at + 20));
      const sum = i16x8.add(
        i16x8.add(i16x8.add(a, e), i16x8.shl(i16x8.add(b, d), 2)),
        i16x8.add(i16x8.mul(c, six), half),
      );
      const bytes = v128.and(i16x8.shr_u(sum, 8), low);
      v128.store64_lane(
        target + <usize>x,
        i8x16.narrow_i16x8_u(bytes, bytes),
        0,
      );
    }
  }
  mirrorMargins(to, w, h);
}

function everyOther(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
}

/**
 * Scharr's derivatives of a level: `dx = Σ_j s(j)·(from(x+1, y+j) − from(x−1, y+j))`, s = 3 10 3, and `dy` the same the other way;
 * 0 in the margins.
 *
 * @param from level `[H, W]` bytes
 * @param dx level `[H, W]` int16
 * @param dy level `[H, W]` int16
 */
export function levelGradient(
  from: usize,
  dx: usize,
  dy: usize,
  width: i32,
  height: i32,
): void {
  const stride = levelStride(width);
  const bytes = (<usize>levelSize(width, height)) << 1;
  memory.fill(dx, 0, bytes);
  memory.fill(dy, 0, bytes);
  const three = i16x8.splat(3);
  const ten = i16x8.splat(10);
  const step = <usize>stride;
  for (let y = 0; y < height; y++) {
    const offset = <usize>((y + MARGIN) * stride + MARGIN);
    const row = from + offset;
    const toX = dx + (offset << 1);
    const toY = dy + (offset << 1);
    for (let x = 0; x < width; x += 8) {
      const at = row + <usize>x;
      const a = v128.load8x8_u(at - step - 1);
      const b = v128.load8x8_u(at - step);
      const c = v128.load8x8_u(at - step + 1);
      const d = v128.load8x8_u(at - 1);
      const e = v128.load8x8_u(at + 1);
      const f = v128.load8x8_u(at + step - 1);
      const g = v128.load8x8_u(at + step);
      const h = v128.load8x8_u(at + step + 1);
      const ca = i16x8.sub(c, a);
      const hf = i16x8.sub(h, f);
      const fa = i16x8.sub(f, a);
      const hc = i16x8.sub(h, c);
      let across = i16x8.add(
        i16x8.mul(three, i16x8.add(ca, hf)),
        i16x8.mul(ten, i16x8.sub(e, d)),
      );
      let down = i16x8.add(
        i16x8.mul(three, i16x8.add(fa, hc)),
        i16x8.mul(ten, i16x8.sub(g, b)),
      );
      if (x + 8 > width) {
        const keep = firstLanes(width - x);
        across = v128.and(across, keep);
        down = v128.and(down, keep);
      }
      v128.store(toX + ((<usize>x) << 1), across);
      v128.store(toY + ((<usize>x) << 1), down);
    }
  }
}

function firstLanes(count: i32): v128 {
  return i16x8.lt_s(i16x8(0, 1, 2, 3, 4, 5, 6, 7), i16x8.splat(<i16>count));
}

/** Weights of bilinear interpolation are shares of 2¹⁴, values of pictures get five bits more (OpenCV's lkpyramid.cpp). */
const WEIGHT_BITS: i32 = 14;
const VALUE_BITS: i32 = 5;
/** Squares of gradients and their products with differences, 2⁵·16 for values in 0…255 twice, are told as shares of this. */
const SCALE: f32 = <f32>1 / <f32>1048576;
const WEIGHT_ONE: f32 = 16384;
const SMALLEST_DETERMINANT: f32 = 1.1920929e-7;
/** Where a step undoes the one before to so many pixels, the point swings between two places. */
const SWING_PIXELS: f32 = 0.01;

function sumOf(v: v128): i64 {
  const sum = i64x2.add(
    i64x2.extend_low_i32x4_s(v),
    i64x2.extend_high_i32x4_s(v),
  );
  return i64x2.extract_lane(sum, 0) + i64x2.extract_lane(sum, 1);
}

function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/**
 * One level of Lucas and Kanade's tracking, coarse to fine, in integers as OpenCV has it (Bouguet, "Pyramidal implementation of
 * the affine Lucas Kanade feature tracker", 2001): from its place on the level above, each point takes steps
 * `(Σ ∇I ∇Iᵀ)⁻¹ Σ ∇I (I − J)` over a square window around it until they are short.
 *
 * @param a level `[H, W]` bytes, I
 * @param dx level `[H, W]` int16, its derivatives
 * @param dy level `[H, W]` int16
 * @param b level `[H, W]` bytes, J
 * @param points `[N, 2]` float32 in I at full size
 * @param places `[N, 2]` float32 in J, in pixels of the level above (of this one on the top level); moved to this level
 * @param lost `[N]` bytes, not 0 where a point is to be left alone; set to 1 on level 0 where one cannot be followed
 * @param window pixels of the window's side, at most 31: sums over one column of vectors fit 32 bits
 * @param patch `3·24·window` int16 of scratch
 * @param epsilon pixels squared, a step that ends the search
 * @param flattest least eigenvalue, per pixel of the window, with which a point is followed
 */
export function followLevel(
  a: usize,
  dx: usize,
  dy: usize,
  b: usize,
  width: i32,
  height: i32,
  level: i32,
  top: bool,
  points: usize,
  places: usize,
  lost: usize,
  count: i32,
  window: i32,
  iterations: i32,
  epsilon: f32,
  flattest: f32,
  patch: usize,
): void {
  const stride = <usize>levelStride(width);
  const origin = <usize>(MARGIN * (<i32>stride + 1));
  const blocks = (window + 7) >> 3;
  // Columns of vectors lie one after the other: 16 bytes a row.
  const column = (<usize>window) << 4;
  const seen = patch;
  const slopeX = patch + <usize>blocks * column;
  const slopeY = slopeX + <usize>blocks * column;
  const lastLanes = firstLanes(window - 8 * (blocks - 1));
  const allLanes = i16x8.splat(-1);
  const reach = window - 1;
  const half: f32 = <f32>reach * <f32>0.5;
  const size = 1 << level;
  const shrunk: f32 = <f32>1 / <f32>size;
  const twicePixels = 2 * window * window;
  const pixels: f32 = <f32>twicePixels;
  const valueRounding = i32x4.splat(1 << (WEIGHT_BITS - VALUE_BITS - 1));
  const slopeRounding = i32x4.splat(1 << (WEIGHT_BITS - 1));
  const lowest = level === 0;

  for (let i = 0; i < count; i++) {
    if (load<u8>(lost + <usize>i) !== 0) continue;
    const place = places + ((<usize>i) << 3);
    let nextX: f32 = load<f32>(place);
    let nextY: f32 = load<f32>(place, 4);
    if (top) {
      nextX *= shrunk;
      nextY *= shrunk;
    } else {
      nextX *= 2;
      nextY *= 2;
    }
    store<f32>(place, nextX);
    store<f32>(place, nextY, 4);

    const fromX: f32 = load<f32>(points + ((<usize>i) << 3)) * shrunk - half;
    const fromY: f32 = load<f32>(points + ((<usize>i) << 3), 4) * shrunk - half;
    const floorX: f32 = floor<f32>(fromX);
    const floorY: f32 = floor<f32>(fromY);
    if (outside(floorX, floorY, width, height, window)) {
      if (lowest) store<u8>(lost + <usize>i, 1);
      continue;
    }
    let u: f32 = fromX - floorX;
    let v: f32 = fromY - floorY;
    let w00: i32 = <i32>nearest<f32>((<f32>1 - u) * (<f32>1 - v) * WEIGHT_ONE);
    let w01: i32 = <i32>nearest<f32>(u * (<f32>1 - v) * WEIGHT_ONE);
    let w10: i32 = <i32>nearest<f32>((<f32>1 - u) * v * WEIGHT_ONE);
    let upper = i32x4.splat(w00 | (w01 << 16));
    let lower = i32x4.splat(w10 | ((16384 - w00 - w01 - w10) << 16));

    let at = origin + <usize>(<i32>floorY * <i32>stride + <i32>floorX);
    let sumXX: i64 = 0;
    let sumXY: i64 = 0;
    let sumYY: i64 = 0;
    for (let block = 0; block < blocks; block++) {
      const lanes = block === blocks - 1 ? lastLanes : allLanes;
      let byte = a + at + ((<usize>block) << 3);
      let word = (at + ((<usize>block) << 3)) << 1;
      let out = <usize>block * column;
      const end = out + column;
      let left = v128.load8x8_u(byte);
      let right = v128.load8x8_u(byte, 1);
      let low = interleaveLow(left, right);
      let high = interleaveHigh(left, right);
      left = v128.load(dx + word);
      right = v128.load(dx + word, 2);
      let lowX = interleaveLow(left, right);
      let highX = interleaveHigh(left, right);
      left = v128.load(dy + word);
      right = v128.load(dy + word, 2);
      let lowY = interleaveLow(left, right);
      let highY = interleaveHigh(left, right);
      let xx = i32x4.splat(0);
      let xy = xx;
      let yy = xx;
      for (; out < end; out += 16) {
        byte += stride;
        word += stride << 1;
        let first = i32x4.add(i32x4.dot_i16x8_s(low, upper), valueRounding);
        let second = i32x4.add(i32x4.dot_i16x8_s(high, upper), valueRounding);
        left = v128.load8x8_u(byte);
        right = v128.load8x8_u(byte, 1);
        low = interleaveLow(left, right);
        high = interleaveHigh(left, right);
        first = i32x4.add(first, i32x4.dot_i16x8_s(low, lower));
        second = i32x4.add(second, i32x4.dot_i16x8_s(high, lower));
        v128.store(
          seen + out,
          i16x8.narrow_i32x4_s(
            i32x4.shr_s(first, WEIGHT_BITS - VALUE_BITS),
            i32x4.shr_s(second, WEIGHT_BITS - VALUE_BITS),
          ),
        );
        first = i32x4.add(i32x4.dot_i16x8_s(lowX, upper), slopeRounding);
        second = i32x4.add(i32x4.dot_i16x8_s(highX, upper), slopeRounding);
        left = v128.load(dx + word);
        right = v128.load(dx + word, 2);
        lowX = interleaveLow(left, right);
        highX = interleaveHigh(left, right);
        first = i32x4.add(first, i32x4.dot_i16x8_s(lowX, lower));
        second = i32x4.add(second, i32x4.dot_i16x8_s(highX, lower));
        const slopesX = v128.and(
          lanes,
          i16x8.narrow_i32x4_s(
            i32x4.shr_s(first, WEIGHT_BITS),
            i32x4.shr_s(second, WEIGHT_BITS),
          ),
        );
        first = i32x4.add(i32x4.dot_i16x8_s(lowY, upper), slopeRounding);
        second = i32x4.add(i32x4.dot_i16x8_s(highY, upper), slopeRounding);
        left = v128.load(dy + word);
        right = v128.load(dy + word, 2);
        lowY = interleaveLow(left, right);
        highY = interleaveHigh(left, right);
        first = i32x4.add(first, i32x4.dot_i16x8_s(lowY, lower));
        second = i32x4.add(second, i32x4.dot_i16x8_s(highY, lower));
        const slopesY = v128.and(
          lanes,
          i16x8.narrow_i32x4_s(
            i32x4.shr_s(first, WEIGHT_BITS),
            i32x4.shr_s(second, WEIGHT_BITS),
          ),
        );
        v128.store(slopeX + out, slopesX);
        v128.store(slopeY + out, slopesY);
        xx = i32x4.add(xx, i32x4.dot_i16x8_s(slopesX, slopesX));
        xy = i32x4.add(xy, i32x4.dot_i16x8_s(slopesX, slopesY));
        yy = i32x4.add(yy, i32x4.dot_i16x8_s(slopesY, slopesY));
      }
      sumXX += sumOf(xx);
      sumXY += sumOf(xy);
      sumYY += sumOf(yy);
    }
    const a11: f32 = <f32>sumXX * SCALE;
    const a12: f32 = <f32>sumXY * SCALE;
    const a22: f32 = <f32>sumYY * SCALE;
    const determinant: f32 = a11 * a22 - a12 * a12;
    const least: f32 =
      (a22 + a11 - sqrt<f32>((a11 - a22) * (a11 - a22) + <f32>4 * a12 * a12)) /
      pixels;
    if (least < flattest || determinant < SMALLEST_DETERMINANT) {
      if (lowest) store<u8>(lost + <usize>i, 1);
      continue;
    }
    const inverse: f32 = <f32>1 / determinant;

    nextX -= half;
    nextY -= half;
    let lastX: f32 = 0;
    let lastY: f32 = 0;
    for (let iteration = 0; iteration < iterations; iteration++) {
      const startX: f32 = floor<f32>(nextX);
      const startY: f32 = floor<f32>(nextY);
      if (outside(startX, startY, width, height, window)) {
        if (lowest) store<u8>(lost + <usize>i, 1);
        break;
      }
      u = nextX - startX;
      v = nextY - startY;
      w00 = <i32>nearest<f32>((<f32>1 - u) * (<f32>1 - v) * WEIGHT_ONE);
      w01 = <i32>nearest<f32>(u * (<f32>1 - v) * WEIGHT_ONE);
      w10 = <i32>nearest<f32>((<f32>1 - u) * v * WEIGHT_ONE);
      upper = i32x4.splat(w00 | (w01 << 16));
      lower = i32x4.splat(w10 | ((16384 - w00 - w01 - w10) << 16));
      at = b + origin + <usize>(<i32>startY * <i32>stride + <i32>startX);
      let sumX: i64 = 0;
      let sumY: i64 = 0;
      for (let block = 0; block < blocks; block++) {
        let byte = at + ((<usize>block) << 3);
        let out = <usize>block * column;
        const end = out + column;
        let left = v128.load8x8_u(byte);
        let right = v128.load8x8_u(byte, 1);
        let low = interleaveLow(left, right);
        let high = interleaveHigh(left, right);
        let bx = i32x4.splat(0);
        let by = bx;
        for (; out < end; out += 16) {
          byte += stride;
          let first = i32x4.add(i32x4.dot_i16x8_s(low, upper), valueRounding);
          let second = i32x4.add(i32x4.dot_i16x8_s(high, upper), valueRounding);
          left = v128.load8x8_u(byte);
          right = v128.load8x8_u(byte, 1);
          low = interleaveLow(left, right);
          high = interleaveHigh(left, right);
          first = i32x4.add(first, i32x4.dot_i16x8_s(low, lower));
          second = i32x4.add(second, i32x4.dot_i16x8_s(high, lower));
          const difference = i16x8.sub(
            i16x8.narrow_i32x4_s(
              i32x4.shr_s(first, WEIGHT_BITS - VALUE_BITS),
              i32x4.shr_s(second, WEIGHT_BITS - VALUE_BITS),
            ),
            v128.load(seen + out),
          );
          bx = i32x4.add(
            bx,
            i32x4.dot_i16x8_s(difference, v128.load(slopeX + out)),
          );
          by = i32x4.add(
            by,
            i32x4.dot_i16x8_s(difference, v128.load(slopeY + out)),
          );
        }
        sumX += sumOf(bx);
        sumY += sumOf(by);
      }
      const b1: f32 = <f32>sumX * SCALE;
      const b2: f32 = <f32>sumY * SCALE;
      const stepX: f32 = (a12 * b2 - a22 * b1) * inverse;
      const stepY: f32 = (a12 * b1 - a11 * b2) * inverse;
      nextX += stepX;
      nextY += stepY;
      store<f32>(place, nextX + half);
      store<f32>(place, nextY + half, 4);
      if (stepX * stepX + stepY * stepY <= epsilon) break;
      if (
        iteration > 0 &&
        abs<f32>(stepX + lastX) < SWING_PIXELS &&
        abs<f32>(stepY + lastY) < SWING_PIXELS
      ) {
        store<f32>(place, nextX + half - stepX * <f32>0.5);
        store<f32>(place, nextY + half - stepY * <f32>0.5, 4);
        break;
      }
      lastX = stepX;
      lastY = stepY;
    }
    if (lowest) {
      const endX: f32 = floor<f32>(load<f32>(place) - half);
      const endY: f32 = floor<f32>(load<f32>(place, 4) - half);
      if (outside(endX, endY, width, height, window))
        store<u8>(lost + <usize>i, 1);
    }
  }
}

/** Whether a window that begins there lies wholly outside the picture; so does what is not a number. */
function outside(x: f32, y: f32, width: i32, height: i32, window: i32): bool {
  return !(
    x >= <f32>-window &&
    x < <f32>width &&
    y >= <f32>-window &&
    y < <f32>height
  );
}
