import { decay } from "./exponential";
import { loadSome, storeSome } from "./partial-vector";

/** Bytes of a sample's vectors: three channels, weight, score. */
const SAMPLE_BYTES: usize = 80;

/**
 * Per pixel the weighted mode of its samples. With the kernel `K(a, b) = exp(−‖a−b‖²·scale)`, the sample with the largest score
 * `wₚ + Σ_q w_q·K(p, q)`, then `steps` mean shifts `c ← Σ wₚ·K(p, c)·p / Σ wₚ·K(p, c)`; spread is the root of the largest channel's
 * `Σ wₚ·K(p, c)·(p − c)² / Σ wₚ·K(p, c)` at the end.
 *
 * @param colours addresses of `n` rasters `[3, area]` float32
 * @param weights addresses of `n` rasters `[1, area]` float32, none negative
 * @param begin the first pixel that is worked out, a multiple of 4
 * @param end the pixel where this ends
 * @param scratch `80·n` bytes
 * @param colour `[3, area]`, 0 where no sample has weight
 * @param spread `[1, area]`
 * @param count `[1, area]`: samples with weight
 */
export function fuseModes(
  colours: usize,
  weights: usize,
  n: i32,
  area: i32,
  begin: i32,
  end: i32,
  scale: f32,
  steps: i32,
  scratch: usize,
  colour: usize,
  spread: usize,
  count: usize,
): void {
  const plane = (<usize>area) << 2;
  const zero = f32x4.splat(0);
  const scales = f32x4.splat(scale);
  const most = f32x4.splat(80);
  const ones = f32x4.splat(1);
  const tiny = f32x4.splat(1e-6);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = area - i;
    let top = scratch;
    let counted = zero;
    for (let k = 0; k < n; k++) {
      const pointer = (<usize>k) << 2;
      const w = f32x4.pmax(
        zero,
        loadSome(<usize>load<u32>(weights + pointer) + at, left),
      );
      const counts = f32x4.gt(w, zero);
      if (!v128.any_true(counts)) continue;
      counted = f32x4.add(counted, v128.and(counts, ones));
      const from = <usize>load<u32>(colours + pointer) + at;
      v128.store(top, loadSome(from, left));
      v128.store(top, loadSome(from + plane, left), 16);
      v128.store(top, loadSome(from + 2 * plane, left), 32);
      v128.store(top, w, 48);
      v128.store(top, w, 64);
      top += SAMPLE_BYTES;
    }
    storeSome(count + at, counted, left);
    let cr = zero;
    let cg = zero;
    let cb = zero;
    let best = zero;
    for (let p = scratch; p < top; p += SAMPLE_BYTES) {
      const pr = v128.load(p);
      const pg = v128.load(p, 16);
      const pb = v128.load(p, 32);
      const pw = v128.load(p, 48);
      let score = v128.load(p, 64);
      for (let q = p + SAMPLE_BYTES; q < top; q += SAMPLE_BYTES) {
        const dr = f32x4.sub(pr, v128.load(q));
        const dg = f32x4.sub(pg, v128.load(q, 16));
        const db = f32x4.sub(pb, v128.load(q, 32));
        const squared = f32x4.add(
          f32x4.add(f32x4.mul(dr, dr), f32x4.mul(dg, dg)),
          f32x4.mul(db, db),
        );
        const agreement = decay(f32x4.pmin(f32x4.mul(squared, scales), most));
        score = f32x4.add(score, f32x4.mul(v128.load(q, 48), agreement));
        v128.store(
          q,
          f32x4.add(v128.load(q, 64), f32x4.mul(pw, agreement)),
          64,
        );
      }
      const better = v128.and(f32x4.gt(score, best), f32x4.gt(pw, zero));
      best = v128.bitselect(score, best, better);
      cr = v128.bitselect(pr, cr, better);
      cg = v128.bitselect(pg, cg, better);
      cb = v128.bitselect(pb, cb, better);
    }
    let vr = zero;
    let vg = zero;
    let vb = zero;
    for (let step = 0; step <= steps; step++) {
      let sw = zero;
      let sr = zero;
      let sg = zero;
      let sb = zero;
      vr = zero;
      vg = zero;
      vb = zero;
      for (let p = scratch; p < top; p += SAMPLE_BYTES) {
        const dr = f32x4.sub(v128.load(p), cr);
        const dg = f32x4.sub(v128.load(p, 16), cg);
        const db = f32x4.sub(v128.load(p, 32), cb);
        const rr = f32x4.mul(dr, dr);
        const gg = f32x4.mul(dg, dg);
        const bb = f32x4.mul(db, db);
        const squared = f32x4.add(f32x4.add(rr, gg), bb);
        const a = f32x4.mul(
          v128.load(p, 48),
          decay(f32x4.pmin(f32x4.mul(squared, scales), most)),
        );
        sw = f32x4.add(sw, a);
        sr = f32x4.add(sr, f32x4.mul(a, dr));
        sg = f32x4.add(sg, f32x4.mul(a, dg));
        sb = f32x4.add(sb, f32x4.mul(a, db));
        vr = f32x4.add(vr, f32x4.mul(a, rr));
        vg = f32x4.add(vg, f32x4.mul(a, gg));
        vb = f32x4.add(vb, f32x4.mul(a, bb));
      }
      // What no sample has weight for stays where it is.
      const known = f32x4.ge(sw, tiny);
      const share = v128.and(known, f32x4.div(ones, f32x4.pmax(sw, tiny)));
      vr = f32x4.mul(vr, share);
      vg = f32x4.mul(vg, share);
      vb = f32x4.mul(vb, share);
      if (step === steps) break;
      cr = f32x4.add(cr, f32x4.mul(sr, share));
      cg = f32x4.add(cg, f32x4.mul(sg, share));
      cb = f32x4.add(cb, f32x4.mul(sb, share));
    }
    storeSome(colour + at, cr, left);
    storeSome(colour + plane + at, cg, left);
    storeSome(colour + 2 * plane + at, cb, left);
    const variance = f32x4.pmax(f32x4.pmax(vr, vg), vb);
    storeSome(spread + at, f32x4.sqrt(variance), left);
  }
}

