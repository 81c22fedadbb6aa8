import assert from "node:assert/strict";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { gradientRules } from "../../src/autodiff/gradient-rules.ts";
import { Graph, type Tensor } from "../../src/autodiff/graph.ts";
import { buildModel } from "../../src/autodiff/model.ts";
import * as op from "../../src/autodiff/operations.ts";
import type { Primitive } from "../../src/autodiff/primitives.ts";
import { type Shape, elementCount } from "../../src/autodiff/shape.ts";
import { strategies } from "../../src/autodiff/strategy.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import { OnnxSession } from "../../src/runtime/onnx-session.ts";
import { relativeDifference, uniform } from "./run-graph.ts";

interface Example {
  /** Shapes of the operands that vary. */
  readonly operands: readonly Shape[];
  /** Range of the operands, −1…1 unless told. */
  readonly low?: number;
  readonly high?: number;
  readonly build: (...operands: Tensor[]) => Tensor;
}

const geometry = { stride: 2, pads: [1, 0, 1, 2] } as const;
const indices = (x: Tensor): Tensor =>
  x.graph.constant(Int32Array.of(3, 0, 3, 1, 3), [5]);

/** Examples that reach every branch of a rule; exhaustive, as the rules are. */
const examples: { readonly [P in Primitive]: readonly Example[] } = {
  add: [
    { operands: [[2, 3], [3]], build: op.add },
    {
      operands: [
        [2, 1],
        [2, 3],
      ],
      build: op.add,
    },
  ],
  sub: [
    {
      operands: [
        [2, 3],
        [1, 3],
      ],
      build: op.sub,
    },
  ],
  mul: [
    {
      operands: [
        [2, 3],
        [2, 3],
      ],
      build: op.mul,
    },
    {
      operands: [
        [2, 1, 2],
        [3, 1],
      ],
      build: op.mul,
    },
  ],
  div: [{ operands: [[2, 3], [3]], low: 0.5, high: 2, build: op.div }],
  neg: [{ operands: [[4]], build: op.neg }],
  exp: [{ operands: [[4]], build: op.exp }],
  log: [{ operands: [[4]], low: 0.5, high: 2, build: op.log }],
  sqrt: [{ operands: [[4]], low: 0.5, high: 2, build: op.sqrt }],
  abs: [
    { operands: [[4]], low: 0.2, high: 1, build: op.abs },
    { operands: [[4]], low: -1, high: -0.2, build: op.abs },
  ],
  sigmoid: [{ operands: [[4]], low: -3, high: 3, build: op.sigmoid }],
  tanh: [{ operands: [[4]], low: -2, high: 2, build: op.tanh }],
  leakyRelu: [
    { operands: [[4]], low: 0.2, build: (x) => op.leakyRelu(x, 0.2) },
    { operands: [[4]], high: -0.2, build: (x) => op.leakyRelu(x, 0.2) },
    { operands: [[4]], high: -0.2, build: op.relu },
  ],
  leakyReluSlope: [
    // No gradient passes through the slope itself.
    {
      operands: [[4]],
      low: 0.2,
      build: (x) => op.mul(x, op.leakyReluSlope(x, 0.2)),
    },
    {
      operands: [[4]],
      high: -0.2,
      build: (x) => op.mul(x, op.leakyReluSlope(x, 0.2)),
    },
  ],
  greater: [
    // No gradient passes through the comparison itself.
    {
      operands: [[4], [4]],
      build: (a, b) => op.where(op.greater(a, op.add(b, 5)), 1, b),
    },
  ],
  where: [
    {
      operands: [[2, 3], [3]],
      build: (a, b) => {
        const pattern = Float32Array.of(1, -1, 1, -1, -1, 1);
        const condition = op.greater(a.graph.constant(pattern, [2, 3]), 0);
        return op.where(condition, a, b);
      },
    },
  ],
  sum: [{ operands: [[2, 3, 4]], build: (x) => op.sum(x, [0, 2]) }],
  sumSquares: [
    { operands: [[2, 3, 4]], build: (x) => op.sumSquares(x, [1, 2]) },
  ],
  broadcast: [{ operands: [[3, 1]], build: (x) => op.broadcast(x, [2, 3, 4]) }],
  reshape: [{ operands: [[2, 6]], build: (x) => op.reshape(x, [3, 4]) }],
  transpose: [
    { operands: [[2, 3, 4]], build: (x) => op.transpose(x, [2, 0, 1]) },
  ],
  slice: [{ operands: [[4, 5]], build: (x) => op.slice(x, [1, 0], [3, 4]) }],
  pad: [{ operands: [[2, 3]], build: (x) => op.pad(x, [1, 0], [0, 2]) }],
  concat: [
    {
      operands: [
        [2, 3],
        [2, 1],
        [2, 2],
      ],
      build: (...parts) => op.concat(parts, 1),
    },
  ],
  matmul: [
    {
      operands: [
        [2, 3, 4],
        [4, 2],
      ],
      build: op.matmul,
    },
  ],
  conv: [
    {
      operands: [
        [2, 3, 7, 6],
        [4, 3, 3, 3],
      ],
      build: (x, w) => op.conv(x, w, geometry),
    },
  ],
  convInputGradient: [
    {
      operands: [
        [2, 4, 4, 3],
        [4, 3, 3, 3],
      ],
      build: (g, w) => op.convInputGradient(g, w, geometry, 7, 6),
    },
  ],
  convWeightGradient: [
    {
      operands: [
        [2, 3, 7, 6],
        [2, 4, 4, 3],
      ],
      build: (x, g) => op.convWeightGradient(x, g, geometry, 3, 3),
    },
  ],
  channelAffine: [
    { operands: [[2, 3, 2, 2], [3], [3]], build: op.channelAffine },
  ],
  batchNormalized: [
    {
      operands: [[3, 2, 4, 5], [2], [2]],
      // The sum of what is normalised is the bias alone: something that is not, too, makes the gradient in x more than rounding.
      build: (x, gain, bias) => {
        const { result, scale, shift } = op.batchNormalize(x, gain, bias, 0.1);
        assert.deepEqual([scale.shape, shift.shape], [[2], [2]]);
        return op.mul(result, result);
      },
    },
  ],
  upsampleNearest: [
    { operands: [[1, 2, 3, 2]], build: (x) => op.upsampleNearest(x, 2) },
  ],
  sumBlocks: [{ operands: [[1, 2, 6, 4]], build: (x) => op.sumBlocks(x, 2) }],
  upsampleBilinear: [{ operands: [[1, 2, 3, 4]], build: op.upsampleBilinear }],
  upsampleBilinearAdjoint: [
    { operands: [[1, 2, 6, 4]], build: op.upsampleBilinearAdjoint },
  ],
  gather: [{ operands: [[4]], build: (x) => op.gather(x, indices(x)) }],
  scatterAdd: [
    { operands: [[5]], build: (x) => op.scatterAdd(x, indices(x), 4) },
  ],
};

