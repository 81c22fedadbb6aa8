import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/**
 * Continues known values smoothly over the rest: averages of what is known, halved in size until everything is, fill the next larger size
 * (Gortler et al., "The Lumigraph", 1996).
 *
 * @param values `[C, H, W]`
 * @param known  `[1, H, W]`, 1 where they are known, else 0; somewhere it is 1
 * @returns      `[C, H, W]`, the values themselves where they are known
 */
export function pushPull(values: Raster, known: Raster): Raster {
  const { channels, height, width } = values;
  const area = height * width;
  if (known.data.every((k) => k === 1) || area === 1) return values;
  const masked = raster(channels, height, width);
  for (let i = 0; i < masked.data.length; i++)
    masked.data[i] = values.data[i]! * known.data[i % area]!;
  const h = (height + 1) >> 1;
  const w = (width + 1) >> 1;
  const small = shrink(masked, h, w);
  const share = shrink(known, h, w);
  const smallKnown = raster(1, h, w);
  for (let i = 0; i < h * w; i++) {
    const weight = share.data[i]!;
    if (weight <= 0) continue;
    smallKnown.data[i] = 1;
    for (let at = i; at < small.data.length; at += h * w)
      small.data[at]! /= weight;
  }
  const filled = resizeLinear(pushPull(small, smallKnown), height, width);
  for (let i = 0; i < masked.data.length; i++)
    if (known.data[i % area] === 1) filled.data[i] = values.data[i]!;
  return filled;
}
