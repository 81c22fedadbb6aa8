import { luma } from "../image/colour.ts";
import { boxMean } from "../image/filter.ts";
import { apply, rescale, type Homography } from "../image/homography.ts";
import { shrink } from "../image/resample.ts";
import { flowField, homographyField, sampleLinear } from "../image/sampling.ts";
import { raster, type Raster } from "../raster.ts";
import type { Vision } from "../vision.ts";
import type { Flow } from "./frame-analysis.ts";

/** A camera that moves no corner of the picture this far needs no flow of its own. */
const STILL = 1.5;
const WINDOW = 3;

/**
 * Flow from a frame to a neighbour at half size. A subject that the camera follows stands still in the picture, one that
 * it passes moves with the ground: the flow is searched from both beginnings, and each place keeps what fits better.
 *
 * @param from   `[3, H, W]`
 * @param to     `[3, H, W]`
 * @param camera takes `from` to `to`
 * @returns      `[2, H/2, W/2]`, in pixels of that grid
 */
export function neighbourFlow(
  vision: Vision,
  from: Raster,
  to: Raster,
  camera: Homography,
): Flow {
  const height = from.height >> 1;
  const width = from.width >> 1;
  const a = luma(shrink(from, height, width));
  const b = luma(shrink(to, height, width));
  const plain = vision.denseFlow(a, b);
  const scale = from.width / width;
  const half = rescale(camera, 1 / scale, 1 / scale);
  const moves = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ].some(([x, y]) => {
    const [u, v] = apply(half, x!, y!);
    return Math.hypot(u - x!, v - y!) > STILL;
  });
  if (!moves) return plain;
  const field = homographyField(half, height, width);
  const still = vision.denseFlow(a, sampleLinear(b, field));
  const area = height * width;
  const carried = raster(2, height, width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [u, v] = apply(half, x + still.data[i]!, y + still.data[area + i]!);
      carried.data[i] = u - x;
      carried.data[area + i] = v - y;
    }
  }
  const plainError = misfit(a, b, plain);
  const carriedError = misfit(a, b, carried);
  for (let i = 0; i < area; i++) {
    if (carriedError.data[i]! > plainError.data[i]!) continue;
    plain.data[i] = carried.data[i]!;
    plain.data[area + i] = carried.data[area + i]!;
  }
  return plain;
}

/** Mean absolute difference around each pixel after the flow. */
function misfit(from: Raster, to: Raster, flow: Flow): Raster {
  const moved = sampleLinear(to, flowField(flow));
  for (let i = 0; i < moved.data.length; i++)
    moved.data[i] = Math.abs(moved.data[i]! - from.data[i]!);
  return boxMean(moved, WINDOW);
}
