import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/**
 * Grey dilation by a `(2·radius+1)²` square: the largest value in the window, of every plane.
 *
 * @param source `[C, H, W]`
 */
export const dilate = (source: Raster, radius: number): Raster =>
  extremum(source, radius, true);

/**
 * Grey erosion by a `(2·radius+1)²` square: the smallest value in the window, of every plane. Outside the picture
 * nothing counts, so a mask that touches the border stays there.
 *
 * @param source `[C, H, W]`
 */
export const erode = (source: Raster, radius: number): Raster =>
  extremum(source, radius, false);

function extremum(source: Raster, radius: number, largest: boolean): Raster {
  const { channels, height, width } = source;
  const out = raster(channels, height, width);
  const { slideSquare, slideSquareScratch } = kernelExports();
  using call = new KernelCall();
  const from = call.read(source.data);
  const to = call.write(out.data);
  const scratch = call.scratch(slideSquareScratch(width, height, radius));
  for (let c = 0; c < channels; c++) {
    const at = 4 * c * height * width;
    // prettier-ignore
    slideSquare(from + at, to + at, scratch, width, height, radius, largest);
  }
  return out;
}

/**
 * How much a picture varies around each pixel: `max_c (dilate(source) − erode(source))`.
 *
 * @param source `[C, H, W]`
 * @returns      `[1, H, W]`
 */
export function localRange(source: Raster, radius: number): Raster {
  const { channels, height, width } = source;
  const area = height * width;
  const out = raster(1, height, width);
  const { slideSquare, slideSquareScratch, widenRange } = kernelExports();
  using call = new KernelCall();
  const from = call.read(source.data);
  const to = call.update(out.data);
  const low = call.scratch(4 * area);
  const high = call.scratch(4 * area);
  const scratch = call.scratch(slideSquareScratch(width, height, radius));
  for (let c = 0; c < channels; c++) {
    const at = from + 4 * c * area;
    slideSquare(at, low, scratch, width, height, radius, false);
    slideSquare(at, high, scratch, width, height, radius, true);
    widenRange(to, low, high, area);
  }
  return out;
}
