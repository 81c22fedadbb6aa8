import { exp4, log4 } from "./transcendental";


// @ts-ignore: decorator
@inline
function storeMoments(
  w: v128,
  r: v128,
  g: v128,
  b: v128,
  to: usize,
  plane: usize,
): void {
  const wr = f32x4.mul(w, r);
  const wg = f32x4.mul(w, g);
  const wb = f32x4.mul(w, b);
  v128.store(to, w);
  v128.store(to + plane, wr);
  v128.store(to + 2 * plane, wg);
  v128.store(to + 3 * plane, wb);
  v128.store(to + 4 * plane, f32x4.mul(wr, r));
  v128.store(to + 5 * plane, f32x4.mul(wr, g));
  v128.store(to + 6 * plane, f32x4.mul(wr, b));
  v128.store(to + 7 * plane, f32x4.mul(wg, g));
  v128.store(to + 8 * plane, f32x4.mul(wg, b));
  v128.store(to + 9 * plane, f32x4.mul(wb, b));
}

/**
 * Weighted moments of colours: `w, w·r, w·g, w·b`, then `w·p·q` for rr, rg, rb, gg, gb, bb.
 *
 * @param frame `[3, area]` float32
 * @param weights `[area]` float32
 * @param to `[10, area]` float32; behind it lie 3 values that may be written
 */
export function colourMoments(
  frame: usize,
  weights: usize,
  to: usize,
  area: i32,
): void {
  const plane = <usize>area << 2;
  let i = 0;
  for (; i + 4 <= area; i += 4) {
    const at = <usize>i << 2;
    const w = v128.load(weights + at);
    const p = frame + at;
    storeMoments(
      w, v128.load(p), v128.load(p + plane), v128.load(p + 2 * plane), to + at, plane,
    );
  }
  for (; i < area; i++) {
    const at = <usize>i << 2;
    const w = load<f32>(weights + at);
    let k = 4;
    store<f32>(to + at, w);
    for (let p = 0; p < 3; p++) {
      const wp = w * load<f32>(frame + at + <usize>p * plane);
      store<f32>(to + at + <usize>(1 + p) * plane, wp);
      for (let q = p; q < 3; q++, k++)
        store<f32>(
          to + at + <usize>k * plane,
          wp * load<f32>(frame + at + <usize>q * plane),
        );
    }
  }
}

/** Sum of each of `count` planes. @param from `[count, area]` float32 @param to `count` float64 */
export function planeSums(from: usize, to: usize, count: i32, area: i32): void {
  for (let k = 0; k < count; k++) {
    const plane = from + (<usize>(k * area) << 2);
    let low = f64x2.splat(0);
    let high = low;
    let i = 0;
    for (; i + 4 <= area; i += 4) {
      const v = v128.load(plane + (<usize>i << 2));
      low = f64x2.add(low, f64x2.promote_low_f32x4(v));
      high = f64x2.add(
        high,
        f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3)),
      );
    }
    low = f64x2.add(low, high);
    let sum = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
    for (; i < area; i++) sum += <f64>load<f32>(plane + (<usize>i << 2));
    store<f64>(to + (<usize>k << 3), sum);
  }
}

/**
 * Mean and covariance around each pixel from filtered moments `m`, near and far: each of `μₖ = (mₖ + s·gₖ)/(m₀ + s)` with the
 * whole's moments `g`, `Σ_pq = μ_pq − μ_p·μ_q` (variances no less than 0), mixed by `t = min(1, 20·near₀)`; variances `floor` more.
 *
 * @param near `[10, area]` float32
 * @param far `[10, area]` float32
 * @param whole 10 float32
 * @param share the `s`
 * @param mean `[3, area]` float32
 * @param covariance `[6, area]` float32
 */
