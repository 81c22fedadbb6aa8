import type { CanvasPlan } from "../vision/background/canvas.ts";
import { renderBackground } from "../vision/background/render.ts";
import type { Homography } from "../kernels/homography.ts";
import { raster } from "../kernels/raster.ts";
import { changeEvidence } from "../vision/segmentation/change-evidence.ts";
import { changeFrom } from "../vision/segmentation/frame-features.ts";
import { sureness } from "../vision/segmentation/background-without-masks.ts";
import {
  changeFile,
  halfFile,
  movingFile,
  sureFile,
  unshadedFile,
  subjectFolder,
} from "./subject-files.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";
import { loadCanvas } from "../pipeline/background/render-background.ts";

/**
 * Files how a frame at half size differs from its background.
 *
 * @param map of the frame, at half size
 */
export async function subjectView(
  context: TaskContext,
  frame: number,
  map: Homography,
  canvases: readonly { readonly index: number; readonly canvas: CanvasPlan }[],
): Promise<void> {
  const folder = subjectFolder(context.artifacts);
  const rgb = await folder.readRaster(halfFile(frame));
  const moving = await folder.readRaster(movingFile(frame));
  const loaded = [];
  for (const { index, canvas } of canvases)
    loaded.push(await loadCanvas(context, index, canvas));
  const { colour, spread, count } = renderBackground(
    frame,
    rgb,
    moving,
    map,
    loaded,
    undefined,
  );
  const change = changeFrom(rgb, colour, spread, count);
  await folder.writeRaster(changeFile(frame), change, "float32");
  await folder.writeRaster(
    unshadedFile(frame),
    changeEvidence(change),
    "float32",
  );
  const sure = raster(1, rgb.height, rgb.width, count.data.map(sureness));
  await folder.writeRaster(sureFile(frame), sure, "unit8");
}
