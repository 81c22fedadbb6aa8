import type { BackgroundTasks } from "./background-tasks.ts";
import { evenlySpacedWithEnds } from "../../units/evenly-spaced.ts";
import {
  coherence,
  meanMotion,
  reversed,
  subjectPath,
  type SubjectPath,
} from "../../vision/smoke/subject-path.ts";
import {
  fitSmokeColours,
  type SmokeEffectColours,
} from "../../vision/smoke/smoke-colours.ts";
import {
  hidesTexture,
  poolSmokeEvidence,
  smokeSigns,
} from "../../vision/smoke/smoke-evidence.ts";
import { smokeMap } from "../../vision/smoke/smoke-map.ts";
import type { SmokeTrail } from "../../vision/smoke/smoke-trail.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { NumberedCanvas } from "./numbered-canvas.ts";
import { moves, unrestDeviation } from "../../vision/background/self-motion.ts";
import type { Job } from "../execution/job.ts";

/** A trail, and the colours along which its alpha is to be measured. */
export interface FoundSmoke {
  readonly trail: SmokeTrail;
  readonly effect: SmokeEffectColours;
}

/** Canvases, spread over the clip, in which a trail is looked for; set once, with no other value on record. */
const MOST_CANVASES_LOOKED_AT = 4;
/** Share of one direction in the subject's path (1: straight), from which it leaves a trail behind it; set once, with no other value on record. */
const LEAST_COHERENCE = 0.8;

/**
 * Way of the subject, if it is one that could leave a trail to one side: a single subject that keeps its direction over the
 * background.
 */
export async function smokePath(
  job: Job<BackgroundTasks>,
  maps: readonly Homography[],
): Promise<SubjectPath | undefined> {
  if (job.plan.masks.length !== 1) return undefined;
  const centres = await job.pool.runAll(
    maps.map((_, frame) => ({ kind: "subject-centre" as const, frame })),
    job.signal,
    () => undefined,
  );
  const path = subjectPath(centres, maps);
  return path !== undefined && coherence(path) > LEAST_COHERENCE
    ? path
    : undefined;
}

/** The few canvases, spread over the clip, on which a trail is looked for. */
export const canvasesToLookAt = (
  canvases: readonly NumberedCanvas[],
): NumberedCanvas[] =>
  evenlySpacedWithEnds(
    canvases.length,
    Math.min(MOST_CANVASES_LOOKED_AT, canvases.length),
  ).map((k) => canvases[k]!);

/**
 * Looks for a dense trail on a few canvases, to either side of the subject, and measures it.
 *
 * @param onLooked after each canvas with how many have been looked at
 * @returns        null when there is no trail
 */
export async function findSmoke(
  job: Job<BackgroundTasks>,
  maps: readonly Homography[],
  path: SubjectPath,
  canvases: readonly NumberedCanvas[],
  onLooked: (done: number) => void,
): Promise<FoundSmoke | null> {
  const sides = await job.pool.runAll(
    canvases.map((canvas) => ({
      kind: "smoke-evidence" as const,
      ...canvas,
      maps,
      path,
    })),
    job.signal,
    onLooked,
  );
  // Caustics and waves hide what lies beneath them as smoke does, but also before the subject comes.
  if (moves(unrestDeviation(sides.map(({ unrest }) => unrest)))) return null;
  const [side] = [
    { path, evidence: poolSmokeEvidence(sides.map((each) => each.behind)) },
    {
      path: reversed(path),
      evidence: poolSmokeEvidence(sides.map((each) => each.before)),
    },
  ]
    .map((each) => ({ ...each, signs: smokeSigns(each.evidence) }))
    .filter(({ signs }) => hidesTexture(signs))
    .sort((a, b) => a.signs.energy - b.signs.energy);
  if (side === undefined) return null;
  const { fitted, effect } = fitSmokeColours(side.evidence);
  if (fitted.light === null && fitted.dark === null) return null;
  const sums = await job.pool.runAll(
    canvases.map((canvas) => ({
      kind: "smoke-shape" as const,
      ...canvas,
      maps,
      path: side.path,
      colours: fitted,
    })),
    job.signal,
    () => undefined,
  );
  const map = smokeMap(sums);
  if (map === undefined) return null;
  const [x, y] = meanMotion(side.path);
  const length = Math.hypot(x, y);
  return {
    trail: {
      path: side.path,
      direction: [x / length, y / length],
      colours: fitted,
      map,
    },
    effect,
  };
}
