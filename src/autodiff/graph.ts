import { assert } from "../errors/assert.ts";
import {
  type Primitive,
  type PrimitiveParameters,
  inferResult,
} from "./primitives.ts";
import { type Shape, elementCount, requireShape } from "./shape.ts";
import type { ElementType, TensorType } from "./tensor-type.ts";

/** A symbolic value of a graph: it has a shape, but numbers only once a runtime has run the graph. */
export interface Tensor extends TensorType {
  readonly graph: Graph;
  /** Position in `graph.nodes`. */
  readonly id: number;
}

/** A value fed at every run. */
interface InputNode {
  readonly kind: "input";
  readonly name: string;
}

/** A value that never changes, stored in the model. */
interface ConstantNode {
  readonly kind: "constant";
  readonly values: Float32Array | Int32Array;
}

/** One primitive applied to earlier values. */
export interface OperationNode<P extends Primitive = Primitive> {
  readonly kind: "operation";
  readonly primitive: P;
  readonly inputs: readonly Tensor[];
  readonly parameters: PrimitiveParameters[P];
}

/** What a graph records for each value. */
export type GraphNode = InputNode | ConstantNode | OperationNode;

/** A computation under construction: nodes in the order in which they can be run, with static shapes. */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly tensors: Tensor[] = [];
  readonly #inputNames = new Set<string>();
  readonly #scalars = new Map<number, Tensor>();

  /** Declares a value to be fed under `name`. */
  input(name: string, shape: Shape, type: ElementType = "float32"): Tensor {
    assert(!this.#inputNames.has(name), `input ${name} is declared twice`);
    this.#inputNames.add(name);
    return this.#record({ kind: "input", name }, shape, type);
  }

  /**
   * Stores values in the model.
   *
   * @throws ShapeError when the count of values is not that of the shape
   */
  constant(values: Float32Array | Int32Array, shape: Shape): Tensor {
    requireShape(
      values.length === elementCount(shape),
      `${values.length} values for a constant of shape [${shape.join(", ")}]`,
    );
    return this.#record(
      { kind: "constant", values },
      shape,
      values instanceof Int32Array ? "int32" : "float32",
    );
  }

  /** A float32 scalar; equal scalars are one node. */
  scalar(value: number): Tensor {
    let tensor = this.#scalars.get(value);
    if (tensor === undefined) {
      tensor = this.constant(Float32Array.of(value), []);
      this.#scalars.set(value, tensor);
    }
    return tensor;
  }

  /**
   * Applies a primitive.
   *
   * @throws ShapeError when the operands do not fit the primitive or each other
   */
  apply<P extends Primitive>(
    primitive: P,
    inputs: readonly Tensor[],
    parameters: PrimitiveParameters[P],
  ): Tensor {
    for (const tensor of inputs)
      assert(tensor.graph === this, `${primitive} mixes two graphs`);
    const { shape, type } = inferResult(primitive, inputs, parameters);
    const node: OperationNode<P> = {
      kind: "operation",
      primitive,
      inputs,
      parameters,
    };
    return this.#record(node, shape, type);
  }

  #record(node: GraphNode, shape: Shape, type: ElementType): Tensor {
    const tensor: Tensor = {
      graph: this,
      id: this.nodes.length,
      shape: [...shape],
      type,
    };
    this.nodes.push(node);
    this.tensors.push(tensor);
    return tensor;
  }
}
