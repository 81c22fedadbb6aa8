import { KernelCall, kernelExports } from "./memory.ts";

/** Side of the square patches that are compared, in pixels: what Newson et al. (2014) complete video with, in both directions. */
export const PATCH_SIDE = 7;

/** Numbers that describe each pixel, one pixel after the other: `[H, W, channels]`, and `channels` is a multiple of 4. */
export interface PatchFeatures {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** Which patches are matched with which; a patch is named by the index `y·width + x` of its upper left pixel. */
export interface PatchField {
  /** Ascending names of the patches to match. */
  readonly targets: Int32Array;
  /** `[H, W]`, 1 at each target. */
  readonly wanted: Uint8Array;
  /** `[H, W]`, 1 at each patch that may be a source; all of it lies in the picture. */
  readonly allowed: Uint8Array;
  /** `[H, W]`, changed in place: at each target the name of an allowed source. */
  readonly sources: Int32Array;
  /** `[H, W]`, written at each target: `Σ (target − source)²` over pixels and channels of the patch. */
  readonly costs: Float32Array;
}

/** What it costs to use the same patch again and again. */
export interface Repetition {
  /** Other targets that may have a source at no cost. */
  readonly free: number;
  /** Cost for each beyond them, in the unit of squared differences. */
  readonly penalty: number;
}

/**
 * Finds for every target a source patch that costs less, if there is one:
 * `argmin_s Σ_p Σ_c (features(t+p, c) − features(s+p, c))² + penalty·max(0, |{t' ≠ t: source(t') = s}| − free)`, by propagation from neighbours and random search around the best so far (Barnes et al., "PatchMatch", 2009). The same seed gives the
 * same result.
 *
 * @param rounds scans over the targets, forwards and backwards in turn
 * @param seed   whole number, > 0
 * @returns      the seed for the next call
 */
export function searchPatches(
  features: PatchFeatures,
  field: PatchField,
  repetition: Repetition,
  rounds: number,
  seed: number,
): number {
  const { height, width, channels, data } = features;
  using call = new KernelCall();
  const targets = call.read(field.targets);
  const wanted = call.read(field.wanted);
  const allowed = call.read(field.allowed);
  const from = call.read(data);
  const sources = call.update(field.sources);
  const costs = call.update(field.costs);
  const uses = call.scratch(4 * height * width);
  // prettier-ignore
  const state = kernelExports().searchPatches(from, width, height, channels / 4, targets, field.targets.length, wanted, allowed, sources, costs, uses, repetition.free, repetition.penalty, rounds, seed);
  return state >>> 0;
}

/**
 * The best source for each of a few patches that are known only in part, by looking at every candidate:
 * `argmin_s Σ_p known(t+p) Σ_c (features(t+p, c) − features(s+p, c))²`, the first of equals.
 *
 * @param known      `[H, W]`, 1 where a pixel counts, else 0
 * @param patches    names of the patches
 * @param candidates names of whole patches, at least one
 * @returns          for each patch the name of the best candidate
 */
export function nearestPatches(
  features: PatchFeatures,
  known: Float32Array,
  patches: Int32Array,
  candidates: Int32Array,
): Int32Array {
  const { width, channels, data } = features;
  const found = new Int32Array(patches.length);
  using call = new KernelCall();
  const from = call.read(data);
  const weights = call.read(known);
  const names = call.read(patches);
  const among = call.read(candidates);
  const to = call.write(found);
  // prettier-ignore
  kernelExports().nearestPatches(from, width, channels / 4, weights, names, patches.length, among, candidates.length, to);
  return found;
}
