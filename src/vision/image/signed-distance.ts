import { distanceToMask } from "../../kernels/distance-transform.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/**
 * Distance to the outline of a mask, which runs between pixels: −0.5 just inside, +0.5 just outside.
 *
 * @param mask `[1, H, W]`; values above 0.5 are inside
 * @param unit pixels per unit of the result
 * @returns    `[1, H, W]`, negative inside; the width everywhere when nothing is inside
 */
export function signedDistance(mask: Raster, unit: number): Raster {
  const { height, width } = mask;
  const inside = Float32Array.from(mask.data, (v) => (v > 0.5 ? 1 : 0));
  const outside = inside.map((v) => 1 - v);
  const out = raster(1, height, width);
  const depth = new Float32Array(height * width);
  distanceToMask(inside, 0.5, height, width, out.data);
  distanceToMask(outside, 0.5, height, width, depth);
  for (let i = 0; i < depth.length; i++) {
    out.data[i] =
      (inside[i] === 1 ? 0.5 - depth[i]! : out.data[i]! - 0.5) / unit;
  }
  return out;
}