export function nearbyColours(
  near: usize,
  far: usize,
  whole: usize,
  share: f32,
  floor: f32,
  mean: usize,
  covariance: usize,
  area: i32,
): void {
  const plane = <usize>area << 2;
  for (let i = 0; i < area; i++) {
    const at = <usize>i << 2;
    const trust = min<f32>(1, 20 * load<f32>(near + at));
    let r: f32 = 0;
    let g: f32 = 0;
    let b: f32 = 0;
    let rr: f32 = floor;
    let rg: f32 = 0;
    let rb: f32 = 0;
    let gg: f32 = floor;
    let gb: f32 = 0;
    let bb: f32 = floor;
    for (let half = 0; half < 2; half++) {
      const part = half === 0 ? trust : 1 - trust;
      if (part <= 0) continue;
      const m = (half === 0 ? near : far) + at;
      const scale: f32 = 1 / (load<f32>(m) + share);
      const r1 = (load<f32>(m + plane) + share * load<f32>(whole, 4)) * scale;
      const g1 = (load<f32>(m + 2 * plane) + share * load<f32>(whole, 8)) * scale;
      const b1 = (load<f32>(m + 3 * plane) + share * load<f32>(whole, 12)) * scale;
      r += part * r1;
      g += part * g1;
      b += part * b1;
      const rr1 = (load<f32>(m + 4 * plane) + share * load<f32>(whole, 16)) * scale;
      const rg1 = (load<f32>(m + 5 * plane) + share * load<f32>(whole, 20)) * scale;
      const rb1 = (load<f32>(m + 6 * plane) + share * load<f32>(whole, 24)) * scale;
      const gg1 = (load<f32>(m + 7 * plane) + share * load<f32>(whole, 28)) * scale;
      const gb1 = (load<f32>(m + 8 * plane) + share * load<f32>(whole, 32)) * scale;
      const bb1 = (load<f32>(m + 9 * plane) + share * load<f32>(whole, 36)) * scale;
      rr += part * max<f32>(0, rr1 - r1 * r1);
      rg += part * (rg1 - r1 * g1);
      rb += part * (rb1 - r1 * b1);
      gg += part * max<f32>(0, gg1 - g1 * g1);
      gb += part * (gb1 - g1 * b1);
      bb += part * max<f32>(0, bb1 - b1 * b1);
    }
    store<f32>(mean + at, r);
    store<f32>(mean + at + plane, g);
    store<f32>(mean + at + 2 * plane, b);
    store<f32>(covariance + at, rr);
    store<f32>(covariance + at + plane, rg);
    store<f32>(covariance + at + 2 * plane, rb);
    store<f32>(covariance + at + 3 * plane, gg);
    store<f32>(covariance + at + 4 * plane, gb);
    store<f32>(covariance + at + 5 * plane, bb);
  }
}

/**
 * How far a background may be off where its own spread `s` and its range over 3×3 pixels `ρ` (the widest channel's) say so,
 * `v = (s/2)² + (share·ρ)²`, and what is off in the clear: `e = max(0, Σ_c (I−B)²/3 − noise)`, `1` where `distance ≥ clear`, else `0, 0`.
 *
 * @param frame `[3, H, W]` float32
 * @param background `[3, H, W]` float32
 * @param spread `[H, W]` float32
 * @param distance `[H, W]` float32
 * @param variance `[H, W]` float32, receives `v`
 * @param outside `[2, H, W]` float32, receives `e` and the clear pixels
 * @param rows `2·(width + 8)` float32 of scratch
 */
