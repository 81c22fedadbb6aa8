import {
  collectEvidence,
  type EffectEvidence,
} from "../../vision/effects/effect-evidence.ts";
import { reflectionImages } from "../../vision/reflection/reflection-images.ts";
import type { ReflectionFit } from "../../vision/reflection/reflection-layer.ts";
import { matteSubjects } from "../../vision/layers/subject-mattes.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { EdgePrior } from "../../vision/matting/edge-prior.ts";
import type { FrameEvidence } from "../../vision/frame-evidence.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { loadEvidence } from "../train/load-evidence.ts";

/** A frame, and what is known of its subjects. */
export interface EffectEvidenceInput {
  readonly frame: number;
  /** Per subject, what was learnt of its own edge. */
  readonly priors: readonly EdgePrior[];
  /** Per subject; null when it has none. */
  readonly mirrors: readonly (ReflectionFit | null)[];
}

/** What one frame says of each subject's one-colour effect. */
export async function effectEvidence(
  context: TaskContext,
  { frame, priors, mirrors }: EffectEvidenceInput,
): Promise<readonly EffectEvidence[]> {
  const evidence = await loadEvidence(context, frame);
  const mirrored = mirrors.some((fit) => fit !== null)
    ? reflectionZones(evidence, frame, priors, mirrors)
    : raster(1, evidence.frame.height, evidence.frame.width);
  return Array.from({ length: evidence.masks.channels }, (_, subject) =>
    collectEvidence(evidence, mirrored, subject),
  );
}

/** Where mirror images lie: `[1, h, w]`, the largest of their zones. */
function reflectionZones(
  evidence: FrameEvidence,
  frame: number,
  priors: readonly EdgePrior[],
  mirrors: readonly (ReflectionFit | null)[],
): Raster {
  const { alphas } = matteSubjects(evidence, priors);
  const out = raster(1, evidence.frame.height, evidence.frame.width);
  for (const image of reflectionImages(mirrors, frame, evidence, alphas)) {
    image?.zone.data.forEach((value, i) => {
      out.data[i] = Math.max(out.data[i]!, value);
    });
  }
  return out;
}
