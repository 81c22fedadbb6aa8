import { apply, rescale, type Homography } from "../../kernels/homography.ts";
import { cut, resizePart, type Part } from "../image/rect.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { Flow } from "./frame-view.ts";

/**
 * How a frame moves to its neighbour beyond the camera's motion.
 *
 * @param flow   `[2, h, w]` at half size or any other, in pixels of its grid
 * @param camera takes the frame to the neighbour, in pixels of the full grid
 * @param height of the full grid
 * @param width  of the full grid
 * @returns      `[2, h, w]` in pixels of the full grid
 */
export function ownMotion(
  flow: Flow,
  camera: Homography,
  height: number,
  width: number,
): Flow {
  const area = flow.height * flow.width;
  const right = width / flow.width;
  const down = height / flow.height;
  const small = rescale(camera, 1 / right, 1 / down);
  const out = raster(2, flow.height, flow.width);
  for (let y = 0, i = 0; y < flow.height; y++) {
    for (let x = 0; x < flow.width; x++, i++) {
      const [u, v] = apply(small, x, y);
      out.data[i] = (flow.data[i]! - (u - x)) * right;
      out.data[area + i] = (flow.data[area + i]! - (v - y)) * down;
    }
  }
  return out;
}

/**
 * Whether a pixel moves with the ground and whether it moves with the subject: the logarithms of both differences, which
 * have no direction, so that they can be compared between frames before and after.
 *
 * @param motion `ownMotion`
 * @param prior  `[1, H, W]`, where the subject is expected
 * @param part   of the full grid
 * @returns      two planes `[h·w]`
 */
export function motionFeatures(
  motion: Flow,
  prior: Raster,
  part: Part,
): Float32Array[] {
  const moves = resizePart(motion, prior.height, prior.width, part);
  const expected = cut(prior, part).data;
  const area = expected.length;
  let sum = 1e-6;
  let su = 0;
  let sv = 0;
  for (let i = 0; i < area; i++) {
    const m = expected[i]!;
    sum += m;
    su += m * moves.data[i]!;
    sv += m * moves.data[area + i]!;
  }
  su /= sum;
  sv /= sum;
  const fromGround = new Float32Array(area);
  const fromSubject = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    const u = moves.data[i]!;
    const v = moves.data[area + i]!;
    fromGround[i] = Math.log1p(Math.hypot(u, v));
    fromSubject[i] = Math.log1p(Math.hypot(u - su, v - sv));
  }
  return [fromGround, fromSubject];
}
