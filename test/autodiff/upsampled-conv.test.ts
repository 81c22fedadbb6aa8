import assert from "node:assert/strict";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { Graph, type Tensor } from "../../src/autodiff/graph.ts";
import * as op from "../../src/autodiff/operations.ts";
import { strategies } from "../../src/autodiff/strategy.ts";
import { convOfEnlarged } from "../../src/autodiff/upsampled-conv.ts";
import { relativeDifference, runGraph, uniform } from "./run-graph.ts";

type Build = (x: Tensor, w: Tensor) => Tensor;

const enlarged: Build = (x, w) =>
  op.conv(op.upsampleNearest(x, 2), w, { stride: 1, pads: [1, 1, 1, 1] });

/** The result, and the gradients of its product with fixed numbers. */
async function compute(
  build: Build,
  shape: readonly number[],
): Promise<Record<string, Float32Array>> {
  const [batch = 1, inputs = 1, height = 1, width = 1] = shape;
  const graph = new Graph();
  const x = graph.input("x", shape);
  const w = graph.input("w", [5, inputs, 3, 3]);
  const y = build(x, w);
  assert.deepEqual(y.shape, [batch, 5, 2 * height, 2 * width]);
  const count = batch * 5 * 4 * height * width;
  const loss = op.sum(
    op.mul(y, graph.constant(uniform(count, -1, 1, 3), y.shape)),
  );
  const [dx, dw] = differentiate(loss, [x, w]);
  return await runGraph(
    graph,
    { y, dx: dx!, dw: dw! },
    {
      x: uniform(batch * inputs * height * width, -1, 1, 1),
      w: uniform(5 * inputs * 9, -1, 1, 2),
    },
    strategies.cpu,
  );
}

describe("the convolution of an enlargement", () => {
  for (const shape of [
    [2, 3, 4, 5],
    [1, 2, 1, 1],
    [3, 4, 1, 6],
  ])
    it(`is what enlarging first gives, gradients included: ${shape.join("×")}`, async () => {
      const first = await compute(enlarged, shape);
      const atOnce = await compute(convOfEnlarged, shape);
      for (const [name, values] of Object.entries(first)) {
        assert.ok(values.some((value) => Math.abs(value) > 0.1));
        const difference = relativeDifference(values, atOnce[name]!);
        assert.ok(difference < 1e-5, `${name}: ${difference}`);
      }
    });
});