export function backgroundDoubt(
  frame: usize,
  background: usize,
  spread: usize,
  distance: usize,
  variance: usize,
  outside: usize,
  rows: usize,
  width: i32,
  height: i32,
  share: f32,
  noise: f32,
  clear: f32,
): void {
  const plane = <usize>(width * height) << 2;
  const last = height - 1;
  const low = rows;
  const high = rows + (<usize>(width + 8) << 2);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let y = 0; y < height; y++) {
    const row = <usize>(y * width) << 2;
    const above = <usize>(max(0, y - 1) * width) << 2;
    const below = <usize>(min(last, y + 1) * width) << 2;
    const range = variance + row;
    const squared = outside + row;
    for (let c = 0; c < 3; c++) {
      const p = background + <usize>c * plane;
      const seen = frame + <usize>c * plane + row;
      let x = 0;
      for (; x + 4 <= width; x += 4) {
        const at = <usize>x << 2;
        const a = v128.load(p + above + at);
        const b = v128.load(p + row + at);
        const d = v128.load(p + below + at);
        v128.store(low + at, f32x4.min(b, f32x4.min(a, d)), 4);
        v128.store(high + at, f32x4.max(b, f32x4.max(a, d)), 4);
      }
      for (; x < width; x++) {
        const at = <usize>x << 2;
        const a = load<f32>(p + above + at);
        const b = load<f32>(p + row + at);
        const d = load<f32>(p + below + at);
        store<f32>(low + at, min(b, min(a, d)), 4);
        store<f32>(high + at, max(b, max(a, d)), 4);
      }
      const end = <usize>width << 2;
      store<f32>(low, load<f32>(low, 4));
      store<f32>(high, load<f32>(high, 4));
      store<f32>(low + end, load<f32>(low + end), 4);
      store<f32>(high + end, load<f32>(high + end), 4);
      x = 0;
      for (; x + 4 <= width; x += 4) {
        const at = <usize>x << 2;
        const least = f32x4.min(
          v128.load(low + at, 4),
          f32x4.min(v128.load(low + at), v128.load(low + at, 8)),
        );
        const most = f32x4.max(
          v128.load(high + at, 4),
          f32x4.max(v128.load(high + at), v128.load(high + at, 8)),
        );
        const wide = f32x4.sub(most, least);
        const off = f32x4.sub(v128.load(seen + at), v128.load(p + row + at));
        const square = f32x4.mul(off, off);
        if (c === 0) {
          v128.store(range + at, wide);
          v128.store(squared + at, square);
        } else {
          v128.store(range + at, f32x4.max(v128.load(range + at), wide));
          v128.store(squared + at, f32x4.add(v128.load(squared + at), square));
        }
      }
      for (; x < width; x++) {
        const at = <usize>x << 2;
        const least = min(
          load<f32>(low + at, 4),
          min(load<f32>(low + at), load<f32>(low + at, 8)),
        );
        const most = max(
          load<f32>(high + at, 4),
          max(load<f32>(high + at), load<f32>(high + at, 8)),
        );
        const off = load<f32>(seen + at) - load<f32>(p + row + at);
        if (c === 0) {
          store<f32>(range + at, most - least);
          store<f32>(squared + at, off * off);
        } else {
          store<f32>(range + at, max(load<f32>(range + at), most - least));
          store<f32>(squared + at, load<f32>(squared + at) + off * off);
        }
      }
    }
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const at = <usize>x << 2;
      const s = f32x4.mul(f32x4.splat(0.5), v128.load(spread + row + at));
      const w = f32x4.mul(f32x4.splat(share), v128.load(range + at));
      v128.store(range + at, f32x4.add(f32x4.mul(s, s), f32x4.mul(w, w)));
      const open = f32x4.ge(v128.load(distance + row + at), f32x4.splat(clear));
      const excess = f32x4.max(
        zero,
        f32x4.sub(
          f32x4.div(v128.load(squared + at), f32x4.splat(3)),
          f32x4.splat(noise),
        ),
      );
      v128.store(squared + at, v128.and(open, excess));
      v128.store(squared + plane + at, v128.and(open, one));
    }
    for (; x < width; x++) {
      const at = <usize>x << 2;
      const s: f32 = <f32>0.5 * load<f32>(spread + row + at);
      const w: f32 = share * load<f32>(range + at);
      store<f32>(range + at, s * s + w * w);
      const open = load<f32>(distance + row + at) >= clear;
      const excess = max<f32>(0, load<f32>(squared + at) / 3 - noise);
      store<f32>(squared + at, open ? excess : 0);
      store<f32>(squared + plane + at, open ? 1 : 0);
    }
  }
}

/** Alphas that are weighed: 0, 0.1, … 1. */
const LEVELS: i32 = 11;

