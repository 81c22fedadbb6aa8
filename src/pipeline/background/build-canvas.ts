import { buildCanvas } from "../../matte/background/build.ts";
import type { CanvasPlan } from "../../matte/background/canvas.ts";
import { buildCanvasBehindTrail } from "../../matte/background/trail-canvas.ts";
import type { Trail } from "../../matte/background/trail.ts";
import type { Homography } from "../../matte/image/homography.ts";
import { raster } from "../../matte/raster.ts";
import { canvasName, type TaskContext } from "../execution/task-context.ts";
import { laidSamples, sampleViews } from "./aligned-samples.ts";

/** Builds one canvas, behind a trail if there is one, and files it as five planes: colour, spread, count. */
export async function buildCanvasTask(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
  trail: Trail | null,
): Promise<void> {
  const views = await sampleViews(context, canvas, maps);
  const laid = await laidSamples(context, index, canvas, views);
  const fused =
    trail === null
      ? buildCanvas(canvas, views, laid, context.vision)
      : buildCanvasBehindTrail(canvas, views, laid, trail);
  const planes = raster(5, canvas.height, canvas.width);
  const area = canvas.height * canvas.width;
  planes.data.set(fused.colour.data, 0);
  planes.data.set(fused.spread.data, 3 * area);
  planes.data.set(fused.count.data, 4 * area);
  await context.folder.writeRaster(canvasName(index), planes, "float32");
}
