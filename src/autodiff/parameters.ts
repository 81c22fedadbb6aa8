import type { Tensor } from "./graph.ts";
import { concat, reshape, slice } from "./operations.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { type Shape, elementCount } from "./shape.ts";

/** How a parameter starts: uniform in ±bound, or one value throughout. */
type Initializer =
  | { readonly kind: "uniform"; readonly bound: number }
  | { readonly kind: "constant"; readonly value: number };

/** One trained tensor. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
}

/** Trained tensors by name, as the definition of a network reads them. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** Length of the one vector that holds all parameters. */
export const parameterCount = (specs: readonly ParameterSpec[]): number =>
  specs.reduce((count, { shape }) => count + elementCount(shape), 0);

/** Takes the vector `[parameterCount]` apart into its tensors. @throws ShapeError when the vector is too short */
export function unpackParameters(
  vector: Tensor,
  specs: readonly ParameterSpec[],
): Parameters {
  const parameters: Record<string, Tensor> = {};
  let start = 0;
  for (const { name, shape } of specs) {
    const end = start + elementCount(shape);
    parameters[name] = reshape(slice(vector, [start], [end]), shape);
    start = end;
  }
  return parameters;
}

/** Puts tensors of the specs' shapes, in their order, back into one vector. */
export const packParameters = (tensors: readonly Tensor[]): Tensor =>
  concat(
    tensors.map((tensor) => reshape(tensor, [elementCount(tensor.shape)])),
    0,
  );

/** First values of the vector. */
export function initialParameters(
  specs: readonly ParameterSpec[],
  random: SeededRandom,
): Float32Array {
  const vector = new Float32Array(parameterCount(specs));
  let at = 0;
  for (const { shape, initializer } of specs) {
    const end = at + elementCount(shape);
    for (; at < end; at++)
      vector[at] =
        initializer.kind === "constant"
          ? initializer.value
          : (random.next() * 2 - 1) * initializer.bound;
  }
  return vector;
}
