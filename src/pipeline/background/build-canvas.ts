import { buildCanvas } from "../../vision/background/fuse-canvas.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import type { HiddenArea } from "../../vision/background/first-to-fill.ts";
import { buildCanvasBehindSmoke } from "../../vision/smoke/smoke-canvas.ts";
import type { SmokeTrail } from "../../vision/smoke/smoke-trail.ts";
import { maskCentres } from "../../vision/smoke/subject-path.ts";
import type { Centres } from "../../vision/background/footprints.ts";
import {
  apply,
  compose,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import {
  COARSENESS,
  coarsen,
  mayMove,
  measureSelfMotion,
  traceSubjects,
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
    const { bare, footprints, ...usual } = measureSelfMotion(
      canvas,
      laid,
      traceSubjects(
        coarse,
        await centresOnCanvas(context, canvas, maps),
        deviation,
        views[0]!.subjects.height,
      ),
      fused,
      deviation,
    );
    await context.artifacts.write("usual-ground", index, usual);
    await context.artifacts.write("footprints", index, { footprints });
    // Last, because its presence says that all are there.
    await context.artifacts.write("bare-ground", index, { bare });
  }
  return {
    hidden: await fileNeverSeen(context, index, canvas, views, laid, fused),
    unrest,
  };
}

/** Where the subjects' centres are in each sample of a canvas, in pixels at the coarseness at which motion is looked at. */
async function centresOnCanvas(
  context: TaskContext,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<Centres[]> {
  const centres: Centres[] = [];
  for (const [k, t] of canvas.samples.entries()) {
    const toCanvas = invert(compose(maps[k]!, canvas.canvasToFirst));
    centres.push(
      maskCentres(await context.masks(t)).map((centre) => {
        if (centre === undefined) return undefined;
        const [x, y] = apply(toCanvas, ...centre);
        return [x / COARSENESS, y / COARSENESS] as const;
      }),
    );
  }
  return centres;
}
