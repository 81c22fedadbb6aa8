import assert from "node:assert/strict";
import * as web from "onnxruntime-web";
import { Graph } from "../../src/autodiff/graph.ts";
import { buildModel } from "../../src/autodiff/model.ts";
import * as op from "../../src/autodiff/operations.ts";
import { strategies } from "../../src/autodiff/strategy.ts";
import type { AssociationData } from "../../src/vision/association/association-data.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import type { OnnxRuntime } from "../../src/runtime/onnx-runtime.ts";
import { OnnxSession } from "../../src/runtime/onnx-session.ts";
import {
  type AssociationResult,
  trainAssociation,
} from "../../src/training/train-association.ts";
import { syntheticClip } from "../../src/training/synthetic-clip.ts";
import {
  relativeDifference,
  runGraph,
  uniform,
} from "../autodiff/run-graph.ts";

/** The WebAssembly that a browser would run, in this process. */
const wasm: OnnxRuntime = {
  backend: "wasm",
  strategy: strategies.reproducible,
  stepsPerReport: 1,
  Tensor: web.Tensor,
  createSession: (bytes) => {
    web.env.wasm.numThreads = 1;
    return web.InferenceSession.create(bytes, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
  },
};

/** Two blocks, one below the other. */
function twoBlocks(
  frameCount: number,
  height: number,
  width: number,
): AssociationData {
  const one = syntheticClip(frameCount, height, width);
  const area = height * width;
  const mask = new Float32Array(2 * frameCount * area);
  const drop = 14 * width;
  for (let t = 0; t < frameCount; t++) {
    const own = one.mask.subarray(t * area, (t + 1) * area);
    mask.set(own, 2 * t * area);
    mask.set(own.subarray(0, area - drop), (2 * t + 1) * area + drop);
  }
  return { ...one, subjectCount: 2, mask };
}

async function trained(
  runtime: OnnxRuntime,
  data: AssociationData,
): Promise<{ result: AssociationResult; losses: number[] }> {
  const losses: number[] = [];
  const settings = { seed: 3, steps: 24, batch: 4, sparsity: 0.005, seeds: 1 };
  const result = await trainAssociation(runtime, data, settings, {
    onProgress: (_done, _total, loss) => {
      if (loss !== undefined) losses.push(loss);
    },
  });
  return { result, losses };
}

describe("training on the processor and in WebAssembly", () => {
  const clips: Readonly<Record<string, AssociationData>> = {
    "one subject": syntheticClip(6, 36, 64),
    "two subjects": twoBlocks(6, 40, 52),
    "odd sides": syntheticClip(5, 17, 23),
  };
  for (const [name, data] of Object.entries(clips))
    it(`gives the same support, bit for bit: ${name}`, async () => {
      const native = await trained(nodeRuntime(1), data);
      const other = await trained(wasm, data);
      assert.deepEqual(other.losses, native.losses);
      assert.deepEqual(other.result.support, native.result.support);
      assert.ok(native.result.support.some((value) => value > 0.5));
    });

  it("gives the same with any number of threads", async () => {
    const data = syntheticClip(6, 36, 64);
    const one = await trained(nodeRuntime(1), data);
    const two = await trained(nodeRuntime(2), data);
    assert.deepEqual(two.result.support, one.result.support);
  });
});

describe("reproducible operators", () => {
  const shape = [2, 3, 10, 6];
  const w = [1, 3, 3, 3];
  const feeds = {
    x: uniform(360, -3, 3, 1),
    w: uniform(27, -1, 1, 2),
    g: uniform(120, -1, 1, 3),
  };
  const geometry = { stride: 1, pads: [1, 1, 1, 1] } as const;
  const build = (graph: Graph) => {
    const x = graph.input("x", shape);
    const kernel = graph.input("w", w);
    const g = graph.input("g", [2, 1, 10, 6]);
    return {
      one: op.conv(x, kernel, geometry),
      input: op.convInputGradient(g, kernel, geometry, 10, 6),
      kernel: op.convWeightGradient(x, g, geometry, 3, 3),
      all: op.sum(x),
      channels: op.sum(x, [0, 2, 3]),
      rows: op.sum(x, [1]),
      squares: op.sumSquares(x, [0, 2, 3]),
      sigmoid: op.sigmoid(x),
      steep: op.sigmoid(op.mul(x, 100)),
      blocks: op.sumBlocks(x, 2),
      larger: op.upsampleBilinear(x),
      affine: op.channelAffine(
        x,
        graph.constant(Float32Array.of(1, -2, 0.3), [3]),
        graph.constant(Float32Array.of(0.1, 0, 7), [3]),
      ),
    };
  };

  it("compute what the plain ones do, to the twelve bits that products keep", async () => {
    const graph = new Graph();
    const outputs = build(graph);
    const plain = await runGraph(graph, outputs, feeds, strategies.cpu);
    const exact = await runGraph(
      graph,
      outputs,
      feeds,
      strategies.reproducible,
    );
    for (const [name, values] of Object.entries(plain)) {
      const difference = relativeDifference(values, exact[name]!);
      assert.ok(difference < 5e-4, `${name}: ${difference}`);
    }
    for (const name of ["all", "channels", "rows", "squares", "sigmoid"]) {
      const difference = relativeDifference(plain[name]!, exact[name]!);
      assert.ok(difference < 2e-6, `${name}: ${difference}`);
    }
  });

  it("give the same bits natively and in WebAssembly", async () => {
    const graph = new Graph();
    const model = buildModel(graph, build(graph), strategies.reproducible);
    const results: Record<string, Float32Array>[] = [];
    for (const runtime of [nodeRuntime(1), wasm]) {
      const session = await OnnxSession.load(runtime, model);
      results.push(await session.run(feeds));
      await session.dispose();
    }
    assert.deepEqual(results[1], results[0]);
  });
});
