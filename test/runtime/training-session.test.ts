import assert from "node:assert/strict";
import {
  type NetworkDefinition,
  buildTraining,
} from "../../src/autodiff/network.ts";
import * as op from "../../src/autodiff/operations.ts";
import { adam } from "../../src/autodiff/optimizer.ts";
import { strategies } from "../../src/autodiff/strategy.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/runtime/training-checkpoint.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import { OnnxSession } from "../../src/runtime/onnx-session.ts";
import { TrainingSession } from "../../src/runtime/training-session.ts";

const definition: NetworkDefinition = {
  parameters: [
    { name: "w", shape: [3], initializer: { kind: "constant", value: 0 } },
  ],
  training: {
    inputs: { target: { shape: [3] } },
    outputs: ({ w }, { target }) => ({
      loss: op.sumSquares(op.sub(w!, target!)),
    }),
  },
};
const model = buildTraining(
  definition,
  adam({ beta1: 0.9, beta2: 0.98, epsilon: 1e-8 }),
  strategies.cpu,
);
const runtime = nodeRuntime(1);
const feeds = (rate = 0.1) => ({
  target: Float32Array.of(1, -2, 3),
  learningRate: Float32Array.of(rate),
});
const fresh = () => TrainingSession.create(runtime, model, new Float32Array(3));

describe("a training session", () => {
  it("brings the loss down and reports it from before each update", async () => {
    const session = await fresh();
    const first = await session.advance(feeds());
    assert.equal(first["loss"], 14);
    for (let i = 0; i < 200; i++) await session.advance(feeds());
    const last = await session.advance(feeds(0));
    assert.ok(last["loss"]! < 0.05);
    assert.equal(session.step, 202);
    await session.dispose();
  });

  it("goes on from an exported state as if nothing had happened", async () => {
    const straight = await fresh();
    const broken = await fresh();
    for (let i = 0; i < 5; i++) {
      await straight.advance(feeds());
      await broken.advance(feeds());
    }
    const state = await broken.exportState();
    await broken.dispose();
    const resumed = await fresh();
    resumed.importState(state);
    for (let i = 0; i < 5; i++) {
      await straight.advance(feeds());
      await resumed.advance(feeds());
    }
    assert.deepEqual(await resumed.exportState(), await straight.exportState());
    await straight.dispose();
    await resumed.dispose();
  });

  it("refuses a step whose loss is not finite and keeps its state", async () => {
    const session = await fresh();
    await session.advance(feeds());
    const before = await session.exportState();
    await assert.rejects(
      session.advance({ ...feeds(), target: Float32Array.of(1, NaN, 3) }),
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "training-diverged" &&
        error.failure.step === 2,
    );
    assert.deepEqual(await session.exportState(), before);
    await session.dispose();
  });
});

describe("a session", () => {
  it("says that the backend cannot run a model that is none", async () => {
    await assert.rejects(
      OnnxSession.load(runtime, { ...model, bytes: Uint8Array.of(1, 2, 3) }),
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "backend-unavailable",
    );
  });

  it("takes a feed of the wrong length for a bug", async () => {
    const session = await fresh();
    await assert.rejects(
      session.advance({ ...feeds(), target: Float32Array.of(1) }),
      /bug: target needs \[3\]/,
    );
    await session.dispose();
  });
});

describe("a checkpoint", () => {
  const checkpoint = {
    key: "run",
    finished: [Float32Array.of(1, 2)],
    losses: [0.5],
    current: {
      step: 20,
      vectors: { parameters: Float32Array.of(3, 4), m: Float32Array.of(5, 6) },
    },
  };

  it("reads back what it writes", () => {
    assert.deepEqual(
      decodeCheckpoint(encodeCheckpoint(checkpoint), "run"),
      checkpoint,
    );
    const between = {
      key: "run",
      finished: checkpoint.finished,
      losses: [0.5],
    };
    assert.deepEqual(
      decodeCheckpoint(encodeCheckpoint(between), "run"),
      between,
    );
  });

  it("is of no use to another run", () => {
    const bytes = encodeCheckpoint(checkpoint);
    assert.equal(decodeCheckpoint(bytes, "other"), undefined);
  });

  it("is of no use when it is cut short or is none", () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length += 3)
      assert.equal(
        decodeCheckpoint(bytes.subarray(0, length), "run"),
        undefined,
      );
    assert.equal(
      decodeCheckpoint(new Uint8Array(64).fill(7), "run"),
      undefined,
    );
  });
});
