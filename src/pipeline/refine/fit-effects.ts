import type { RefineTasks } from "./refine-tasks.ts";
import { evenlySpaced } from "../../units/evenly-spaced.ts";
import { chooseEffect } from "../../vision/effects/fit-effect-colour.ts";
import {
  learnEdgePrior,
  type EdgePrior,
} from "../../vision/matting/edge-prior.ts";
import { poolEvidence } from "../../vision/effects/effect-evidence.ts";
import type { EffectModel } from "../../vision/effects/effect-model.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { BackgroundFacts } from "../background/background-facts.ts";
import type { SubjectFits } from "../../vision/layers/subject-fit.ts";
import type { FittedEffect } from "./edge-histograms.ts";
import { fitReflections } from "./fit-reflections.ts";
import type { ReflectionFit } from "../../vision/reflection/reflection-layer.ts";
import { factsFile } from "../execution/artifacts.ts";
import { once, type Job, type Progress } from "../execution/job.ts";

/** Where refinement leaves what is fitted over the whole clip. */
export const effectFacts = factsFile<SubjectFits>("refine");

/** Frames, spread over the clip, that an edge prior is learnt from; 20 at first. */
const MOST_EDGE_FRAMES = 14;
/** Frames, spread over the clip, that an effect's colour is fitted to; set once, with no other value on record. */
const MOST_EFFECT_FRAMES = 40;
/** Share of an edge prior that is spread evenly: more as long as it was learnt with none before it. */
const FIRST_EDGE_DOUBT = 0.1;
/** The same share once a prior is known: half of the first; set once, with no other value on record. */
const LATER_EDGE_DOUBT = 0.05;

/** At most `most` frames, spread evenly. */
const someFrames = (frameCount: number, most: number): number[] =>
  evenlySpaced(frameCount, Math.min(most, frameCount));

/** What the whole clip says of the subjects without their effects. */
export interface EdgeFit {
  /** Per subject, how its mask lies to its true edge. */
  readonly edges: readonly EdgePrior[];
  /** Per subject; null when it has no reflection. */
  readonly mirrors: readonly (ReflectionFit | null)[];
}

/** Where the subjects' own edges and reflections are left, which training has no part in. */
const edgeFacts = factsFile<EdgeFit>("refine", "edges");

/**
 * Fits, over the whole clip, how each subject's mask lies to its true edge and whether and how it is mirrored. It needs
 * backgrounds only, so that it can be done while the network is trained.
 *
 * @param maps per frame, the camera's map from frame 0, at working size
 */
export async function fitEdges(
  job: Job<RefineTasks>,
  maps: readonly Homography[],
  progress: Progress,
): Promise<EdgeFit> {
  const { value } = await once(job, edgeFacts, async () => {
    const frames = edgeFrames(job);
    const total = 3 * frames.length;
    const rough = await learnEdges(job, null, null, (done) => {
      progress(done, total);
    });
    const edges = await learnEdges(job, rough, null, (done) => {
      progress(frames.length + done, total);
    });
    const mirrors = await fitReflections(job, maps, edges, (done, all) => {
      progress((2 + done / all) * frames.length, total);
    });
    return { edges, mirrors };
  });
  return value;
}

/**
 * Fits, over the whole clip, how each subject's mask lies to its true edge and how its effect changes the background.
 *
 * @param maps per frame, the camera's map from frame 0, at working size
 */
export async function fitEffects(
  job: Job<RefineTasks>,
  maps: readonly Homography[],
  background: BackgroundFacts,
  progress: Progress,
): Promise<SubjectFits> {
  const effectFrames = someFrames(job.plan.clip.frameCount, MOST_EFFECT_FRAMES);
  const edgeWork = edgeFrames(job).length;
  const total = 4 * edgeWork + effectFrames.length;
  const { edges, mirrors } = await fitEdges(job, maps, (done, all) => {
    progress((3 * edgeWork * done) / all, total);
  });
  const parts = await job.pool.runAll(
    effectFrames.map((frame) => ({
      kind: "effect-evidence" as const,
      frame,
      priors: edges,
      mirrors,
    })),
    job.signal,
    (done) => {
      progress(3 * edgeWork + done, total);
    },
  );
  const modelOf = (k: number, mirrored: boolean): EffectModel =>
    k === 0 && background.trail !== null
      ? { kind: "trail", ...background.trail.colours }
      : chooseEffect(poolEvidence(parts.map((part) => part[k]!)), mirrored);
  const effects = mirrors.map((mirror, k) => ({
    effect: modelOf(k, mirror !== null),
    mirror,
  }));
  const over = await learnEdges(job, edges, effects, (done) => {
    progress(3 * edgeWork + effectFrames.length + done, total);
  });
  return {
    subjects: effects.map((fitted, k) => ({
      edge: edges[k]!,
      edgeOverEffects: over[k]!,
      ...fitted,
    })),
  };
}

const edgeFrames = ({ plan }: Job): number[] =>
  someFrames(plan.clip.frameCount, MOST_EDGE_FRAMES);

/** Per subject, what its edge teaches in frames spread over the clip. */
async function learnEdges(
  job: Job<RefineTasks>,
  priors: readonly EdgePrior[] | null,
  effects: readonly FittedEffect[] | null,
  onDone: (done: number) => void,
): Promise<EdgePrior[]> {
  const frames = await job.pool.runAll(
    edgeFrames(job).map((frame) => ({
      kind: "edge-histograms" as const,
      frame,
      priors,
      effects,
    })),
    job.signal,
    onDone,
  );
  const doubt = priors === null ? FIRST_EDGE_DOUBT : LATER_EDGE_DOUBT;
  return job.plan.masks.map((_, k) =>
    learnEdgePrior(
      frames.map((histograms) => histograms[k]!),
      doubt,
    ),
  );
}
