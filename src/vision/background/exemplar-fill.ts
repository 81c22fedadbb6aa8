import {
  nearestPatches,
  PATCH_SIDE,
  searchPatches,
  type PatchFeatures,
  type PatchField,
} from "../../kernels/patch-search.ts";
import { distanceToMask } from "../../kernels/distance-transform.ts";
import { floats } from "../../kernels/memory.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { Guide } from "./continue-lines.ts";
import {
  patchPyramid,
  slopeAcross,
  slopeAlong,
  VALUE_CHANNELS,
  type HoledPicture,
  type PatchLevel,
} from "./patch-pyramid.ts";

/** Rounds of matching and voting, the smallest size first; the last number counts for all larger ones. */
const VOTES = [14, 8, 5, 3];
/** Scans of each match, likewise. */
const SCANS = [6, 4, 3, 2];
/** Further scans of the first match at each size. */
const FIRST_SCANS = 3;
/** A larger picture is matched but once at its full size: the votes are cast at the sizes below. */
const LARGEST_VOTED_PIXELS = 250_000;
/** Weight of Sobel's slopes beside the colour. */
const SLOPE_WEIGHT = 0.25;
/** How fast a vote loses weight as its patch differs: a patch of the median cost counts e⁻², so that the best ones stay sharp. */
const VOTE_SHARPNESS = 2;
/** Weight that a vote loses with each pixel of its patch's distance to the rim. */
const LOSS_PER_PIXEL = 1.3;
/** Pixels beyond which it loses no more. */
const FARTHEST_LOSS = 20;
/** What a source costs for each other patch that has it, as a share of the median cost: without it, one tuft becomes a carpet. */
const REPETITION_PENALTY = 0.3;
/** Other patches that may have the same source for nothing. */
const FREE_USES = 24;
/** Candidates, evenly taken, with which every patch is compared at the smallest size. */
const MOST_CANDIDATES = 6000;
/** Weight of the side of a line beside the colour: as different as from mid grey to black. */
const GUIDE_WEIGHT = 0.4;
/** Weight of the tone beside the colour: at .5 a curtain hung before a bright wall, at 1 and 2 it did not; at 1 an even texture kept .64 of its sharpness, at 2 more than .7. */
const TONE_WEIGHT = 2;
/** Pixels, at each size, within which the distance to a line counts; farther away only the side does. */
const GUIDE_REACH = 4;

/**
 * Completes a hole from pieces of the picture around it, from coarse to fine: every patch that touches the hole is matched with a whole one of
 * the source, and the matches vote on the hole's pixels (Wexler et al., "Space-time completion of video", 2007) with texture among what is
 * compared (Newson et al., "Video inpainting of complex scenes", 2014). What comes out are places to copy from, so that the fill is as sharp
 * as the source.
 *
 * @param guides lines through the hole: of each patch, where it lies to them is compared too
 * @param seed   whole number, > 0
 * @param tone   `[C, H, W]`, smooth: of what may be copied its own, in the hole the one that is expected; compared too where given, since what is
 *               flat fits best wherever no match is good, whatever its tone
 * @returns      `[H, W]`: index of the pixel to copy for each pixel of the hole, its own elsewhere; undefined if there is nothing to copy from
 */
export function completeFromExemplars(
  picture: HoledPicture,
  guides: readonly Guide[],
  seed: number,
  tone?: Raster,
): Int32Array | undefined {
  const { height, width } = picture.colour;
  const rim = distanceToRim(picture.hole, height, width);
  let radius = 0;
  for (const d of rim) radius = Math.max(radius, d);
  const levels = patchPyramid(picture, radius);
  let coarse: Completed | undefined;
  let state = seed;
  for (let k = levels.length - 1; k >= 0; k--) {
    const level = levels[k]!;
    const completing = new LevelCompletion(
      level,
      guides,
      2 ** k,
      state,
      tone && shrink(tone, level.height, level.width),
    );
    if (!completing.possible) continue;
    if (coarse === undefined) completing.startFromRim();
    else completing.startFrom(coarse);
    const stage = Math.min(levels.length - 1 - k, VOTES.length - 1);
    const votes =
      level.height * level.width > LARGEST_VOTED_PIXELS && k < levels.length - 1
        ? 1
        : VOTES[stage]!;
    for (let round = 0; round < votes; round++) {
      completing.match(SCANS[stage]! + (round === 0 ? FIRST_SCANS : 0));
      completing.vote();
    }
    state = completing.state;
    coarse = completing.completed();
  }
  return coarse?.values.height === height
    ? copiesOf(picture.hole, coarse)
    : undefined;
}

