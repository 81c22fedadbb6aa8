import type { Raster } from "../../kernels/raster.ts";

/** Bins of a colour histogram in each channel, 512 in all; set once, with no other value on record. */
const LEVELS_PER_CHANNEL = 8;

/** Shares of a region's pixels by colour, 8 levels a channel; they sum to 1. */
export type ColourProfile = Float64Array;

/**
 * Counts the colours of a region, each pixel spread over the two nearest levels of every channel, so that a little more
 * light changes little.
 *
 * @param rgb    `[3, H, W]`
 * @param inside whether the pixel with this index belongs to the region
 */
export function colourCounts(
  rgb: Raster,
  inside: (index: number) => boolean,
): Float64Array {
  const area = rgb.height * rgb.width;
  const counts = new Float64Array(LEVELS_PER_CHANNEL ** 3);
  const level = (value: number): [number, number] => {
    const at = Math.min(
      LEVELS_PER_CHANNEL - 1.001,
      Math.max(0, value * LEVELS_PER_CHANNEL - 0.5),
    );
    const low = Math.floor(at);
    return [low, at - low];
  };
  for (let i = 0; i < area; i++) {
    if (!inside(i)) continue;
    const [r, u] = level(rgb.data[i]!);
    const [g, v] = level(rgb.data[area + i]!);
    const [b, w] = level(rgb.data[2 * area + i]!);
    for (let k = 0; k < 8; k++) {
      const share =
        (k & 1 ? u : 1 - u) * (k & 2 ? v : 1 - v) * (k & 4 ? w : 1 - w);
      const at =
        ((r + (k & 1)) * LEVELS_PER_CHANNEL + g + ((k >> 1) & 1)) *
          LEVELS_PER_CHANNEL +
        b +
        (k >> 2);
      counts[at]! += share;
    }
  }
  return counts;
}

/** Counts as shares. */
export function normalised(counts: Float64Array): ColourProfile {
  const sum = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => count / Math.max(1e-9, sum));
}

/** Bhattacharyya coefficient of two profiles: 1 for the same, 0 for nothing in common. */
export function likeness(a: ColourProfile, b: ColourProfile): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.sqrt(a[i]! * b[i]!);
  return sum;
}
