import type { OnnxRuntime } from "../runtime/onnx-runtime.ts";
import { syntheticClip } from "./synthetic-clip.ts";
import {
  type AssociationSettings,
  trainAssociation,
} from "./train-association.ts";

/**
 * Losses of the first steps of the small clip below: the same on every processor and in WebAssembly, whose operands are rounded
 * (`autodiff/reproducible.ts`); and those without that rounding, against which every GPU is held.
 */
export const knownLosses = {
  processor: [1.3452687, 1.2741582, 1.2014141, 1.1569287, 1.0939252],
  gpu: [1.345286, 1.274401, 1.201463, 1.156579, 1.093585],
} as const;

/** How far a GPU's losses may be off, relatively: sums run in another order there, and the steps multiply the difference. */
const LOSS_TOLERANCE = 1e-3;

const settings: AssociationSettings = {
  seed: 7,
  steps: knownLosses.gpu.length,
  batch: 2,
  sparsity: 0.005,
  seeds: 1,
  design: { baseChannels: 4 },
};

/** Trains a few steps of a very small clip and hands back each step's loss. */
export async function parityLosses(runtime: OnnxRuntime): Promise<number[]> {
  const losses: number[] = [];
  await trainAssociation(
    { ...runtime, stepsPerReport: 1 },
    syntheticClip(4, 16, 24),
    settings,
    {
      onProgress: (_done, _total, loss) => {
        if (loss !== undefined) losses.push(loss);
      },
    },
  );
  return losses;
}

/** Largest relative difference of losses to the known ones, a GPU's unless told; infinite when there are not as many. */
export const parityDifference = (
  losses: readonly number[],
  known: readonly number[] = knownLosses.gpu,
): number =>
  losses.length === known.length
    ? Math.max(...losses.map((loss, i) => Math.abs(loss / known[i]! - 1)))
    : Infinity;

/** Whether a GPU's losses agree with the known ones. */
export const agrees = (losses: readonly number[]): boolean =>
  parityDifference(losses) <= LOSS_TOLERANCE;
