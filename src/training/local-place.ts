import { nodeRuntime } from "../runtime/node-runtime.ts";
import { trainAssociation } from "./train-association.ts";
import type { TrainingPlace } from "./training-place.ts";

/** A step is too small to gain from more. */
const THREADS = 1;

/** Trains in this process, on the processor. */
export const localPlace = (reason: string): TrainingPlace => ({
  backend: "cpu",
  reason,
  train: (data, settings, watch) =>
    trainAssociation(nodeRuntime(THREADS), data, settings, watch),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
