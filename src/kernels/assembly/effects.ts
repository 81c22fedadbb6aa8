/** `3t² − 2t³` of `t = clip((value − low)/(high − low), 0, 1)`. */
// @ts-ignore: decorator
@inline
function smooth(value: v128, low: f32, high: f32): v128 {
  const t = clipped(
    f32x4.div(
      f32x4.sub(value, f32x4.splat(low)),
      f32x4.splat(high - low),
    ),
  );
  return f32x4.mul(
    f32x4.mul(t, t),
    f32x4.sub(f32x4.splat(3), f32x4.add(t, t)),
  );
}

// @ts-ignore: decorator
@inline
function clipped(value: v128): v128 {
  return f32x4.min(f32x4.splat(1), f32x4.max(f32x4.splat(0), value));
}


/**
 * What is seen where effects and subjects are taken away. With `D = I − B`, a pixel's peak
 * `p = S(max |D| / (3·(0.008 + spread/2)); 1, 2)`, `S` the smooth step, its gate `g` and object `o` the largest of all subjects':
 * `s = max(clip(20·o), u·max(significance, p))` with `u = max(g·(1 − zone), zone)`, where `u` is more than the former, and
 * `shown = I − s·D`.
 *
 * Pictures of fewer than four pixels are read beyond their ends.
 *
 * @param frame `[3, area]` float32
 * @param background `[3, area]` float32
 * @param spread `[area]` float32
 * @param significance `[area]` float32
 * @param zone `[area]` float32
 * @param gates `[count, area]` float32
 * @param objects `[count, area]` float32
 * @param soft `[area]` float32, receives `s`
 * @param shown `[3, area]` float32
 */
export function effectsAway(
  frame: usize,
  background: usize,
  spread: usize,
  significance: usize,
  zone: usize,
  gates: usize,
  objects: usize,
  soft: usize,
  shown: usize,
  count: i32,
  area: i32,
): void {
  const plane = <usize>area << 2;
  const one = f32x4.splat(1);
  let i = 0;
  while (i < area) {
    // The last vector begins where it ends with the picture.
    if (i + 4 > area && area >= 4) i = area - 4;
    const at = <usize>i << 2;
    const i0 = v128.load(frame + at);
    const i1 = v128.load(frame + at + plane);
    const i2 = v128.load(frame + at + 2 * plane);
    const d0 = f32x4.sub(i0, v128.load(background + at));
    const d1 = f32x4.sub(i1, v128.load(background + at + plane));
    const d2 = f32x4.sub(i2, v128.load(background + at + 2 * plane));
    let gate = f32x4.splat(0);
    let object = gate;
    for (let k = 0; k < count; k++) {
      const own = at + <usize>k * plane;
      gate = f32x4.max(gate, v128.load(gates + own));
      object = f32x4.max(object, v128.load(objects + own));
    }
    const mirrored = v128.load(zone + at);
    const covered = clipped(f32x4.mul(f32x4.splat(20), object));
    const open = f32x4.max(
      f32x4.mul(gate, f32x4.sub(one, mirrored)),
      mirrored,
    );
    const change = f32x4.max(
      f32x4.abs(d0),
      f32x4.max(f32x4.abs(d1), f32x4.abs(d2)),
    );
    const allowed = f32x4.add(
      f32x4.splat(0.024),
      f32x4.mul(f32x4.splat(1.5), v128.load(spread + at)),
    );
    const stands = f32x4.max(
      v128.load(significance + at),
      smooth(f32x4.div(change, allowed), 1, 2),
    );
    const s = v128.bitselect(
      f32x4.max(covered, f32x4.mul(open, stands)),
      covered,
      f32x4.gt(open, covered),
    );
    const s0 = f32x4.sub(i0, f32x4.mul(s, d0));
    const s1 = f32x4.sub(i1, f32x4.mul(s, d1));
    const s2 = f32x4.sub(i2, f32x4.mul(s, d2));
    if (i + 4 <= area) {
      v128.store(soft + at, s);
      v128.store(shown + at, s0);
      v128.store(shown + at + plane, s1);
      v128.store(shown + at + 2 * plane, s2);
    } else {
      storeSome(soft + at, s, area - i);
      storeSome(shown + at, s0, area - i);
      storeSome(shown + at + plane, s1, area - i);
      storeSome(shown + at + 2 * plane, s2, area - i);
    }
    i += 4;
  }
}

/** Stores the first values of a vector. */
function storeSome(to: usize, value: v128, count: i32): void {
  if (count > 0) store<f32>(to, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(value, 2), 8);
}

/**
 * Products of the change seen, `D = I − B`, with the change expected of a pixel's owner, `v = slope·B + offset` per channel:
 * `Σ v·D` and `Σ v²`.
 *
 * @param frame `[3, area]` float32
 * @param shown `[3, area]` float32, the `B`
 * @param owner `[area]` float32, which of `count`
 * @param models `[count, 3, 2]` float32, slopes and offsets
 * @param to `[2, area]` float32
 */
