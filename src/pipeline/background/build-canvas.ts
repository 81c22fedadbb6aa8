import { buildCanvas } from "../../vision/background/fuse-canvas.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import { buildCanvasBehindSmoke } from "../../vision/smoke/smoke-canvas.ts";
import type { SmokeTrail } from "../../vision/smoke/smoke-trail.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { fileNeverSeen } from "./fill-canvas.ts";
import { alignedSamples, canvasSamples } from "./aligned-samples.ts";

/**
 * Builds one canvas, behind a trail if there is one, and files it.
 *
 * @returns pixels that no frame shows and that are to be filled
 */
export async function buildCanvasTask(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
  trail: SmokeTrail | null,
): Promise<number> {
  const views = await canvasSamples(context, canvas, maps);
  const laid = await alignedSamples(context, index, canvas, views);
  const fused =
    trail === null
      ? buildCanvas(canvas, views, laid, context.vision)
      : buildCanvasBehindSmoke(canvas, views, laid, trail);
  await context.artifacts.write("canvas", index, fused);
  return trail === null
    ? fileNeverSeen(context, index, canvas, views, laid, fused)
    : 0;
}
