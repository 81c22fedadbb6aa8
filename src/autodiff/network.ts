import { differentiate } from "./differentiate.ts";
import { Graph, type Tensor } from "./graph.ts";
import { type Model, buildModel } from "./model.ts";
import { add } from "./operations.ts";
import { type GradientTransform, declareStepInputs } from "./optimizer.ts";
import {
  type ParameterSpec,
  type Parameters,
  packParameters,
  parameterCount,
  unpackParameters,
} from "./parameters.ts";
import type { Shape } from "./shape.ts";
import type { Strategy } from "./strategy.ts";
import type { ElementType } from "./tensor-type.ts";

/** A value that the graph is fed; float32 unless told. */
export interface InputSpec {
  readonly shape: Shape;
  readonly type?: ElementType;
}

/** Inputs by name. */
type InputSpecs = Readonly<Record<string, InputSpec>>;

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** One use of a network: what it is fed and what it yields. */
export interface Evaluation {
  readonly inputs: InputSpecs;
  readonly outputs: (parameters: Parameters, inputs: Tensors) => Tensors;
}

/** What a training graph reports: the loss, one element, and whatever else is worth watching. */
export interface TrainingReport {
  readonly loss: Tensor;
  readonly [part: string]: Tensor;
}

/** A network with its loss, from which the graphs for training, inference and gradient checks are built. */
export interface NetworkDefinition {
  readonly parameters: readonly ParameterSpec[];
  readonly training: {
    readonly inputs: InputSpecs;
    readonly outputs: (
      parameters: Parameters,
      inputs: Tensors,
    ) => TrainingReport;
  };
}

/** A vector that a training graph hands from one step to the next. */
interface StateSpec {
  readonly input: string;
  readonly output: string;
  readonly shape: Shape;
}

/** A model that updates its own state. */
export interface TrainingModel extends Model {
  /** The parameters first, then the optimizer's vectors. */
  readonly state: readonly StateSpec[];
}

/** Name under which every model takes the parameters, `[parameterCount]`. */
export const parametersInput = "parameters";

const nextName = (name: string): string => `${name}.next`;

interface Started {
  readonly graph: Graph;
  readonly vector: Tensor;
  readonly parameters: Parameters;
  readonly inputs: Tensors;
}

function start(specs: readonly ParameterSpec[], inputs: InputSpecs): Started {
  const graph = new Graph();
  const vector = graph.input(parametersInput, [parameterCount(specs)]);
  return {
    graph,
    vector,
    parameters: unpackParameters(vector, specs),
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, type }]) => [
        name,
        graph.input(name, shape, type),
      ]),
    ),
  };
}

const packedGradient = (
  loss: Tensor,
  specs: readonly ParameterSpec[],
  parameters: Parameters,
): Tensor =>
  packParameters(
    differentiate(
      loss,
      specs.map(({ name }) => parameters[name]!),
    ),
  );

/** One training step as one graph: forward, losses, gradients, optimizer. */
export function buildTraining(
  { parameters: specs, training }: NetworkDefinition,
  optimizer: GradientTransform,
  strategy: Strategy,
): TrainingModel {
  const { graph, vector, parameters, inputs } = start(specs, training.inputs);
  const report = training.outputs(parameters, inputs);
  const gradient = packedGradient(report.loss, specs, parameters);
  const states = optimizer.states.map(({ name }) =>
    graph.input(name, vector.shape),
  );
  const step = optimizer.apply(
    gradient,
    states,
    declareStepInputs(graph, optimizer),
  );
  const names = [parametersInput, ...optimizer.states.map(({ name }) => name)];
  const next = [add(vector, step.update), ...step.states];
  const outputs: Record<string, Tensor> = { ...report };
  for (const [i, name] of names.entries()) outputs[nextName(name)] = next[i]!;
  return {
    ...buildModel(graph, outputs, strategy),
    state: names.map((name) => ({
      input: name,
      output: nextName(name),
      shape: vector.shape,
    })),
  };
}

/** A use of the trained network without loss or gradients. */
export function buildInference(
  specs: readonly ParameterSpec[],
  evaluation: Evaluation,
  strategy: Strategy,
): Model {
  const { graph, parameters, inputs } = start(specs, evaluation.inputs);
  const outputs = evaluation.outputs(parameters, inputs);
  return buildModel(graph, outputs, strategy);
}

/** The loss, its parts and `gradient`, the loss's gradient in the parameter vector; for checking gradients. */
export function buildGradient(
  { parameters: specs, training }: NetworkDefinition,
  strategy: Strategy,
): Model {
  const { graph, parameters, inputs } = start(specs, training.inputs);
  const report = training.outputs(parameters, inputs);
  const gradient = packedGradient(report.loss, specs, parameters);
  return buildModel(graph, { ...report, gradient }, strategy);
}
