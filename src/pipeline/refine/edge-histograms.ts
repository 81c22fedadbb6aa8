import type {
  EdgeHistogram,
  EdgePrior,
} from "../../vision/matting/edge-prior.ts";
import type { EffectModel } from "../../vision/effects/effect-model.ts";
import { analyseFrame } from "../../vision/layers/frame-analysis.ts";
import { reflectionImages } from "../../vision/reflection/reflection-images.ts";
import type { ReflectionFit } from "../../vision/reflection/reflection-layer.ts";
import {
  matteOverEffects,
  matteSubjects,
} from "../../vision/layers/subject-mattes.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { loadEvidence, loadScene } from "../train/load-evidence.ts";

/** What the whole clip says of one subject's effects. */
export interface FittedEffect {
  readonly effect: EffectModel;
  /** Null when it has none. */
  readonly mirror: ReflectionFit | null;
}

/** What the edges of a frame are looked at with. */
export interface EdgeHistogramsInput {
  readonly frame: number;
  /** Per subject; null before any was learnt. */
  readonly priors: readonly EdgePrior[] | null;
  /** Per subject, once chosen: the effects are then taken into account. Null before. */
  readonly effects: readonly FittedEffect[] | null;
}

/** What one frame teaches of each subject's edge. */
export async function edgeHistograms(
  context: TaskContext,
  { frame, priors, effects }: EdgeHistogramsInput,
): Promise<readonly EdgeHistogram[]> {
  const known = Array.from(
    { length: context.plan.masks.length },
    (_, k) => priors?.[k],
  );
  // Nothing of this needs the network: it is asked for while that is trained.
  if (effects === null)
    return matteSubjects(await loadScene(context, frame), known).histograms;
  const evidence = await loadEvidence(context, frame);
  const plain = matteSubjects(evidence, known);
  const models = effects.map(({ effect }) => effect);
  const analysis = analyseFrame(
    evidence,
    plain,
    models,
    reflectionImages(
      effects.map(({ mirror }) => mirror),
      frame,
      evidence,
      plain.alphas,
    ),
  );
  return matteOverEffects(evidence, analysis, models, known).histograms;
}
