import { type AdamOptions, biasCorrection } from "../../autodiff/optimizer.ts";
import type { LossWeights } from "./association-definition.ts";

/** Adam's settings; the short memory of the second moment suits a hundred steps. */
export const adamOptions: AdamOptions = {
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
};

/** Adam's learning rate until it falls; from the study before the engine. */
const peakLearningRate = 3e-3;
/** Share of the steps at the end over which the learning rate falls to zero. */
const decayShare = 0.3;
/** Share of the steps at the start in which the supports are drawn to the masks; from the study before the engine. */
const bootstrapShare = 0.12;
/** Steps of that in the shortest training; set once, with no other value on record. */
const fewestBootstrapSteps = 5;

/** What decides the weights of the loss beside the step. */
export interface ScheduleOptions {
  readonly steps: number;
  /** λ of the sparsity: .004 catches faint effects and leaks more, .008 is tight. */
  readonly sparsity: number;
  readonly temporalWeight: number;
  readonly ambientWeight: number;
}

/** Learning rate of step `step` = 0, 1, … with Adam's bias correction: constant, then falling linearly. */
export function learningRate(step: number, steps: number): number {
  const fall = Math.min(1, (steps - step) / (steps * decayShare));
  return peakLearningRate * fall * biasCorrection(step + 1, adamOptions);
}

/**
 * Weights of the loss at step `step` = 0, 1, …: first the support is taught to be the mask and nothing far from it (Lu et al. 2021,
 * section 3.3, mask bootstrap); then it may grow to what explains the evidence, at a price.
 */
export function lossWeights(
  step: number,
  { steps, sparsity, temporalWeight, ambientWeight }: ScheduleOptions,
): LossWeights {
  const bootstrap = Math.max(
    fewestBootstrapSteps,
    Math.floor(steps * bootstrapShare),
  );
  if (step < bootstrap)
    return {
      reconstruction: 10,
      sparsity: 0,
      inside: 1,
      outside: 1,
      exclusion: 0,
      ambient: 0,
      temporal: 0,
    };
  return {
    reconstruction: 20,
    sparsity: 20 * sparsity,
    inside: 0.3,
    outside: 0,
    exclusion: 1,
    ambient: 20 * ambientWeight,
    temporal: temporalWeight,
  };
}
