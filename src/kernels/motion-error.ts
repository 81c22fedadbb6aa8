import type { Homography } from "./homography.ts";
import { KernelCall, kernelExports } from "./memory.ts";
import type { Raster } from "./raster.ts";

/** How much of a looked-up pixel must be allowed. */
const LEAST_SEEN = 0.98;
/** Fewer pixels tell nothing. */
const FEWEST_PIXELS = 50;
/** Bytes of a row's part that is looked up at once. */
const PART_BYTES = 1024;

/**
 * Mean absolute difference between `to` and the moved `from`, over pixels where both are allowed.
 *
 * @param from        `[1, H, W]`
 * @param to          `[1, h, w]`
 * @param fromAllowed `[1, H, W]`
 * @param toAllowed   `[1, h, w]`
 * @param toFrom      takes pixels of `to` to `from`
 * @returns           Infinity when nothing overlaps
 */
export function motionError(
  from: Raster,
  to: Raster,
  fromAllowed: Raster,
  toAllowed: Raster,
  toFrom: Homography,
): number {
  const kernels = kernelExports();
  using call = new KernelCall();
  // prettier-ignore
  return kernels.motionError(
    call.read(from.data), call.read(fromAllowed.data), from.width, from.height,
    call.read(to.data), call.read(toAllowed.data), to.width, to.height,
    call.read(Float64Array.from(toFrom)), LEAST_SEEN, FEWEST_PIXELS,
    call.scratch(kernels.lookupBytes()), call.scratch(PART_BYTES), call.scratch(PART_BYTES),
  );
}
