import { depthGrid, framesOfDepth } from "../../vision/background/depth.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import {
  followDepth,
  type Explained,
  type FollowedFrame,
} from "../../vision/motion/depth-motion.ts";
import {
  apply,
  compose,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** Corners of a key frame: more than for the camera, because each speaks for its surroundings only; as many as in the study of depth. */
const CORNERS = 1200;
/** What following the depth of one canvas has found. */
export interface FollowedDepth {
  readonly explained: Explained;
}

/** Follows the corners of one canvas's key frame, and files how they move beside the camera's homography. */
export async function followDepthTask(
  context: TaskContext,
  index: number,
  canvases: readonly CanvasPlan[],
  maps: readonly Homography[],
): Promise<FollowedDepth> {
  const canvas = canvases[index]!;
  const { keyframe } = canvas;
  const key = await context.grey(keyframe);
  const grid = depthGrid(canvas, key.width);
  const corners = await context.corners(keyframe, CORNERS);
  const [left, top] = apply(
    compose(maps[keyframe]!, canvas.canvasToFirst),
    0,
    0,
  );
  const frames = framesOfDepth(canvases, index);
  const found = new Map<number, Raster>();
  const explained = { plane: 0, mesh: 0, corners: 0 };
  for (const side of [
    frames.filter((t) => t > keyframe),
    frames.filter((t) => t < keyframe).reverse(),
  ]) {
    const followed = await followDepth(
      key,
      corners,
      side.map((t) => ({
        load: () => followedFrame(context, t, keyframe, maps),
      })),
      grid,
      [left, top],
    );
    side.forEach((t, k) => found.set(t, followed.meshes[k]!));
    explained.plane += followed.explained.plane;
    explained.mesh += followed.explained.mesh;
    explained.corners += followed.explained.corners;
  }
  await context.artifacts.write("depth", index, {
    meshes: frames.map((t) => found.get(t)!),
  });
  return { explained };
}

async function followedFrame(
  context: TaskContext,
  index: number,
  keyframe: number,
  maps: readonly Homography[],
): Promise<FollowedFrame> {
  return {
    index,
    grey: await context.grey(index),
    visible: await context.visible(index),
    map: compose(maps[index]!, invert(maps[keyframe]!)),
  };
}
