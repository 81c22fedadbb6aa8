import { chooseEffect } from "../../matte/layers/choose-effect.ts";
import {
  learnEdgePrior,
  type EdgePrior,
} from "../../matte/layers/edge-prior.ts";
import { poolEvidence } from "../../matte/layers/effect-evidence.ts";
import type { EffectModel } from "../../matte/layers/effect-model.ts";
import type { BackgroundFacts } from "../background-facts.ts";
import type { EffectFacts } from "../effect-facts.ts";
import type { JobFolder } from "../job-folder.ts";
import type { Job, Progress } from "./job.ts";

const MOST_EDGE_FRAMES = 20;
const MOST_EFFECT_FRAMES = 40;
/** Share of an edge prior that is spread evenly: more as long as it was learnt with none before it. */
const FIRST_DOUBT = 0.1;
const LATER_DOUBT = 0.05;

/** At most `most` frames, spread evenly. */
const someFrames = (frameCount: number, most: number): number[] => {
  const count = Math.min(most, frameCount);
  return Array.from({ length: count }, (_, k) =>
    Math.floor(((k + 0.5) * frameCount) / count),
  );
};

/**
 * Fits, over the whole clip, how each subject's mask lies to its true edge and how its effect changes the background.
 *
 * @param training folder of what the network attributed
 */
export async function fitEffects(
  job: Job,
  training: JobFolder,
  background: BackgroundFacts,
  progress: Progress,
): Promise<EffectFacts> {
  const { frameCount } = job.plan.clip;
  const edgeFrames = someFrames(frameCount, MOST_EDGE_FRAMES);
  const effectFrames = someFrames(frameCount, MOST_EFFECT_FRAMES);
  const total = 3 * edgeFrames.length + effectFrames.length;
  let finished = 0;
  const report = (done: number): void => {
    progress(finished + done, total);
  };

  const learn = async (
    priors: readonly EdgePrior[] | null,
    models: readonly EffectModel[] | null,
  ): Promise<EdgePrior[]> => {
    const frames = await job.pool.runAll(
      edgeFrames.map((frame) => ({
        kind: "edge-histograms" as const,
        frame,
        training: training.path,
        priors,
        models,
      })),
      job.signal,
      report,
    );
    finished += edgeFrames.length;
    const doubt = priors === null ? FIRST_DOUBT : LATER_DOUBT;
    return job.plan.masks.map((_, k) =>
      learnEdgePrior(
        frames.map((histograms) => histograms[k]!),
        doubt,
      ),
    );
  };
  const rough = await learn(null, null);
  const edges = await learn(rough, null);

  const parts = await job.pool.runAll(
    effectFrames.map((frame) => ({
      kind: "effect-evidence" as const,
      frame,
      training: training.path,
    })),
    job.signal,
    report,
  );
  finished += effectFrames.length;
  const models = job.plan.masks.map((_, k): EffectModel => {
    if (k === 0 && background.trail !== null)
      return { kind: "trail", ...background.trail.colours };
    return chooseEffect(poolEvidence(parts.map((part) => part[k]!)), false);
  });
  const over = await learn(edges, models);
  return {
    subjects: models.map((effect, k) => ({
      edge: edges[k]!,
      edgeOverEffects: over[k]!,
      effect,
    })),
  };
}
