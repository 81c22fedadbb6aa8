import type { CanvasPlan } from "../vision/background/canvas.ts";
import type { Homography } from "../vision/image/homography.ts";
import { raster } from "../vision/image/raster.ts";
import { fuseCanvasWithoutMasks } from "../vision/segmentation/background-without-masks.ts";
import { halfFile, movingFile } from "./subject-files.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";
import { canvasName } from "../pipeline/execution/artifacts.ts";

/**
 * Fuses one canvas of frames at half size in which no subject is known, and files it as five planes: colour, spread, count.
 *
 * @param maps at half size
 */
export async function subjectCanvas(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<void> {
  const { folder } = context;
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
  const area = canvas.height * canvas.width;
  const planes = raster(5, canvas.height, canvas.width);
  planes.data.set(fused.colour.data, 0);
  planes.data.set(fused.spread.data, 3 * area);
  planes.data.set(fused.count.data, 4 * area);
  await folder.writeRaster(canvasName(index), planes, "float32");
}
