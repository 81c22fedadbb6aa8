import {
  collectEvidence,
  type EffectEvidence,
} from "../../matte/layers/effect-evidence.ts";
import { mirrorImages } from "../../matte/layers/mirror-images.ts";
import type { MirrorFit } from "../../matte/layers/mirror-layer.ts";
import { matteSubjects } from "../../matte/layers/subject-mattes.ts";
import { raster, type Raster } from "../../matte/raster.ts";
import type { EdgePrior } from "../../matte/layers/edge-prior.ts";
import type { FrameEvidence } from "../../matte/layers/frame-evidence.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { loadEvidence } from "../train/load-evidence.ts";

/** A frame, and what is known of its subjects. */
export interface EffectEvidenceInput {
  readonly frame: number;
  /** Folder of what the network attributed. */
  readonly training: string;
  /** Per subject, what was learnt of its own edge. */
  readonly priors: readonly EdgePrior[];
  /** Per subject; null when it has none. */
  readonly mirrors: readonly (MirrorFit | null)[];
}

/** What one frame says of each subject's one-colour effect. */
export async function effectEvidence(
  context: TaskContext,
  { frame, training, priors, mirrors }: EffectEvidenceInput,
): Promise<readonly EffectEvidence[]> {
  const evidence = await loadEvidence(context, frame, training);
  const mirrored = mirrors.some((fit) => fit !== null)
    ? mirrorZones(evidence, frame, priors, mirrors)
    : raster(1, evidence.frame.height, evidence.frame.width);
  return Array.from({ length: evidence.masks.channels }, (_, subject) =>
    collectEvidence(evidence, mirrored, subject),
  );
}

/** Where mirror images lie: `[1, h, w]`, the largest of their zones. */
function mirrorZones(
  evidence: FrameEvidence,
  frame: number,
  priors: readonly EdgePrior[],
  mirrors: readonly (MirrorFit | null)[],
): Raster {
  const { alphas } = matteSubjects(evidence, priors);
  const out = raster(1, evidence.frame.height, evidence.frame.width);
  for (const image of mirrorImages(mirrors, frame, evidence, alphas)) {
    image?.zone.data.forEach((value, i) => {
      out.data[i] = Math.max(out.data[i]!, value);
    });
  }
  return out;
}