/**
 * Posterior mean of alpha at the pixels around an outline. With `d = I − B`, `v = μ − B`, `r = d − a·v` and
 * `C = a²Σ + n·1`, `n = (1−a)²·variance + noise`, each alpha's logarithm is `share·(−½ min(rᵀC⁻¹r, limit) − ½ log |C|) + prior`;
 * `|C| = n³ + n²a² tr Σ + n a⁴ M + a⁶ |Σ|` (`M` the sum of Σ's principal minors) and
 * `rᵀ adj(C) r = a⁴ rᵀ adj(Σ) r + n a² (tr Σ |r|² − rᵀΣr) + n² |r|²`, so that what does not depend on `a` is worked out once.
 *
 * @param frame `[3, area]` float32
 * @param background `[3, area]` float32
 * @param mean `[3, area]` float32
 * @param covariance `[6, area]` float32
 * @param variance `[area]` float32 of the background
 * @param nearby `[2, area]` float32: `nearby₀/(nearby₁ + 10⁻³)` comes on top of the variance
 * @param kinds `[area]` uint8: 0 none of it, 1 all of it, else 2 + the histogram's bin
 * @param prior `[bins, 11]` float32
 * @param alpha `[area]` float32, written whole
 * @param histogram `[bins, 11]` float64, added to where `|v|²/(tr Σ/3 + variance + 10⁻⁴)` is above `telling`
 * @param scratch 24 float32
 */
