import { assert } from "../errors/assert.ts";
import { gradientRules } from "./gradient-rules.ts";
import type { OperationNode, Tensor } from "./graph.ts";
import { add } from "./operations.ts";
import type { Primitive } from "./primitives.ts";
import { elementCount } from "./shape.ts";

const gradientThunks = <P extends Primitive>(
  node: OperationNode<P>,
  result: Tensor,
  g: Tensor,
): readonly ((() => Tensor) | null)[] => {
  const [x, y, z] = node.inputs;
  return gradientRules[node.primitive]({
    // A rule reads only the operands that its primitive has.
    x: x!,
    y: y!,
    z: z!,
    inputs: node.inputs,
    result,
    g,
    parameters: node.parameters,
  });
};

/**
 * Gradients of a scalar by reverse accumulation (Griewank and Walther, Evaluating Derivatives, ch. 3): appended to the same graph as
 * ordinary primitives, and only along the paths that lead from `variables` to `loss`.
 *
 * @param loss one element
 * @param variables float32 tensors of the same graph
 * @returns one tensor per variable, of its shape; zeros where the loss does not depend on it
 */
export function differentiate(
  loss: Tensor,
  variables: readonly Tensor[],
): readonly Tensor[] {
  const { graph } = loss;
  assert(elementCount(loss.shape) === 1, "only a scalar has a gradient here");
  const count = loss.id + 1;
  const depends = new Uint8Array(count);
  for (const { id } of variables) if (id < count) depends[id] = 1;
  for (let id = 0; id < count; id++) {
    const node = graph.nodes[id]!;
    if (node.kind === "operation" && node.inputs.some((x) => depends[x.id]))
      depends[id] = 1;
  }
  const wanted = new Set(variables.map(({ id }) => id));
  const gradients = new Map<number, Tensor>();
  const ones = new Float32Array(1).fill(1);
  gradients.set(loss.id, graph.constant(ones, loss.shape));
  for (let id = loss.id; id >= 0; id--) {
    const node = graph.nodes[id]!;
    const g = gradients.get(id);
    if (node.kind !== "operation" || g === undefined || wanted.has(id))
      continue;
    const thunks = gradientThunks(node, graph.tensors[id]!, g);
    for (const [index, input] of node.inputs.entries()) {
      const thunk = thunks[index];
      if (!depends[input.id] || !thunk) continue;
      const own = thunk();
      const before = gradients.get(input.id);
      gradients.set(input.id, before === undefined ? own : add(before, own));
    }
  }
  return variables.map(
    ({ id, shape }) =>
      gradients.get(id) ??
      graph.constant(new Float32Array(elementCount(shape)), shape),
  );
}
