import type { CanvasPlan } from "../vision/background/canvas.ts";
import type { Homography } from "../kernels/homography.ts";
import { fuseCanvasWithoutMasks } from "../vision/segmentation/background-without-masks.ts";
import { halfFile, movingFile, subjectFolder } from "./subject-files.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";

/**
 * Fuses one canvas of frames at half size in which no subject is known, and files it.
 *
 * @param maps at half size
 */
export async function subjectCanvas(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<void> {
  const folder = subjectFolder(context.artifacts);
  const frames = [];
  const moving = [];
  for (const t of canvas.samples) {
    frames.push(await folder.readRaster(halfFile(t)));
    moving.push(await folder.readRaster(movingFile(t)));
  }
  const fused = fuseCanvasWithoutMasks(
    canvas,
    frames,
    moving,
    canvas.samples.map((t) => maps[t]!),
  );
  await context.artifacts.write("canvas", index, fused);
}
