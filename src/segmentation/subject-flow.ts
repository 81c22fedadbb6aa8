import { rescale, type Homography } from "../kernels/homography.ts";
import { luma } from "../vision/image/colour.ts";
import { shrink } from "../kernels/resize.ts";
import { raster } from "../kernels/raster.ts";
import {
  movingPlaces,
  steadyMotion,
} from "../vision/segmentation/change-evidence.ts";
import type { Flow } from "../vision/segmentation/frame-view.ts";
import { ownMotion } from "../vision/segmentation/motion-features.ts";
import {
  explainedByFlow,
  flowToNeighbour,
} from "../vision/segmentation/neighbour-flow.ts";
import {
  between,
  fileFlow,
  halfFile,
  movingFile,
  ownMotionFile,
  type Step,
  subjectFolder,
} from "./subject-files.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";

/** Files a frame at half size, how it moves to both its neighbours, and where it may and where it does move by itself. */
export async function subjectFlow(
  context: TaskContext,
  frame: number,
  maps: readonly Homography[],
): Promise<void> {
  const { vision } = context;
  const folder = subjectFolder(context.artifacts);
  const rgb = await context.frame(frame);
  const { height, width } = rgb;
  const half = shrink(rgb, height >> 1, width >> 1);
  await folder.writeRaster(halfFile(frame), half, "unit16");
  const grey = luma(half);
  const explained = raster(1, half.height, half.width);
  const flowTo = async (step: Step): Promise<Flow | undefined> => {
    const neighbour = frame + step;
    if (neighbour < 0 || neighbour >= maps.length) return undefined;
    const camera = between(maps, frame, neighbour);
    const small = rescale(camera, half.width / width, half.height / height);
    const other = shrink(
      await context.grey(neighbour),
      half.height,
      half.width,
    );
    const flow = flowToNeighbour(vision, grey, other, small);
    await fileFlow(folder, frame, step, flow);
    const better = explainedByFlow(grey, other, flow, small);
    better.data.forEach((value, i) => {
      explained.data[i] = Math.max(explained.data[i]!, value);
    });
    return ownMotion(flow, camera, height, width);
  };
  const motion = steadyMotion(await flowTo(-1), await flowTo(1));
  const moving = movingPlaces(motion);
  await folder.writeRaster(movingFile(frame), moving, "unit8");
  for (let i = 0; i < explained.data.length; i++)
    explained.data[i]! *= moving.data[i]!;
  await folder.writeRaster(ownMotionFile(frame), explained, "unit8");
}
