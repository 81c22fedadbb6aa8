import type { OnnxRuntime } from "../runtime/onnx-runtime.ts";
import { walkingBlock } from "./walking-block.ts";
import {
  type AssociationSettings,
  trainAssociation,
} from "./train-association.ts";

/** Losses of the first steps of the small clip below on the processor, against which every other backend is held. */
export const knownLosses: readonly number[] = [
  1.345286, 1.274401, 1.201463, 1.156579, 1.093585,
];

/** How far a backend's losses may be off, relatively: sums run in another order there, and the steps multiply the difference. */
const TOLERANCE = 1e-3;

const settings: AssociationSettings = {
  seed: 7,
  steps: knownLosses.length,
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
    walkingBlock(4, 16, 24),
    settings,
    {
      onProgress: (_done, _total, loss) => {
        if (loss !== undefined) losses.push(loss);
      },
    },
  );
  return losses;
}

/** Largest relative difference to the known losses; infinite when there are not as many. */
export const parityDifference = (losses: readonly number[]): number =>
  losses.length === knownLosses.length
    ? Math.max(...losses.map((loss, i) => Math.abs(loss / knownLosses[i]! - 1)))
    : Infinity;

/** Whether losses agree with the known ones. */
export const agrees = (losses: readonly number[]): boolean =>
  parityDifference(losses) <= TOLERANCE;
