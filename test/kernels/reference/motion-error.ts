import { homographyField, sampleLinear } from "./warp.ts";
import type { Homography } from "../../../src/kernels/homography.ts";
import type { Raster } from "../../../src/kernels/raster.ts";

/** The plain version of `motionError`. */
export function motionError(
  from: Raster,
  to: Raster,
  fromAllowed: Raster,
  toAllowed: Raster,
  toFrom: Homography,
): number {
  const field = homographyField(toFrom, to.height, to.width);
  const moved = sampleLinear(from, field);
  const seen = sampleLinear(fromAllowed, field, 0);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < to.data.length; i++) {
    if (seen.data[i]! < 0.98 || toAllowed.data[i]! < 0.5) continue;
    sum += Math.abs(moved.data[i]! - to.data[i]!);
    count++;
  }
  return count < 50 ? Infinity : sum / count;
}