export function expectedChange(
  frame: usize,
  shown: usize,
  owner: usize,
  models: usize,
  to: usize,
  count: i32,
  area: i32,
): void {
  const plane = <usize>area << 2;
  let i = 0;
  while (i < area) {
    if (i + 4 > area && area >= 4) i = area - 4;
    const at = <usize>i << 2;
    const who = v128.load(owner + at);
    let dot = f32x4.splat(0);
    let norm = dot;
    for (let c = 0; c < 3; c++) {
      const model = models + (<usize>c << 3);
      let slope = v128.load32_splat(model);
      let offset = v128.load32_splat(model, 4);
      for (let k = 1; k < count; k++) {
        const own = f32x4.eq(who, f32x4.splat(<f32>k));
        const other = model + <usize>(24 * k);
        slope = v128.bitselect(v128.load32_splat(other), slope, own);
        offset = v128.bitselect(v128.load32_splat(other, 4), offset, own);
      }
      const b = v128.load(shown + at + <usize>c * plane);
      const v = f32x4.add(f32x4.mul(slope, b), offset);
      const d = f32x4.sub(v128.load(frame + at + <usize>c * plane), b);
      dot = f32x4.add(dot, f32x4.mul(v, d));
      norm = f32x4.add(norm, f32x4.mul(v, v));
    }
    if (i + 4 <= area) {
      v128.store(to + at, dot);
      v128.store(to + at + plane, norm);
    } else {
      storeSome(to + at, dot, area - i);
      storeSome(to + at + plane, norm, area - i);
    }
    i += 4;
  }
}

/** Least alpha for which a colour in [0, 1] takes `b` to `v`. */
// @ts-ignore: decorator
@inline
function leastAlpha(v: v128, b: v128): v128 {
  const floor = f32x4.splat(1e-3);
  const darker = f32x4.div(f32x4.sub(b, v), f32x4.max(b, floor));
  const brighter = f32x4.div(
    f32x4.sub(v, b),
    f32x4.max(f32x4.sub(f32x4.splat(1), b), floor),
  );
  return v128.bitselect(darker, brighter, f32x4.lt(v, b));
}

/**
 * Alpha of each subject's one-colour effect at the pixels that it owns and where its gate is open (more than 0.02):
 * `(1 − zone)·max(α, α_min)` with `α = clip(dot/(norm + 0.003))·soft`, for a trail its own alpha times `max(soft, gate)`, and
 * `α_min` the least alpha that explains the frame over what is shown, where it is more than 0.002.
 *
 * @param frame `[3, area]` float32
 * @param shown `[3, area]` float32
 * @param sums `[2, area]` float32: dot and norm
 * @param soft `[area]` float32
 * @param zone `[area]` float32
 * @param owner `[area]` float32
 * @param gates `[count, area]` float32
 * @param trails addresses of `count` trails' alphas, `[area]` float32; 0 where a subject has none
 * @param to `[count, area]` float32
 */
export function effectAlphas(
  frame: usize,
  shown: usize,
  sums: usize,
  soft: usize,
  zone: usize,
  owner: usize,
  gates: usize,
  trails: usize,
  to: usize,
  count: i32,
  area: i32,
): void {
  const plane = <usize>area << 2;
  const one = f32x4.splat(1);
  let i = 0;
  while (i < area) {
    if (i + 4 > area && area >= 4) i = area - 4;
    const at = <usize>i << 2;
    const s = v128.load(soft + at);
    const who = v128.load(owner + at);
    const free = f32x4.sub(one, v128.load(zone + at));
    const towards = f32x4.mul(
      s,
      clipped(
        f32x4.div(
          v128.load(sums + at),
          f32x4.add(v128.load(sums + at + plane), f32x4.splat(0.003)),
        ),
      ),
    );
    let least = f32x4.splat(0);
    for (let c = 0; c < 3; c++) {
      const from = at + <usize>c * plane;
      least = f32x4.max(least, leastAlpha(v128.load(frame + from), v128.load(shown + from)));
    }
    least = f32x4.min(one, least);
    least = v128.and(least, f32x4.gt(least, f32x4.splat(0.002)));
    for (let k = 0; k < count; k++) {
      const gate = v128.load(gates + at + <usize>k * plane);
      const trail = <usize>load<u32>(trails + (<usize>k << 2));
      const alpha =
        trail === 0
          ? towards
          : f32x4.mul(v128.load(trail + at), f32x4.max(s, gate));
      const own = v128.and(
        f32x4.eq(who, f32x4.splat(<f32>k)),
        f32x4.gt(gate, f32x4.splat(0.02)),
      );
      const value = v128.and(
        own,
        f32x4.mul(free, f32x4.max(alpha, least)),
      );
      const out = to + at + <usize>k * plane;
      if (i + 4 <= area) v128.store(out, value);
      else storeSome(out, value, area - i);
    }
    i += 4;
  }
}