/** What one size leaves for the next. */
interface Completed {
  /** `[5, H, W]` */
  readonly values: Raster;
  /** `[H, W]`: source patch of each target, −1 elsewhere. */
  readonly sources: Int32Array;
}

/** The hole completed at one size. */
class LevelCompletion {
  readonly possible: boolean;
  state: number;
  readonly #level: PatchLevel;
  readonly #features: PatchFeatures;
  readonly #field: PatchField;
  /** Per target, how near to what is known its middle lies. */
  readonly #trust: Float32Array;
  /** Pixels of the hole, and beside them: where slopes change with it. */
  readonly #holePixels: Int32Array;
  readonly #slopePixels: Int32Array;
  /** Allowed patches. */
  readonly #pool: Int32Array;
  /** `[H, W, 1 + values]` of scratch: weight and weighted values. */
  readonly #sums: Float32Array;
  /** `[H, W]` of scratch. */
  readonly #grey: Float32Array;
  /** Of the last match's costs; 0 before. */
  #median = 0;

  constructor(
    level: PatchLevel,
    guides: readonly Guide[],
    scale: number,
    state: number,
    tone: Raster | undefined,
  ) {
    const { height, width, hole, allowed } = level;
    const area = height * width;
    this.#level = level;
    this.state = state;
    const wanted = touching(hole, height, width);
    const targets = indicesOf(wanted);
    this.#pool = indicesOf(allowed);
    this.possible = this.#pool.length > 0 && targets.length > 0;
    this.#field = {
      targets,
      wanted,
      allowed,
      sources: new Int32Array(area).fill(-1),
      costs: new Float32Array(area),
    };
    const rim = distanceToRim(hole, height, width);
    const half = PATCH_SIDE >> 1;
    this.#trust = Float32Array.from(
      targets,
      (t) =>
        LOSS_PER_PIXEL **
        -Math.min(FARTHEST_LOSS, rim[t + half * width + half]!),
    );
    this.#holePixels = indicesOf(hole);
    this.#slopePixels = besideHole(hole, height, width);
    this.#features = featuresOf(level, guides, scale, tone);
    this.#sums = floats(height * width * (VALUE_CHANNELS + 1));
    this.#grey = floats(height * width);
  }

  /** Fills the hole pixel by pixel from the rim inwards, each from the best of all patches around it. */
  startFromRim(): void {
    const { height, width, known } = this.#level;
    const { data, channels } = this.#features;
    const filled = floats(height * width);
    filled.set(known);
    const step = Math.ceil(this.#pool.length / MOST_CANDIDATES);
    const candidates = this.#pool.filter((_, i) => i % step === 0);
    let left = this.#holePixels;
    while (left.length > 0) {
      const ring = left.filter((i) => hasNeighbour(filled, i, height, width));
      // What no known pixel reaches stays as it is.
      if (ring.length === 0) break;
      const corners = ring.map((i) => cornerAround(i, height, width));
      const best = nearestPatches(this.#features, filled, corners, candidates);
      ring.forEach((i, k) => {
        const from = (best[k]! + i - corners[k]!) * channels;
        data.copyWithin(i * channels, from, from + VALUE_CHANNELS);
      });
      for (const i of ring) filled[i] = 1;
      left = left.filter((i) => filled[i] === 0);
    }
    for (const t of this.#field.targets)
      this.#field.sources[t] = this.#random();
    this.#slopes();
  }

  /** Starts from the matches of half the size. */
  startFrom(coarse: Completed): void {
    const { height, width, allowed } = this.#level;
    const { sources, targets } = this.#field;
    const { data, channels } = this.#features;
    const smaller = coarse.values;
    const enlarged = resizeLinear(smaller, height, width);
    const area = height * width;
    for (const i of this.#holePixels)
      for (let c = 0; c < VALUE_CHANNELS; c++)
        data[i * channels + c] = enlarged.data[c * area + i]!;
    for (const t of targets) {
      const x = t % width;
      const y = (t - x) / width;
      const sx = Math.min(smaller.width - 1, x >> 1);
      const sy = Math.min(smaller.height - 1, y >> 1);
      const from = coarse.sources[sy * smaller.width + sx]!;
      const fx = 2 * (from % smaller.width) + (x & 1);
      const fy = 2 * Math.floor(from / smaller.width) + (y & 1);
      const source = fy * width + fx;
      sources[t] =
        from >= 0 && fx < width && fy < height && allowed[source] === 1
          ? source
          : this.#random();
    }
    // Detail from the start: the middles of the patches, as they lie.
    this.#cast((PATCH_SIDE >> 1) - 1, (PATCH_SIDE >> 1) + 1, () => 1);
  }

  match(scans: number): void {
    this.state = searchPatches(
      this.#features,
      this.#field,
      { free: FREE_USES, penalty: REPETITION_PENALTY * this.#median },
      scans,
      this.state,
    );
  }

  /** Every pixel of the hole becomes the weighted mean of what its patches' sources have there. */
  vote(): void {
    const { targets, costs } = this.#field;
    const sorted = Float32Array.from(targets, (t) => costs[t]!);
    const median = orderStatistic(sorted, sorted.length >> 1);
    this.#median = median;
    const scale = VOTE_SHARPNESS / Math.max(median, 1e-6);
    this.#cast(
      0,
      PATCH_SIDE - 1,
      (t, k) =>
        Math.exp(-Math.min(60, scale * costs[t]!)) * this.#trust[k]! + 1e-12,
    );
  }

  completed(): Completed {
    const { height, width, values } = this.#level;
    const area = height * width;
    const { data, channels } = this.#features;
    const out = raster(VALUE_CHANNELS, height, width);
    out.data.set(values.data);
    for (const i of this.#holePixels)
      for (let c = 0; c < VALUE_CHANNELS; c++)
        out.data[c * area + i] = data[i * channels + c]!;
    return { values: out, sources: this.#field.sources };
  }

  /** Sums the rows and columns `from` to `to` of all patches, weighted, over the hole. */
  #cast(
    from: number,
    to: number,
    weigh: (target: number, k: number) => number,
  ): void {
    const { width, hole } = this.#level;
    const { data, channels } = this.#features;
    const { targets, sources } = this.#field;
    const sums = this.#sums.fill(0);
    targets.forEach((t, k) => {
      const weight = weigh(t, k);
      const s = sources[t]!;
      for (let y = from; y <= to; y++)
        for (let x = from; x <= to; x++) {
          const i = t + y * width + x;
          if (hole[i] === 0) continue;
          const at = i * (VALUE_CHANNELS + 1);
          const of = (s + y * width + x) * channels;
          sums[at]! += weight;
          for (let c = 0; c < VALUE_CHANNELS; c++)
            sums[at + 1 + c]! += weight * data[of + c]!;
        }
    });
    for (const i of this.#holePixels) {
      const at = i * (VALUE_CHANNELS + 1);
      const weight = sums[at]!;
      if (weight <= 0) continue;
      for (let c = 0; c < VALUE_CHANNELS; c++)
        data[i * channels + c] = sums[at + 1 + c]! / weight;
    }
    this.#slopes();
  }

  /** Brings the slopes up to date after the hole's colours have changed. */
  #slopes(): void {
    const { height, width } = this.#level;
    // prettier-ignore
    writeSlopes(this.#features, this.#slopePixels, this.#grey, height, width);
  }

  #random(): number {
    // Knuth's multiplier; the state of the search is of the same kind and not disturbed by sharing it.
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0 || 1;
    return this.#pool[this.state % this.#pool.length]!;
  }
}

/** Colour, texture, slopes and sides of lines, pixel by pixel. */
function featuresOf(
  { height, width, values }: PatchLevel,
  guides: readonly Guide[],
  scale: number,
  tone: Raster | undefined,
): PatchFeatures {
  const area = height * width;
  const used = VALUE_CHANNELS + 2 + guides.length + (tone?.channels ?? 0);
  const channels = 4 * Math.ceil(used / 4);
  const data = floats(area * channels);
  for (let c = 0; c < VALUE_CHANNELS; c++)
    for (let i = 0; i < area; i++)
      data[i * channels + c] = values.data[c * area + i]!;
  guides.forEach((guide, k) => {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const distance = guide(
          (x + 0.5) * scale - 0.5,
          (y + 0.5) * scale - 0.5,
        );
        data[(y * width + x) * channels + VALUE_CHANNELS + 2 + k] =
          GUIDE_WEIGHT *
          Math.max(-1, Math.min(1, distance / (scale * GUIDE_REACH)));
      }
  });
  if (tone !== undefined) {
    const first = VALUE_CHANNELS + 2 + guides.length;
    for (let c = 0; c < tone.channels; c++)
      for (let i = 0; i < area; i++)
        data[i * channels + first + c] = TONE_WEIGHT * tone.data[c * area + i]!;
  }
  const features = { height, width, channels, data };
  const all = new Int32Array(area).map((_, i) => i);
  writeSlopes(features, all, floats(area), height, width);
  return features;
}

function writeSlopes(
  { data, channels }: PatchFeatures,
  pixels: Int32Array,
  grey: Float32Array,
  height: number,
  width: number,
): void {
  for (let i = 0; i < grey.length; i++) {
    const at = i * channels;
    grey[i] = (data[at]! + data[at + 1]! + data[at + 2]!) / 3;
  }
  for (const i of pixels) {
    const x = i % width;
    const y = (i - x) / width;
    if (x === 0 || y === 0 || x + 1 === width || y + 1 === height) continue;
    const at = i * channels + VALUE_CHANNELS;
    data[at] = SLOPE_WEIGHT * slopeAcross(grey, i, width);
    data[at + 1] = SLOPE_WEIGHT * slopeAlong(grey, i, width);
  }
}

/** Upper left pixel of the patch around a pixel, moved into the picture. */
function cornerAround(i: number, height: number, width: number): number {
  const half = PATCH_SIDE >> 1;
  const x = i % width;
  const y = (i - x) / width;
  return (
    Math.min(height - PATCH_SIDE, Math.max(0, y - half)) * width +
    Math.min(width - PATCH_SIDE, Math.max(0, x - half))
  );
}

function copiesOf(
  hole: Uint8Array,
  { values, sources }: Completed,
): Int32Array {
  const { height, width } = values;
  return Int32Array.from(hole, (inside, i) => {
    if (inside === 0) return i;
    const corner = cornerAround(i, height, width);
    return sources[corner]! + i - corner;
  });
}

/** 1 at the upper left pixel of each patch in the picture that touches the hole. */
function touching(hole: Uint8Array, height: number, width: number): Uint8Array {
  const out = new Uint8Array(height * width);
  for (let i = 0; i < hole.length; i++) {
    if (hole[i] === 0) continue;
    const x = i % width;
    const y = (i - x) / width;
    const last = Math.min(x, width - PATCH_SIDE);
    const lowest = Math.min(y, height - PATCH_SIDE);
    for (let v = Math.max(0, y - PATCH_SIDE + 1); v <= lowest; v++)
      out.fill(
        1,
        v * width + Math.max(0, x - PATCH_SIDE + 1),
        v * width + last + 1,
      );
  }
  return out;
}

function besideHole(
  hole: Uint8Array,
  height: number,
  width: number,
): Int32Array {
  const near = new Uint8Array(height * width);
  for (let i = 0; i < hole.length; i++) {
    if (hole[i] === 0) continue;
    for (let dy = -width; dy <= width; dy += width)
      for (let dx = -1; dx <= 1; dx++) {
        const at = i + dy + dx;
        if (at >= 0 && at < near.length) near[at] = 1;
      }
  }
  return indicesOf(near);
}

function hasNeighbour(
  set: Float32Array,
  i: number,
  height: number,
  width: number,
): boolean {
  const x = i % width;
  const y = (i - x) / width;
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
      if (set[v * width + u] === 1) return true;
  return false;
}

/** Distance of each pixel of the hole to what lies around it. */
function distanceToRim(
  hole: Uint8Array,
  height: number,
  width: number,
): Float32Array {
  const outside = Float32Array.from(hole, (inside) => 1 - inside);
  const distance = new Float32Array(hole.length);
  distanceToMask(outside, 0.5, height, width, distance);
  return distance;
}

function indicesOf(set: Uint8Array): Int32Array {
  let count = 0;
  for (const s of set) count += s;
  const out = new Int32Array(count);
  for (let i = 0, k = 0; i < set.length; i++) if (set[i] === 1) out[k++] = i;
  return out;
}