/** Sorts `n` vectors, each lane for itself, the smallest first: Batcher's merge exchange (Knuth, "Sorting and Searching", 5.2.2 M). */
function sortLanes(values: usize, n: i32): void {
  if (n < 2) return;
  let top = 1;
  while (2 * top < n) top *= 2;
  for (let p = top; p > 0; p >>= 1) {
    let q = top;
    let r = 0;
    let d = p;
    for (;;) {
      const apart = (<usize>d) << 4;
      for (let i = 0; i < n - d; i++) {
        if ((i & p) !== r) continue;
        const at = values + ((<usize>i) << 4);
        const a = v128.load(at);
        const b = v128.load(at + apart);
        v128.store(at, f32x4.pmin(a, b));
        v128.store(at + apart, f32x4.pmax(a, b));
      }
      if (q === p) break;
      d = q - p;
      q >>= 1;
      r = p;
    }
  }
}

/**
 * Per pixel and channel the median of the samples with weight, of an even number the mean of the two in the middle.
 *
 * @param colours addresses of `n` rasters `[3, area]` float32
 * @param weights addresses of `n` rasters `[1, area]` float32
 * @param begin the first pixel that is worked out, a multiple of 4
 * @param end the pixel where this ends
 * @param scratch `20·n` bytes
 * @param colour `[3, area]`, 0 where no sample has weight
 * @param count `[1, area]`: samples with weight
 */
export function medianOfWeighted(
  colours: usize,
  weights: usize,
  n: i32,
  area: i32,
  begin: i32,
  end: i32,
  scratch: usize,
  colour: usize,
  count: usize,
): void {
  const plane = (<usize>area) << 2;
  const zero = f32x4.splat(0);
  const ones = f32x4.splat(1);
  const half = f32x4.splat(0.5);
  const absent = f32x4.splat(f32.MAX_VALUE);
  const shown = scratch + ((<usize>n) << 4);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = area - i;
    let m = 0;
    let counted = zero;
    for (let k = 0; k < n; k++) {
      const weight = <usize>load<u32>(weights + ((<usize>k) << 2)) + at;
      const counts = f32x4.gt(loadSome(weight, left), zero);
      if (!v128.any_true(counts)) continue;
      counted = f32x4.add(counted, v128.and(counts, ones));
      store<i32>(shown + ((<usize>m) << 2), k);
      m++;
    }
    storeSome(count + at, counted, left);
    // Ranks of the two in the middle.
    const upper = f32x4.floor(f32x4.mul(counted, half));
    const lower = f32x4.sub(f32x4.sub(counted, upper), ones);
    for (let c = 0; c < 3; c++) {
      const channel = <usize>c * plane + at;
      for (let j = 0; j < m; j++) {
        const pointer = (<usize>load<i32>(shown + ((<usize>j) << 2))) << 2;
        const weight = <usize>load<u32>(weights + pointer) + at;
        const value = <usize>load<u32>(colours + pointer) + channel;
        const counts = f32x4.gt(loadSome(weight, left), zero);
        v128.store(
          scratch + ((<usize>j) << 4),
          v128.bitselect(loadSome(value, left), absent, counts),
        );
      }
      sortLanes(scratch, m);
      // Where the number is odd both are at one rank, and where none counts one of them is at none.
      let low = zero;
      let high = zero;
      let rank = zero;
      for (let j = 0; j < m; j++) {
        const value = v128.load(scratch + ((<usize>j) << 4));
        low = v128.bitselect(value, low, f32x4.eq(rank, lower));
        high = v128.bitselect(value, high, f32x4.eq(rank, upper));
        rank = f32x4.add(rank, ones);
      }
      const middle = f32x4.mul(half, f32x4.add(low, high));
      const known = f32x4.gt(counted, zero);
      storeSome(colour + channel, v128.and(middle, known), left);
    }
  }
}
