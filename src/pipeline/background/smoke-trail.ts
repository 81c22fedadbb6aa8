import {
  subjectFront,
  type SubjectFront,
} from "../../vision/smoke/samples-ahead.ts";
import type { CanvasPlan, SampleView } from "../../vision/background/canvas.ts";
import { halveSamples } from "../../vision/smoke/half-size-samples.ts";
import {
  maskCentre,
  reversed,
  type PathPoint,
  type SubjectPath,
} from "../../vision/smoke/subject-path.ts";
import type { SmokeColours } from "../../vision/smoke/smoke-colours.ts";
import {
  collectSmokeEvidence,
  type SmokeEvidence,
} from "../../vision/smoke/smoke-evidence.ts";
import { measureSmoke, type SmokeSums } from "../../vision/smoke/smoke-map.ts";
import { scoped } from "../../kernels/memory.ts";
import type { Homography } from "../../kernels/homography.ts";
import {
  coarsen,
  unrestOf,
  type UnrestSums,
} from "../../vision/background/self-motion.ts";
import type { TaskContext } from "../execution/task-context.ts";
import {
  fileAlignedSamples,
  alignedSamples,
  canvasSamples,
  mapsOfSamples,
} from "./aligned-samples.ts";

/** Evidence of a trail behind the subject, and before it should the clip run backwards. */
export interface SmokeSides {
  readonly behind: SmokeEvidence;
  readonly before: SmokeEvidence;
  /** How much the ground moves by itself, which looks like smoke. */
  readonly unrest: UnrestSums;
}

/** Centre of the only subject in one frame. */
export async function subjectCentre(
  context: TaskContext,
  frame: number,
): Promise<PathPoint | undefined> {
  return maskCentre(await context.subjects(frame));
}

/** Looks for a trail on one canvas, and files its laid samples. */
export async function smokeEvidence(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
  path: SubjectPath,
): Promise<SmokeSides> {
  const own = mapsOfSamples(canvas, maps);
  const views = await canvasSamples(context, index, canvas, own);
  const laid = await alignedSamples(context, index, canvas, views);
  await fileAlignedSamples(context, index, laid);
  const samples = halveSamples(canvas, views, laid);
  const evidence = (way: SubjectPath): SmokeEvidence =>
    scoped(() => collectSmokeEvidence(samples, frontsOf(canvas, views, way)));
  return {
    behind: evidence(path),
    before: evidence(reversed(path)),
    unrest: scoped(() =>
      unrestOf(coarsen(canvas, views, laid, context.vision)),
    ),
  };
}

/** Measures the trail on one canvas. */
export async function smokeShape(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
  path: SubjectPath,
  colours: SmokeColours,
): Promise<SmokeSums> {
  const own = mapsOfSamples(canvas, maps);
  const views = await canvasSamples(context, index, canvas, own);
  const laid = await alignedSamples(context, index, canvas, views);
  return measureSmoke(
    halveSamples(canvas, views, laid),
    frontsOf(canvas, views, path),
    colours,
    context.plan.working,
  );
}

function frontsOf(
  canvas: CanvasPlan,
  views: readonly SampleView[],
  path: SubjectPath,
): SubjectFront[] {
  return canvas.samples.map((t, k) =>
    subjectFront(views[k]!.subjects, path.centres[t]!, path.motion[t]!),
  );
}
