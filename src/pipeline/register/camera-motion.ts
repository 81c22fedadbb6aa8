import {
  apply,
  identity,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import { motionError } from "../../kernels/motion-error.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { raster } from "../../kernels/raster.ts";
import {
  estimateMotion,
  type CameraMotion,
  type KeyframeMotion,
  type PairOutcome,
} from "../../vision/motion/camera-motion.ts";
import type { LongGap } from "../../vision/motion/standing-camera.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** Camera motion from frame `frame − 1` to `frame`. */
export async function pairMotion(
  context: TaskContext,
  frame: number,
  corners: number,
): Promise<PairOutcome> {
  const from = await context.grey(frame - 1);
  const to = await context.grey(frame);
  const fromAllowed = await context.visible(frame - 1);
  const toAllowed = await context.visible(frame);
  const motion = estimateMotion(
    context.vision,
    from,
    to,
    await context.corners(frame - 1, corners),
  );
  const error = motionError(
    from,
    to,
    fromAllowed,
    toAllowed,
    invert(motion.map),
  );
  return { motion, error: Number.isFinite(error) ? error : null };
}

/**
 * Camera motion from a keyframe straight to a frame, with the errors of this and of the chain's answer.
 *
 * @param expected what the chain of neighbours says
 */
export async function keyframeMotion(
  context: TaskContext,
  frame: number,
  keyframe: number,
  expected: Homography,
  corners: number,
): Promise<KeyframeMotion> {
  const from = await context.grey(keyframe);
  const to = await context.grey(frame);
  const fromAllowed = await context.visible(keyframe);
  const toAllowed = await context.visible(frame);
  const motion = estimateMotion(
    context.vision,
    from,
    to,
    await context.corners(keyframe, corners),
    expected,
  );
  return {
    keyframe,
    motion,
    directError: motionError(
      from,
      to,
      fromAllowed,
      toAllowed,
      invert(motion.map),
    ),
    chainError: motionError(from, to, fromAllowed, toAllowed, invert(expected)),
  };
}

/**
 * How well a motion over a long gap explains two frames, beside no motion at all.
 *
 * @param map measured, from `from` to `to`
 */
export async function longGapErrors(
  context: TaskContext,
  from: number,
  to: number,
  map: Homography,
): Promise<LongGap> {
  const first = await context.grey(from);
  const second = await context.grey(to);
  const firstAllowed = await context.visible(from);
  const secondAllowed = await context.visible(to);
  const error = (toFirst: Homography): number | null => {
    const value = motionError(
      first,
      second,
      firstAllowed,
      secondAllowed,
      toFirst,
    );
    return Number.isFinite(value) ? value : null;
  };
  return { moved: error(invert(map)), still: error(identity) };
}

/**
 * Files how the picture moves from a frame to the next beyond the camera's motion, at grid size and in its pixels.
 *
 * @param camera motion from `frame` to `frame + 1`; undefined for the last frame, whose flow is zero
 */
export async function neighbourFlow(
  context: TaskContext,
  frame: number,
  camera: CameraMotion | undefined,
): Promise<void> {
  const { grid, working } = context.plan;
  let flow = raster(2, grid.height, grid.width);
  if (camera !== undefined) {
    // Half size: the flow is wanted at a quarter, and Farnebäck's cost is its area.
    const h = Math.max(grid.height, working.height >> 1);
    const w = Math.max(grid.width, working.width >> 1);
    const dense = context.vision.denseFlow(
      resizeOrShrink(await context.grey(frame), h, w),
      resizeOrShrink(await context.grey(frame + 1), h, w),
    );
    const map = camera.model === "none" ? identity : camera.map;
    const area = h * w;
    for (let y = 0, i = 0; y < h; y++) {
      for (let x = 0; x < w; x++, i++) {
        const sx = ((x + 0.5) * working.width) / w - 0.5;
        const sy = ((y + 0.5) * working.height) / h - 0.5;
        const [u, v] = apply(map, sx, sy);
        dense.data[i] =
          ((dense.data[i]! * working.width) / w - (u - sx)) *
          (grid.width / working.width);
        dense.data[area + i] =
          ((dense.data[area + i]! * working.height) / h - (v - sy)) *
          (grid.height / working.height);
      }
    }
    flow = shrink(dense, grid.height, grid.width);
  }
  await context.artifacts.write("flow", frame, { flow });
}

function resizeOrShrink(
  picture: Parameters<typeof shrink>[0],
  height: number,
  width: number,
): ReturnType<typeof shrink> {
  return height <= picture.height && width <= picture.width
    ? shrink(picture, height, width)
    : resizeLinear(picture, height, width);
}
