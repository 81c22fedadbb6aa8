import { boxMean } from "../../kernels/gaussian.ts";
import { apply, type Homography } from "../../kernels/homography.ts";
import {
  flowField,
  homographyField,
  sampleLinear,
} from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";
import type { Flow } from "./frame-view.ts";

/** A camera that moves no corner of the picture this far needs no flow of its own. */
const STILL_PIXELS = 1.5;
/** Radius of the mean over which differences are compared, in pixels; set once, with no other value on record. */
const WINDOW_PIXELS = 3;

/**
 * Flow from a frame to a neighbour. A subject that the camera follows stands still in the picture, one that
 * it passes moves with the ground: the flow is searched from both beginnings, and each place keeps what fits better.
 *
 * @param from   `[1, h, w]` grey
 * @param to     `[1, h, w]` grey
 * @param camera takes `from` to `to`
 * @returns      `[2, h, w]` pixels
 */
export function flowToNeighbour(
  vision: VisionLibrary,
  from: Raster,
  to: Raster,
  camera: Homography,
): Flow {
  const { height, width } = from;
  const plain = vision.denseFlow(from, to);
  const moves = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ].some(([x, y]) => {
    const [u, v] = apply(camera, x!, y!);
    return Math.hypot(u - x!, v - y!) > STILL_PIXELS;
  });
  if (!moves) return plain;
  const field = homographyField(camera, height, width);
  const still = vision.denseFlow(from, sampleLinear(to, field));
  const area = height * width;
  const carried = raster(2, height, width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [u, v] = apply(
        camera,
        x + still.data[i]!,
        y + still.data[area + i]!,
      );
      carried.data[i] = u - x;
      carried.data[area + i] = v - y;
    }
  }
  const plainError = localDifference(from, sampleLinear(to, flowField(plain)));
  const carriedError = localDifference(
    from,
    sampleLinear(to, flowField(carried)),
  );
  for (let i = 0; i < area; i++) {
    if (carriedError.data[i]! > plainError.data[i]!) continue;
    plain.data[i] = carried.data[i]!;
    plain.data[area + i] = carried.data[area + i]!;
  }
  return plain;
}

/** Part of a difference that is noise, and how much of the rest motion must explain to be believed in full. */
const DIFFERENCE_NOISE = 0.01;
/** That share of the rest; set once, with no other value on record. */
const BELIEVED_SHARE = 0.4;

/**
 * How far a flow explains a frame better than the camera's motion does, around each pixel: flow bleeds beyond what moves, but
 * there it explains nothing.
 *
 * @param from   `[1, h, w]` grey
 * @param to     `[1, h, w]` grey
 * @param flow   `[2, h, w]` takes `from` to `to`
 * @param camera likewise, in the same pixels
 * @returns      `[1, h, w]` 0 to 1
 */
export function explainedByFlow(
  from: Raster,
  to: Raster,
  flow: Flow,
  camera: Homography,
): Raster {
  const { height, width } = flow;
  const moved = localDifference(from, sampleLinear(to, flowField(flow)));
  const still = localDifference(
    from,
    sampleLinear(to, homographyField(camera, height, width)),
  );
  const out = raster(1, height, width);
  for (let i = 0; i < out.data.length; i++) {
    const gain = still.data[i]! - moved.data[i]!;
    const share = gain / (BELIEVED_SHARE * (still.data[i]! + DIFFERENCE_NOISE));
    out.data[i] = Math.min(1, Math.max(0, share));
  }
  return out;
}

/** Mean absolute difference around each pixel. */
function localDifference(a: Raster, b: Raster): Raster {
  const out = raster(1, a.height, a.width);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = Math.abs(a.data[i]! - b.data[i]!);
  return boxMean(out, WINDOW_PIXELS);
}
