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
import { factsFile } from "../execution/artifacts.ts";
import type { Job, Progress } from "../execution/job.ts";

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
  const { frameCount } = job.plan.clip;
  const edgeFrames = someFrames(frameCount, MOST_EDGE_FRAMES);
  const effectFrames = someFrames(frameCount, MOST_EFFECT_FRAMES);
  const mirrorWork = edgeFrames.length;
  const total = 3 * edgeFrames.length + mirrorWork + effectFrames.length;
  let finished = 0;
  const report = (done: number): void => {
    progress(finished + done, total);
  };

  const learn = async (
    priors: readonly EdgePrior[] | null,
    effects: readonly FittedEffect[] | null,
  ): Promise<EdgePrior[]> => {
    const frames = await job.pool.runAll(
      edgeFrames.map((frame) => ({
        kind: "edge-histograms" as const,
        frame,
        priors,
        effects,
      })),
      job.signal,
      report,
    );
    finished += edgeFrames.length;
    const doubt = priors === null ? FIRST_EDGE_DOUBT : LATER_EDGE_DOUBT;
    return job.plan.masks.map((_, k) =>
      learnEdgePrior(
        frames.map((histograms) => histograms[k]!),
        doubt,
      ),
    );
  };
  const rough = await learn(null, null);
  const edges = await learn(rough, null);
  const mirrors = await fitReflections(job, maps, edges, (done, all) => {
    report((mirrorWork * done) / all);
  });
  finished += mirrorWork;

  const parts = await job.pool.runAll(
    effectFrames.map((frame) => ({
      kind: "effect-evidence" as const,
      frame,
      priors: edges,
      mirrors,
    })),
    job.signal,
    report,
  );
  finished += effectFrames.length;
  const modelOf = (k: number, mirrored: boolean): EffectModel =>
    k === 0 && background.trail !== null
      ? { kind: "trail", ...background.trail.colours }
      : chooseEffect(poolEvidence(parts.map((part) => part[k]!)), mirrored);
  const effects = mirrors.map((mirror, k) => ({
    effect: modelOf(k, mirror !== null),
    mirror,
  }));
  const over = await learn(edges, effects);
  return {
    subjects: effects.map((fitted, k) => ({
      edge: edges[k]!,
      edgeOverEffects: over[k]!,
      ...fitted,
    })),
  };
}
