import { raster, type Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";

/**
 * How deep each pixel lies in a mask: pixels to the nearest one outside, positive; for pixels outside, to the nearest one
 * inside, negative. So +1 just inside and −1 just outside, with the chamfer distances of the library; `signedDistance` is
 * exact, knows the outline between the pixels, and has the other sign.
 *
 * @param mask `[1, H, W]`; values above 0.5 are inside
 * @returns    `[1, H, W]`
 */
export function chamferDepth(mask: Raster, vision: VisionLibrary): Raster {
  const inverse = raster(
    1,
    mask.height,
    mask.width,
    mask.data.map((v) => (v > 0.5 ? 0 : 1)),
  );
  const inside = vision.distance(inverse);
  const outside = vision.distance(mask);
  for (let i = 0; i < inside.data.length; i++)
    inside.data[i]! -= outside.data[i]!;
  return inside;
}