/** The example's gradient by the rules and by central differences, all operands in one vector. */
async function compare(example: Example): Promise<number> {
  const graph = new Graph();
  const counts = example.operands.map(elementCount);
  const total = counts.reduce((a, b) => a + b, 0);
  const operands = example.operands.map((shape, i) =>
    graph.input(`x${i}`, shape),
  );
  const result = example.build(...operands);
  // Weights that differ in every element, so that no two mistakes cancel.
  const weights = uniform(elementCount(result.shape), 0.5, 1.5, 7);
  const loss = op.sum(op.mul(result, graph.constant(weights, result.shape)));
  const gradients = differentiate(loss, operands);
  const outputs: Record<string, Tensor> = { loss };
  for (const [i, gradient] of gradients.entries()) {
    assert.deepEqual(gradient.shape, operands[i]!.shape);
    outputs[`g${i}`] = gradient;
  }
  const model = buildModel(graph, outputs, strategies.cpu);
  const session = await OnnxSession.load(nodeRuntime(1), model);
  try {
    const point = uniform(total, example.low ?? -1, example.high ?? 1, 3);
    const run = (values: Float32Array) => {
      let start = 0;
      const feeds: Record<string, Float32Array> = {};
      for (const [i, count] of counts.entries())
        feeds[`x${i}`] = values.slice(start, (start += count));
      return session.run(feeds);
    };
    const exact = await run(point);
    const byRule = gradients.flatMap((_, i) => [...exact[`g${i}`]!]);
    const step = 2 ** -6;
    const byDifference = new Float32Array(total);
    for (let i = 0; i < total; i++) {
      const moved = point.slice();
      moved[i]! += step;
      const above = (await run(moved))["loss"]![0]!;
      moved[i]! -= 2 * step;
      const below = (await run(moved))["loss"]![0]!;
      byDifference[i] = (above - below) / (2 * step);
    }
    return relativeDifference(Float32Array.from(byRule), byDifference);
  } finally {
    await session.dispose();
  }
}

describe("gradient rules", () => {
  for (const primitive of Object.keys(gradientRules) as Primitive[]) {
    it(`gives ${primitive} the gradient that finite differences give`, async () => {
      for (const example of examples[primitive]) {
        const difference = await compare(example);
        assert.ok(difference < 3e-3, `off by ${difference}`);
      }
    });
  }

  it("differentiates a gradient again", async () => {
    const graph = new Graph();
    const x = graph.input("x", [1]);
    const cube = op.mul(op.mul(x, x), x);
    const [slope] = differentiate(cube, [x]);
    const [curvature] = differentiate(slope!, [x]);
    const model = buildModel(graph, { curvature: curvature! }, strategies.cpu);
    const session = await OnnxSession.load(nodeRuntime(1), model);
    const result = await session.run({ x: Float32Array.of(2) });
    await session.dispose();
    assert.equal(result["curvature"]![0], 12);
  });

  it("hands back zeros for a variable that the loss does not depend on", () => {
    const graph = new Graph();
    const x = graph.input("x", [2]);
    const [gradient] = differentiate(op.sum(graph.input("y", [3])), [x]);
    assert.deepEqual(graph.nodes[gradient!.id], {
      kind: "constant",
      values: new Float32Array(2),
    });
  });
});
