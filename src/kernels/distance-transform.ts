import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/**
 * Euclidean distance of every pixel to the nearest pixel of the mask, in pixels, exact: `√min(Δx² + Δy²)`, first along columns, then along
 * rows, no farther than a nearer pixel could be.
 *
 * @param mask `[H,W]` in [0, 1]
 * @param threshold pixels at or above it belong to the mask
 * @param distance receives `[H,W]`; the width everywhere when no pixel belongs to the mask
 */
export function distanceToMask(
  mask: Float32Array,
  threshold: number,
  height: number,
  width: number,
  distance: Float32Array,
): void {
  const { distanceToSet, squaresBytes } = kernelExports();
  using call = new KernelCall();
  const from = call.read(mask);
  const to = call.write(distance);
  const squares = call.scratch(squaresBytes(width, height, width));
  distanceToSet(from, to, squares, width, height, threshold, width);
}

/**
 * Distance to the outline of a mask, which runs between pixels: −0.5 just inside, +0.5 just outside. Exact up to a reach, for outlines are
 * looked at from near; what lies farther away is as far as that.
 *
 * @param mask  `[1, H, W]`; values above 0.5 are inside
 * @param unit  pixels per unit of the result
 * @param reach in units
 * @returns     `[1, H, W]` within ±reach, rounded up to whole pixels; negative inside
 */
export function signedDistanceWithin(
  mask: Raster,
  unit: number,
  reach: number,
): Raster {
  const { height, width } = mask;
  const out = raster(1, height, width);
  const pixels = Math.ceil(reach * unit);
  const { signedDistance, squaresBytes } = kernelExports();
  using call = new KernelCall();
  const from = call.read(mask.data);
  const to = call.write(out.data);
  const bytes = squaresBytes(width, height, pixels + 1);
  const inside = call.scratch(bytes);
  const outside = call.scratch(bytes);
  // prettier-ignore
  signedDistance(from, to, inside, outside, width, height, pixels, 1 / unit);
  return out;
}
