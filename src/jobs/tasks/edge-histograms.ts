import type {
  EdgeHistogram,
  EdgePrior,
} from "../../matte/layers/edge-prior.ts";
import type { EffectModel } from "../../matte/layers/effect-model.ts";
import { analyseFrame } from "../../matte/layers/frame-analysis.ts";
import {
  matteOverEffects,
  matteSubjects,
} from "../../matte/layers/subject-mattes.ts";
import type { TaskContext } from "../task-context.ts";
import { loadEvidence } from "./frame-evidence.ts";

/** What the edges of a frame are looked at with. */
export interface EdgeHistogramsInput {
  readonly frame: number;
  /** Folder of what the network attributed. */
  readonly training: string;
  /** Per subject; null before any was learnt. */
  readonly priors: readonly EdgePrior[] | null;
  /** Per subject; null before any was chosen: the effects are then taken into account. */
  readonly models: readonly EffectModel[] | null;
}

/** What one frame teaches of each subject's edge. */
export async function edgeHistograms(
  context: TaskContext,
  { frame, training, priors, models }: EdgeHistogramsInput,
): Promise<readonly EdgeHistogram[]> {
  const evidence = await loadEvidence(context, frame, training);
  const known = Array.from(
    { length: evidence.masks.channels },
    (_, k) => priors?.[k],
  );
  const plain = matteSubjects(evidence, known);
  if (models === null) return plain.histograms;
  const analysis = analyseFrame(
    evidence,
    plain.alphas,
    models,
    models.map(() => undefined),
  );
  return matteOverEffects(evidence, analysis, models, known).histograms;
}
