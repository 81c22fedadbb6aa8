import { chamferDepth } from "../masks/chamfer-depth.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";

/** Where a mask lies and how large it is, in pixels. */
export interface MaskPlace {
  readonly x: number;
  readonly y: number;
  /** Square root of the area. */
  readonly size: number;
}

/** Centre and size of a soft mask; undefined when it is empty. */
export function maskPlace(mask: Raster): MaskPlace | undefined {
  let sum = 0;
  let sx = 0;
  let sy = 0;
  for (let y = 0, i = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, i++) {
      const m = mask.data[i]!;
      sum += m;
      sx += m * x;
      sy += m * y;
    }
  }
  return sum < 4
    ? undefined
    : { x: sx / sum, y: sy / sum, size: Math.sqrt(sum) };
}

/**
 * What the expected mask says of each pixel: signed distance from its edge and the place relative to its centre, all as
 * shares of its size, and the mask itself, blurred.
 *
 * @param prior `[1, h, w]`
 * @param place of the prior
 * @returns     one plane `[h·w]` per feature
 */
export function priorFeatures(
  prior: Raster,
  place: MaskPlace,
  vision: VisionLibrary,
): Float32Array[] {
  const { height, width } = prior;
  const area = height * width;
  const distance = chamferDepth(prior, vision).data;
  const across = new Float32Array(area);
  const down = new Float32Array(area);
  const scale = 1 / place.size;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      distance[i]! *= scale;
      across[i] = (x - place.x) * scale;
      down[i] = (y - place.y) * scale;
    }
  }
  const soft = gaussian(prior, Math.max(1, 0.08 * place.size)).data;
  return [distance, soft, across, down];
}
