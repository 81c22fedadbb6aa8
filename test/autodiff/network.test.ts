import assert from "node:assert/strict";
import {
  type NetworkDefinition,
  buildGradient,
  buildInference,
  buildTraining,
  parametersInput,
} from "../../src/autodiff/network.ts";
import * as op from "../../src/autodiff/operations.ts";
import {
  type AdamOptions,
  adam,
  biasCorrection,
  descend,
  chain,
  scaleByInput,
} from "../../src/autodiff/optimizer.ts";
import { initialParameters } from "../../src/autodiff/parameters.ts";
import { seededRandom, shuffled } from "../../src/autodiff/seeded-random.ts";
import { strategies } from "../../src/autodiff/strategy.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import { OnnxSession } from "../../src/runtime/onnx-session.ts";

/** `mean (x·a + b − y)²`: a line through points. */
const line: NetworkDefinition = {
  parameters: [
    {
      name: "a",
      shape: [1],
      initializer: { kind: "uniform", bound: 0.5 },
    },
    { name: "b", shape: [1], initializer: { kind: "constant", value: 0.25 } },
  ],
  training: {
    inputs: { x: { shape: [4] }, y: { shape: [4] } },
    outputs: ({ a, b }, { x, y }) => {
      const error = op.sub(op.add(op.mul(x!, a!), b!), y!);
      return { loss: op.mean(op.mul(error, error)) };
    },
  },
};
const feeds = {
  x: Float32Array.of(0, 1, 2, 3),
  y: Float32Array.of(1, 3, 5, 7),
};

const runtime = nodeRuntime(1);

describe("graphs of one definition", () => {
  it("hand back the loss's gradient in the parameter vector", async () => {
    const model = buildGradient(line, strategies.cpu);
    const running = await OnnxSession.load(runtime, model);
    const { gradient, loss } = await running.run({
      ...feeds,
      [parametersInput]: Float32Array.of(0, 0),
    });
    await running.dispose();
    assert.deepEqual([...loss!], [21]);
    // d/da = 2·mean(−y·x), d/db = 2·mean(−y)
    assert.deepEqual([...gradient!], [-17, -8]);
  });

  it("take the step that Adam takes", async () => {
    const options: AdamOptions = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8 };
    const model = buildTraining(line, adam(options), strategies.cpu);
    const running = await OnnxSession.load(runtime, model);
    const rate = 0.01;
    let state: Float32Array[] = [
      Float32Array.of(0, 0),
      Float32Array.of(0, 0),
      Float32Array.of(0, 0),
    ];
    const expected = { p: [0, 0], m: [0, 0], v: [0, 0] };
    for (let step = 1; step <= 3; step++) {
      const outputs = await running.run({
        ...feeds,
        learningRate: Float32Array.of(rate * biasCorrection(step, options)),
        ...Object.fromEntries(
          model.state.map(({ input }, i) => [input, state[i]!]),
        ),
      });
      state = model.state.map(({ output }) => outputs[output]!);
      const [a, b] = expected.p;
      const errors = [0, 1, 2, 3].map((x) => a! * x + b! - (2 * x + 1));
      const gradient = [
        (2 * errors.reduce((sum, e, x) => sum + e * x, 0)) / 4,
        (2 * errors.reduce((sum, e) => sum + e, 0)) / 4,
      ];
      // Kingma and Ba 2015, algorithm 1, with the bias corrections in their own place.
      for (const i of [0, 1]) {
        expected.m[i] = 0.9 * expected.m[i]! + 0.1 * gradient[i]!;
        expected.v[i] = 0.98 * expected.v[i]! + 0.02 * gradient[i]! ** 2;
        const mHat = expected.m[i] / (1 - 0.9 ** step);
        const vHat = expected.v[i] / (1 - 0.98 ** step);
        expected.p[i]! -= (rate * mHat) / (Math.sqrt(vHat) + 1e-8);
      }
    }
    await running.dispose();
    for (const i of [0, 1])
      assert.ok(Math.abs(state[0]![i]! - expected.p[i]!) < 1e-5);
  });

  it("chain optimizers of any parts", async () => {
    const plain = chain(scaleByInput("learningRate"), descend);
    const model = buildTraining(line, plain, strategies.cpu);
    assert.deepEqual(
      model.state.map(({ input }) => input),
      [parametersInput],
    );
    const running = await OnnxSession.load(runtime, model);
    const outputs = await running.run({
      ...feeds,
      learningRate: Float32Array.of(0.5),
      [parametersInput]: Float32Array.of(0, 0),
    });
    await running.dispose();
    assert.deepEqual([...outputs[model.state[0]!.output]!], [8.5, 4]);
  });

  it("evaluate without loss or gradients", async () => {
    const evaluation = {
      inputs: { x: { shape: [2] } },
      outputs: (
        { a, b }: Record<string, ReturnType<typeof op.neg>>,
        { x }: Record<string, ReturnType<typeof op.neg>>,
      ) => ({ y: op.add(op.mul(x!, a!), b!) }),
    };
    const model = buildInference(line.parameters, evaluation, strategies.cpu);
    const running = await OnnxSession.load(runtime, model);
    const outputs = await running.run({
      x: Float32Array.of(1, 2),
      [parametersInput]: Float32Array.of(2, 1),
    });
    await running.dispose();
    assert.deepEqual([...outputs["y"]!], [3, 5]);
  });
});

describe("first parameters", () => {
  it("stay within their bounds and repeat with the seed", () => {
    const first = initialParameters(line.parameters, seededRandom(4));
    const again = initialParameters(line.parameters, seededRandom(4));
    const other = initialParameters(line.parameters, seededRandom(5));
    assert.deepEqual(first, again);
    assert.notEqual(first[0], other[0]);
    assert.ok(Math.abs(first[0]!) <= 0.5);
    assert.equal(first[1], 0.25);
  });

  it("come from numbers that fill their range evenly", () => {
    const random = seededRandom(1);
    const bins = new Int32Array(10);
    for (let i = 0; i < 10000; i++) bins[random.below(10)]!++;
    for (const count of bins) assert.ok(count > 900 && count < 1100);
  });

  it("shuffle without loss", () => {
    const order = shuffled(50, seededRandom(2));
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.notDeepEqual(order, shuffled(50, seededRandom(3)));
  });
});
