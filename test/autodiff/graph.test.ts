import assert from "node:assert/strict";
import { Graph } from "../../src/autodiff/graph.ts";
import { buildModel } from "../../src/autodiff/model.ts";
import * as op from "../../src/autodiff/operations.ts";
import { ShapeError } from "../../src/autodiff/shape.ts";
import { strategies } from "../../src/autodiff/strategy.ts";
import { runGraph, uniform } from "./run-graph.ts";

describe("a graph under construction", () => {
  const refusals: readonly [string, (graph: Graph) => unknown][] = [
    [
      "operands that do not broadcast",
      (graph) => op.add(graph.input("a", [2, 3]), graph.input("b", [2])),
    ],
    [
      "a kernel for other channels",
      (graph) =>
        op.conv(
          graph.input("x", [1, 3, 4, 4]),
          graph.input("w", [2, 4, 3, 3]),
          {
            stride: 1,
            pads: [1, 1, 1, 1],
          },
        ),
    ],
    [
      "a kernel larger than the picture",
      (graph) =>
        op.conv(
          graph.input("x", [1, 1, 2, 2]),
          graph.input("w", [1, 1, 3, 3]),
          {
            stride: 1,
            pads: [0, 0, 0, 0],
          },
        ),
    ],
    [
      "a reshape that loses elements",
      (graph) => op.reshape(graph.input("x", [2, 3]), [5]),
    ],
    [
      "matrices whose inner sizes differ",
      (graph) => op.matmul(graph.input("a", [2, 3]), graph.input("b", [2, 3])),
    ],
    [
      "a slice that leaves its axis",
      (graph) => op.slice(graph.input("x", [4]), [2], [5]),
    ],
    [
      "a sum over an axis that is not there",
      (graph) => op.sum(graph.input("x", [4]), [1]),
    ],
    [
      "an order of axes that is no permutation",
      (graph) => op.transpose(graph.input("x", [2, 2]), [0, 0]),
    ],
    [
      "indices that are not whole numbers",
      (graph) => op.gather(graph.input("x", [4]), graph.input("i", [2])),
    ],
    [
      "a gradient that no convolution has",
      (graph) =>
        op.convInputGradient(
          graph.input("g", [1, 2, 4, 4]),
          graph.input("w", [2, 3, 3, 3]),
          { stride: 1, pads: [0, 0, 0, 0] },
          4,
          4,
        ),
    ],
    ["parts of nothing", () => op.concat([], 0)],
    [
      "constants of another count",
      (graph) => graph.constant(new Float32Array(3), [2, 2]),
    ],
  ];
  for (const [title, build] of refusals)
    it(`refuses ${title}`, () => {
      assert.throws(() => build(new Graph()), ShapeError);
    });

  it("leaves out what no output depends on", () => {
    const graph = new Graph();
    const x = graph.input("x", [2]);
    op.exp(graph.input("unused", [2]));
    const model = buildModel(graph, { y: op.neg(x) }, strategies.cpu);
    assert.deepEqual(
      model.inputs.map(({ name }) => name),
      ["x"],
    );
    const text = new TextDecoder("latin1").decode(model.bytes);
    assert.ok(text.includes("Neg") && !text.includes("Exp"));
  });

  it("computes what numpy computes for broadcast operands", async () => {
    const graph = new Graph();
    const a = graph.input("a", [2, 1]);
    const b = graph.input("b", [3]);
    const result = op.sub(op.mul(a, b), 1);
    const feeds = { a: Float32Array.of(1, 2), b: Float32Array.of(3, 4, 5) };
    const outputs = await runGraph(graph, { result }, feeds);
    assert.deepEqual([...outputs["result"]!], [2, 3, 4, 5, 7, 9]);
  });

  it("takes means over the axes named", async () => {
    const graph = new Graph();
    const x = graph.input("x", [2, 3]);
    const outputs = await runGraph(
      graph,
      { rows: op.mean(x, [1]), all: op.mean(x) },
      { x: Float32Array.of(1, 2, 3, 5, 6, 7) },
    );
    assert.deepEqual([...outputs["rows"]!], [2, 6]);
    assert.deepEqual([...outputs["all"]!], [4]);
  });

  it("enlarges bilinearly with half-pixel centres", async () => {
    const graph = new Graph();
    const result = op.upsampleBilinear(graph.input("x", [1, 1, 1, 2]));
    const outputs = await runGraph(
      graph,
      { result },
      {
        x: Float32Array.of(0, 4),
      },
    );
    assert.deepEqual([...outputs["result"]!], [0, 1, 3, 4, 0, 1, 3, 4]);
  });

  it("stores constants bit by bit", async () => {
    const values = uniform(300, -1e3, 1e3, 5);
    const graph = new Graph();
    const result = op.neg(graph.constant(values, [300]));
    const outputs = await runGraph(graph, { result }, {});
    assert.deepEqual(
      outputs["result"],
      values.map((value) => -value),
    );
  });
});
