import { signedDistanceWithin } from "../../kernels/distance-transform.ts";
import type { Raster } from "../../kernels/raster.ts";

/** Units: no one asks how much farther away a pixel is. Profiles of outlines look 14 units far and move them by as much and one more. */
const REACH_UNITS = 20;

/**
 * Distance to the outline of a mask, which runs between pixels: −0.5 just inside, +0.5 just outside; exact within 20 units, and no
 * larger than that anywhere.
 *
 * @param mask `[1, H, W]`; values above 0.5 are inside
 * @param unit pixels per unit of the result
 * @returns    `[1, H, W]`, negative inside; 20 units everywhere when nothing is inside
 */
export const signedDistance = (mask: Raster, unit: number): Raster =>
  signedDistanceWithin(mask, unit, REACH_UNITS);
