import { assert } from "../errors/assert.ts";
import type { Graph, OperationNode, Tensor } from "./graph.ts";
import { lower } from "./lowering.ts";
import { type OnnxValue, OnnxWriter } from "./onnx-writer.ts";
import type { Primitive } from "./primitives.ts";
import type { Strategy } from "./strategy.ts";

/** A finished model: ONNX bytes, and what to feed and fetch. */
export interface Model {
  /** Serialised ONNX, operator set 18, static shapes. */
  readonly bytes: Uint8Array;
  /** Values to feed; an input that nothing depends on is left out. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Marks the nodes that the outputs depend on. */
function liveNodes(graph: Graph, outputs: readonly Tensor[]): Uint8Array {
  const live = new Uint8Array(graph.nodes.length);
  for (const { id } of outputs) live[id] = 1;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (live[id] && node.kind === "operation")
      for (const input of node.inputs) live[input.id] = 1;
  }
  return live;
}

/**
 * Writes the part of a graph that leads to the outputs as an ONNX model.
 *
 * @param outputs fetched tensors by name, all of the graph
 */
export function buildModel(
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  strategy: Strategy,
): Model {
  const tensors = Object.values(outputs);
  for (const tensor of tensors)
    assert(tensor.graph === graph, "an output of another graph");
  const live = liveNodes(graph, tensors);
  const onnx = new OnnxWriter();
  const names = new Map<number, string>();
  const inputs: OnnxValue[] = [];
  for (const [id, node] of graph.nodes.entries()) {
    if (!live[id]) continue;
    const { shape, type } = graph.tensors[id]!;
    switch (node.kind) {
      case "input":
        inputs.push({ name: node.name, shape, type });
        names.set(id, node.name);
        break;
      case "constant":
        names.set(id, onnx.constant(node.values, shape));
        break;
      case "operation":
        names.set(id, emit(onnx, strategy, node, graph.tensors[id]!, names));
        break;
    }
  }
  for (const { name } of inputs)
    assert(!(name in outputs), `${name} is both an input and an output`);
  const values = Object.entries(outputs).map(([name, { id, shape, type }]) => {
    onnx.node("Identity", [names.get(id)!], {}, name);
    return { name, shape, type };
  });
  return { bytes: onnx.finish(inputs, values), inputs, outputs: values };
}

function emit<P extends Primitive>(
  onnx: OnnxWriter,
  strategy: Strategy,
  node: OperationNode<P>,
  result: Tensor,
  names: ReadonlyMap<number, string>,
): string {
  return lower(node.primitive, {
    onnx,
    strategy,
    inputs: node.inputs.map(({ id, shape }) => ({
      name: names.get(id)!,
      shape,
    })),
    result: result.shape,
    parameters: node.parameters,
  });
}