export function matteAlpha(
  frame: usize,
  background: usize,
  mean: usize,
  covariance: usize,
  variance: usize,
  nearby: usize,
  kinds: usize,
  prior: usize,
  alpha: usize,
  histogram: usize,
  scratch: usize,
  area: i32,
  noise: f64,
  limit: f64,
  share: f32,
  doubt: f32,
  telling: f64,
): void {
  const plane = <usize>area << 2;
  const determinants = scratch;
  const squares = scratch + 48;
  for (let i = 0; i < area; i++) {
    const kind = <i32>load<u8>(kinds + <usize>i);
    const at = <usize>i << 2;
    if (kind < 2) {
      store<f32>(alpha + at, <f32>kind);
      continue;
    }
    const own: f64 =
      <f64>load<f32>(variance + at) +
      <f64>load<f32>(nearby + at) /
        (<f64>load<f32>(nearby + at + plane) + 1e-3);
    const b0 = <f64>load<f32>(background + at);
    const b1 = <f64>load<f32>(background + at + plane);
    const b2 = <f64>load<f32>(background + at + 2 * plane);
    const d0 = <f64>load<f32>(frame + at) - b0;
    const d1 = <f64>load<f32>(frame + at + plane) - b1;
    const d2 = <f64>load<f32>(frame + at + 2 * plane) - b2;
    const v0 = <f64>load<f32>(mean + at) - b0;
    const v1 = <f64>load<f32>(mean + at + plane) - b1;
    const v2 = <f64>load<f32>(mean + at + 2 * plane) - b2;
    const s = covariance + at;
    const rr = <f64>load<f32>(s);
    const rg = <f64>load<f32>(s + plane);
    const rb = <f64>load<f32>(s + 2 * plane);
    const gg = <f64>load<f32>(s + 3 * plane);
    const gb = <f64>load<f32>(s + 4 * plane);
    const bb = <f64>load<f32>(s + 5 * plane);
    const trace = rr + gg + bb;
    const m00 = gg * bb - gb * gb;
    const m01 = rb * gb - rg * bb;
    const m02 = rg * gb - rb * gg;
    const m11 = rr * bb - rb * rb;
    const m12 = rg * rb - rr * gb;
    const m22 = rr * gg - rg * rg;
    const minors = m00 + m11 + m22;
    const whole = rr * m00 + rg * m01 + rb * m02;
    const dd = d0 * d0 + d1 * d1 + d2 * d2;
    const dv = d0 * v0 + d1 * v1 + d2 * v2;
    const vv = v0 * v0 + v1 * v1 + v2 * v2;
    const sv0 = rr * v0 + rg * v1 + rb * v2;
    const sv1 = rg * v0 + gg * v1 + gb * v2;
    const sv2 = rb * v0 + gb * v1 + bb * v2;
    const sd0 = rr * d0 + rg * d1 + rb * d2;
    const sd1 = rg * d0 + gg * d1 + gb * d2;
    const sd2 = rb * d0 + gb * d1 + bb * d2;
    const sdd = sd0 * d0 + sd1 * d1 + sd2 * d2;
    const sdv = sv0 * d0 + sv1 * d1 + sv2 * d2;
    const svv = sv0 * v0 + sv1 * v1 + sv2 * v2;
    const mv0 = m00 * v0 + m01 * v1 + m02 * v2;
    const mv1 = m01 * v0 + m11 * v1 + m12 * v2;
    const mv2 = m02 * v0 + m12 * v1 + m22 * v2;
    const md0 = m00 * d0 + m01 * d1 + m02 * d2;
    const md1 = m01 * d0 + m11 * d1 + m12 * d2;
    const md2 = m02 * d0 + m12 * d1 + m22 * d2;
    const mdd = md0 * d0 + md1 * d1 + md2 * d2;
    const mdv = mv0 * d0 + mv1 * d1 + mv2 * d2;
    const mvv = mv0 * v0 + mv1 * v1 + mv2 * v2;
    for (let k = 0; k <= LEVELS; k++) {
      const a: f64 = <f64>min(k, LEVELS - 1) / (LEVELS - 1);
      const aa = a * a;
      const n: f64 = (1 - a) * (1 - a) * own + noise;
      const nn = n * n;
      const least = nn * n;
      const determinant = max(
        least + nn * aa * trace + n * aa * aa * minors + aa * aa * aa * whole,
        least,
      );
      const plain = dd - 2 * a * dv + aa * vv;
      const weighed = sdd - 2 * a * sdv + aa * svv;
      const adjoint = mdd - 2 * a * mdv + aa * mvv;
      const squared =
        (aa * aa * adjoint + n * aa * (trace * plain - weighed) + nn * plain) /
        determinant;
      const to = <usize>k << 2;
      store<f32>(determinants + to, <f32>determinant);
      store<f32>(squares + to, <f32>min(max(squared, 0), limit));
    }
    const bin = <usize>(4 * LEVELS * (kind - 2));
    let largest = f32x4.splat(-Infinity);
    for (let k = 0; k < LEVELS; k += 4) {
      const to = <usize>k << 2;
      const sum = f32x4.add(
        v128.load(squares + to),
        log4(v128.load(determinants + to)),
      );
      let value = f32x4.add(
        f32x4.mul(f32x4.splat(<f32>-0.5 * share), sum),
        v128.load(prior + bin + to),
      );
      // The twelfth repeats nothing.
      if (k === 8) value = f32x4.replace_lane(value, 3, -Infinity);
      v128.store(squares + to, value);
      largest = f32x4.max(largest, value);
    }
    const top = max(
      max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
      max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
    );
    let totals = f32x4.splat(0);
    let means = f32x4.splat(0);
    for (let k = 0; k < LEVELS; k += 4) {
      const to = <usize>k << 2;
      let p = exp4(f32x4.sub(v128.load(squares + to), f32x4.splat(top)));
      if (k === 8) p = f32x4.replace_lane(p, 3, 0);
      v128.store(squares + to, p);
      totals = f32x4.add(totals, p);
      const levels = f32x4.add(f32x4.splat(<f32>k), f32x4(0, 1, 2, 3));
      means = f32x4.add(means, f32x4.mul(p, levels));
    }
    const total =
      f32x4.extract_lane(totals, 0) +
      f32x4.extract_lane(totals, 1) +
      f32x4.extract_lane(totals, 2) +
      f32x4.extract_lane(totals, 3);
    const sum =
      f32x4.extract_lane(means, 0) +
      f32x4.extract_lane(means, 1) +
      f32x4.extract_lane(means, 2) +
      f32x4.extract_lane(means, 3);
    const steps: f32 = <f32>(LEVELS - 1);
    const soft = (sum / total / steps - doubt) / (1 - doubt - doubt);
    store<f32>(alpha + at, min<f32>(1, max<f32>(0, soft)));
    if (vv / (trace / 3 + own + 1e-4) > telling) {
      const row = histogram + 2 * bin;
      for (let k = 0; k < LEVELS; k++) {
        const cell = row + (<usize>k << 3);
        const p = load<f32>(squares + (<usize>k << 2)) / total;
        store<f64>(cell, load<f64>(cell) + <f64>p);
      }
    }
  }
}
