import {
  PATCH_SIDE,
  type PatchFeatures,
} from "../../../src/kernels/patch-search.ts";

/** Squared difference of two patches over the pixels that count. */
export function patchCost(
  { data, channels, width }: PatchFeatures,
  a: number,
  b: number,
  counts: (index: number) => boolean = () => true,
): number {
  let sum = 0;
  for (let y = 0; y < PATCH_SIDE; y++)
    for (let x = 0; x < PATCH_SIDE; x++) {
      const step = y * width + x;
      if (!counts(a + step)) continue;
      for (let c = 0; c < channels; c++)
        sum +=
          (data[(a + step) * channels + c]! -
            data[(b + step) * channels + c]!) **
          2;
    }
  return sum;
}

/** The candidate that differs least from each patch where it is known. */
export const nearestPatches = (
  features: PatchFeatures,
  known: Float32Array,
  patches: Int32Array,
  candidates: Int32Array,
): Int32Array =>
  patches.map((patch) => {
    let best = -1;
    let least = Infinity;
    for (const candidate of candidates) {
      const cost = patchCost(features, patch, candidate, (i) => known[i] === 1);
      if (cost < least) {
        least = cost;
        best = candidate;
      }
    }
    return best;
  });
