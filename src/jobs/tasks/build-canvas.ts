import { buildCanvas, type CanvasPlan } from "../../matte/background/canvas.ts";
import type { Homography } from "../../matte/image/homography.ts";
import { raster } from "../../matte/raster.ts";
import { canvasName, type TaskContext } from "../task-context.ts";

/** Builds one canvas and files it as five planes: colour, spread, count. */
export async function buildCanvasTask(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<void> {
  const samples = [];
  for (const t of canvas.samples) {
    samples.push({
      rgb: await context.frame(t),
      subjects: await context.subjects(t),
      firstToFrame: maps[t]!,
    });
  }
  const fused = buildCanvas(canvas, samples, context.vision);
  const planes = raster(5, canvas.height, canvas.width);
  const area = canvas.height * canvas.width;
  planes.data.set(fused.colour.data, 0);
  planes.data.set(fused.spread.data, 3 * area);
  planes.data.set(fused.count.data, 4 * area);
  await context.folder.writeRaster(canvasName(index), planes, "float32");
}
