import {
  collectEvidence,
  type EffectEvidence,
} from "../../matte/layers/effect-evidence.ts";
import { raster } from "../../matte/raster.ts";
import type { TaskContext } from "../task-context.ts";
import { loadEvidence } from "./frame-evidence.ts";

/**
 * What one frame says of each subject's one-colour effect.
 *
 * @param training folder of what the network attributed
 */
export async function effectEvidence(
  context: TaskContext,
  frame: number,
  training: string,
): Promise<readonly EffectEvidence[]> {
  const evidence = await loadEvidence(context, frame, training);
  const { height, width } = evidence.frame;
  const mirrored = raster(1, height, width);
  return Array.from({ length: evidence.masks.channels }, (_, subject) =>
    collectEvidence(evidence, mirrored, subject),
  );
}
