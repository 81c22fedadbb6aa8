import { buildCanvas } from "../../vision/background/fuse-canvas.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import type { HiddenArea } from "../../vision/background/first-to-fill.ts";
import { buildCanvasBehindSmoke } from "../../vision/smoke/smoke-canvas.ts";
import type { SmokeTrail } from "../../vision/smoke/smoke-trail.ts";
import type { Homography } from "../../kernels/homography.ts";
import {
  coarsen,
  mayMove,
  measureSelfMotion,
  unrestDeviation,
  unrestOf,
  type UnrestSums,
} from "../../vision/background/self-motion.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { fileNeverSeen, NOTHING_HIDDEN } from "./fill-canvas.ts";
import { alignedSamples, canvasSamples } from "./aligned-samples.ts";

/** What of a canvas later steps need to know. */
export interface BuiltCanvas {
  /** What no frame shows and is to be filled. */
  readonly hidden: HiddenArea;
  /** How much its ground moves by itself; null behind a trail, which hides it. */
  readonly unrest: UnrestSums | null;
}

/**
 * Builds one canvas, behind a trail if there is one, and files it, and what it knows of ground that moves by itself.
 *
 * @param maps of the canvas's samples
 */
export async function buildCanvasTask(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
  trail: SmokeTrail | null,
): Promise<BuiltCanvas> {
  const views = await canvasSamples(context, index, canvas, maps);
  const laid = await alignedSamples(context, index, canvas, views);
  const fused =
    trail === null
      ? buildCanvas(canvas, views, laid, context.vision)
      : buildCanvasBehindSmoke(canvas, views, laid, trail);
  await context.artifacts.write("canvas", index, fused);
  if (trail !== null) return { hidden: NOTHING_HIDDEN, unrest: null };
  const coarse = coarsen(canvas, views, laid, context.vision);
  const unrest = unrestOf(coarse);
  const deviation = unrestDeviation([unrest]);
  if (mayMove(deviation)) {
    const { bare, ...usual } = measureSelfMotion(
      canvas,
      laid,
      coarse,
      fused,
      deviation,
    );
    await context.artifacts.write("usual-ground", index, usual);
    // Last, because its presence says that both are there.
    await context.artifacts.write("bare-ground", index, { bare });
  }
  return {
    hidden: await fileNeverSeen(context, index, canvas, views, laid, fused),
    unrest,
  };
}
