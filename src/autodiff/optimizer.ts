import type { Graph, Tensor } from "./graph.ts";
import { add, div, mul, sqrt } from "./operations.ts";

/** A vector that an optimizer keeps between steps, of the parameters' length, zero at first. */
interface OptimizerState {
  readonly name: string;
}

/** What a transform makes of a gradient, and what it keeps. */
interface TransformResult {
  readonly update: Tensor;
  /** Next values, in the order of `states`. */
  readonly states: readonly Tensor[];
}

/** Scalars fed at every step, by name. */
export type StepInput = (name: string) => Tensor;

/** A pure step from gradient to update; transforms are chained (the design of optax). */
export interface GradientTransform {
  readonly states: readonly OptimizerState[];
  /** Names of the scalars that it reads. */
  readonly inputs: readonly string[];
  readonly apply: (
    update: Tensor,
    states: readonly Tensor[],
    input: StepInput,
  ) => TransformResult;
}

/** Decay rates of Adam's two moments, and the smallest denominator. */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, update `m / (√v + ε)` (Kingma and Ba, Adam, 2015, section 2 with the bias correction
 * moved to the learning rate; see `biasCorrection`).
 */
const scaleByAdam = ({
  beta1,
  beta2,
  epsilon,
}: AdamOptions): GradientTransform => ({
  states: [{ name: "firstMoment" }, { name: "secondMoment" }],
  inputs: [],
  apply: (g, [m, v]) => {
    const first = add(mul(m!, beta1), mul(g, 1 - beta1));
    const second = add(mul(v!, beta2), mul(mul(g, g), 1 - beta2));
    return {
      update: div(first, add(sqrt(second), epsilon)),
      states: [first, second],
    };
  },
});

/** Factor `√(1−β₂ᵗ) / (1−β₁ᵗ)` on the learning rate of step `t` = 1, 2, … */
export const biasCorrection = (
  step: number,
  { beta1, beta2 }: AdamOptions,
): number => Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);

/** Multiplies by a scalar that is fed at every step. */
export const scaleByInput = (name: string): GradientTransform => ({
  states: [],
  inputs: [name],
  apply: (g, _, input) => ({ update: mul(g, input(name)), states: [] }),
});

/** Turns round, so that adding the update goes down the gradient. */
export const descend: GradientTransform = {
  states: [],
  inputs: [],
  apply: (g) => ({ update: mul(g, -1), states: [] }),
};

/** One transform after another. */
export const chain = (
  ...transforms: readonly GradientTransform[]
): GradientTransform => ({
  states: transforms.flatMap(({ states }) => states),
  inputs: transforms.flatMap(({ inputs }) => inputs),
  apply: (g, states, input) => {
    let update = g;
    let used = 0;
    const next: Tensor[] = [];
    for (const transform of transforms) {
      const own = states.slice(used, (used += transform.states.length));
      const result = transform.apply(update, own, input);
      update = result.update;
      next.push(...result.states);
    }
    return { update, states: next };
  },
});

/** Name of the scalar input that holds the learning rate, bias correction included. */
export const learningRateInput = "learningRate";

/** Adam whose learning rate is fed at every step. */
export const adam = (options: AdamOptions): GradientTransform =>
  chain(scaleByAdam(options), scaleByInput(learningRateInput), descend);

/** Declares the optimizer's scalars as inputs of a graph. */
export function declareStepInputs(
  graph: Graph,
  transform: GradientTransform,
): StepInput {
  const inputs = new Map(
    transform.inputs.map((name) => [name, graph.input(name, [])]),
  );
  return (name) => inputs.get(name)!;
}
