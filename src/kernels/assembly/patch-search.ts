/** Side of a patch, in pixels. */
const SIDE: i32 = 7;

/**
 * Squared difference of two patches, row after row; some value above `limit` once it is above.
 *
 * @param a address of the first pixel of one
 * @param b address of the first pixel of the other
 * @param row bytes from row to row of the picture
 * @param vectors vectors of 4 float32 a pixel
 */
function patchCost(
  a: usize,
  b: usize,
  row: usize,
  vectors: i32,
  limit: f32,
): f32 {
  const bytes = (<usize>(SIDE * vectors)) << 4;
  let sum: f32 = 0;
  for (let y = 0; y < SIDE; y++) {
    let squares = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const difference = f32x4.sub(v128.load(a + at), v128.load(b + at));
      squares = f32x4.add(squares, f32x4.mul(difference, difference));
    }
    sum += total(squares);
    if (sum > limit) return sum;
    a += row;
    b += row;
  }
  return sum;
}

function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Xorshift (Marsaglia, "Xorshift RNGs", 2003). */
function nextRandom(state: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^ (state << 5);
}

/**
 * PatchMatch: for every target the source patch that costs least, by propagation along the scan and random search around the best
 * so far. It costs its squared difference and `penalty` for each target beyond `free` others that has it. A patch is named by the index
 * `y·width + x` of its upper left pixel.
 *
 * @param features `[H, W, 4·vectors]` float32
 * @param targets ascending names of the patches to match, `targetCount` int32
 * @param wanted `[H, W]` bytes: 1 at each target
 * @param allowed `[H, W]` bytes: 1 at each patch that may be a source; none reaches beyond the picture
 * @param field `[H, W]` int32: at each target the name of an allowed source, better ones afterwards
 * @param costs `[H, W]` float32, written at each target: the squared difference
 * @param uses `[H, W]` int32 of scratch
 * @param free see above
 * @param penalty see above, ≥ 0
 * @param rounds scans, forwards and backwards in turn
 * @param state of the random numbers, not 0
 * @returns their state afterwards
 */
export function searchPatches(
  features: usize,
  width: i32,
  height: i32,
  vectors: i32,
  targets: usize,
  targetCount: i32,
  wanted: usize,
  allowed: usize,
  field: usize,
  costs: usize,
  uses: usize,
  free: i32,
  penalty: f32,
  rounds: i32,
  state: u32,
): u32 {
  const pixel = (<usize>vectors) << 4;
  const row = pixel * <usize>width;
  const area = width * height;
  memory.fill(uses, 0, (<usize>area) << 2);
  for (let k = 0; k < targetCount; k++) {
    const target = load<i32>(targets + ((<usize>k) << 2));
    const at = (<usize>target) << 2;
    const source = load<i32>(field + at);
    const used = uses + ((<usize>source) << 2);
    store<i32>(used, load<i32>(used) + 1);
    store<f32>(
      costs + at,
      patchCost(
        features + pixel * <usize>target,
        features + pixel * <usize>source,
        row,
        vectors,
        f32.MAX_VALUE,
      ),
    );
  }
  for (let round = 0; round < rounds; round++) {
    const forwards = (round & 1) == 0;
    const back = forwards ? -1 : 1;
    for (let k = 0; k < targetCount; k++) {
      const target = load<i32>(
        targets + ((<usize>(forwards ? k : targetCount - 1 - k)) << 2),
      );
      const at = (<usize>target) << 2;
      const patch = features + pixel * <usize>target;
      let best = load<i32>(field + at);
      const before = uses + ((<usize>best) << 2);
      store<i32>(before, load<i32>(before) - 1);
      let extra: f32 = penalty * <f32>max(0, load<i32>(before) - free);
      let least: f32 = load<f32>(costs + at) + extra;
      for (let way = 0; way < 2; way++) {
        const step = way == 0 ? back : back * width;
        const neighbour = target + step;
        if (neighbour < 0 || neighbour >= area) continue;
        if (load<u8>(wanted + <usize>neighbour) == 0) continue;
        const source = load<i32>(field + ((<usize>neighbour) << 2)) - step;
        if (source < 0 || source >= area || source == best) continue;
        if (load<u8>(allowed + <usize>source) == 0) continue;
        const other = features + pixel * <usize>source;
        const used = load<i32>(uses + ((<usize>source) << 2));
        const added: f32 = penalty * <f32>max(0, used - free);
        if (added >= least) continue;
        const cost: f32 = patchCost(patch, other, row, vectors, least - added);
        if (cost + added < least) {
          least = cost + added;
          extra = added;
          best = source;
        }
      }
      for (let reach = max(width, height); reach >= 1; reach >>= 1) {
        const span = <u32>(2 * reach + 1);
        state = nextRandom(state);
        const x = (best % width) + <i32>(state % span) - reach;
        state = nextRandom(state);
        const y = best / width + <i32>(state % span) - reach;
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        const source = y * width + x;
        if (load<u8>(allowed + <usize>source) == 0) continue;
        const other = features + pixel * <usize>source;
        const used = load<i32>(uses + ((<usize>source) << 2));
        const added: f32 = penalty * <f32>max(0, used - free);
        if (added >= least) continue;
        const cost: f32 = patchCost(patch, other, row, vectors, least - added);
        if (cost + added < least) {
          least = cost + added;
          extra = added;
          best = source;
        }
      }
      store<i32>(field + at, best);
      store<f32>(costs + at, least - extra);
      const after = uses + ((<usize>best) << 2);
      store<i32>(after, load<i32>(after) + 1);
    }
  }
  return state;
}

/**
 * For each of some patches the one among all candidates that differs least where the patch is known, by looking at all of them.
 *
 * @param features `[H, W, 4·vectors]` float32
 * @param known `[H, W]` float32: 1 where a pixel counts, else 0
 * @param patches names of the patches, `patchCount` int32
 * @param candidates their names, `candidateCount` int32
 * @param found `patchCount` int32, written: the names of the best
 */
export function nearestPatches(
  features: usize,
  width: i32,
  vectors: i32,
  known: usize,
  patches: usize,
  patchCount: i32,
  candidates: usize,
  candidateCount: i32,
  found: usize,
): void {
  const pixel = (<usize>vectors) << 4;
  const row = pixel * <usize>width;
  for (let k = 0; k < patchCount; k++) {
    const patch = load<i32>(patches + ((<usize>k) << 2));
    let best = -1;
    let least: f32 = f32.MAX_VALUE;
    for (let j = 0; j < candidateCount; j++) {
      const source = load<i32>(candidates + ((<usize>j) << 2));
      let a = features + pixel * <usize>patch;
      let b = features + pixel * <usize>source;
      let weights = known + ((<usize>patch) << 2);
      let sum: f32 = 0;
      for (let y = 0; y < SIDE && sum < least; y++) {
        let squares = f32x4.splat(0);
        for (let x = 0; x < SIDE; x++) {
          const weight = v128.load32_splat(weights + ((<usize>x) << 2));
          const from = a + pixel * <usize>x;
          const to = b + pixel * <usize>x;
          for (let at: usize = 0; at < pixel; at += 16) {
            const difference = f32x4.sub(
              v128.load(from + at),
              v128.load(to + at),
            );
            squares = f32x4.add(
              squares,
              f32x4.mul(weight, f32x4.mul(difference, difference)),
            );
          }
        }
        sum += total(squares);
        a += row;
        b += row;
        weights += (<usize>width) << 2;
      }
      if (sum < least) {
        least = sum;
        best = source;
      }
    }
    store<i32>(found + ((<usize>k) << 2), best);
  }
}
