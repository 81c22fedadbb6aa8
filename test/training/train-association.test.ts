import assert from "node:assert/strict";
import { LaminaError } from "../../src/errors/failure.ts";
import {
  type AssociationSettings,
  type CheckpointStore,
  type TrainingWatch,
  trainAssociation,
} from "../../src/training/train-association.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import type { AssociationData } from "../../src/vision/association/association-data.ts";
import { walkingShadow } from "../vision/association/walking-shadow.ts";

const options: AssociationSettings = {
  seed: 1,
  steps: 12,
  batch: 4,
  sparsity: 0.005,
  seeds: 1,
};

const train = (
  data: AssociationData,
  settings: AssociationSettings,
  watch: TrainingWatch = {},
) => trainAssociation(nodeRuntime(1), data, settings, watch);

/** Mean support of subject `i` where `where` holds. */
function meanSupport(
  data: AssociationData,
  support: Float32Array,
  i: number,
  where: (k: number, pixel: number, t: number) => boolean,
): number {
  const area = data.height * data.width;
  let sum = 0;
  let count = 0;
  for (let t = 0; t < data.frameCount; t++) {
    const k = (t * data.subjectCount + i) * area;
    for (let p = 0; p < area; p++)
      if (where(k + p, p, t)) {
        sum += support[k + p]!;
        count++;
      }
  }
  return sum / count;
}

const memoryStore = (): CheckpointStore & { saved: Uint8Array[] } => {
  const saved: Uint8Array[] = [];
  return {
    saved,
    load: () => Promise.resolve(saved.at(-1)),
    save: (bytes) => {
      saved.push(bytes);
      return Promise.resolve();
    },
  };
};

describe("trainAssociation", () => {
  it("finds the shadow that moves with the subject and leaves the rest alone", async () => {
    const data = walkingShadow(16, 1);
    const { support } = await train(data, {
      ...options,
      steps: 80,
      batch: 6,
    });
    const inShadow = meanSupport(data, support, 0, (k) => data.effect[k] === 1);
    const inMask = meanSupport(data, support, 0, (k) => data.mask[k] === 1);
    const elsewhere = meanSupport(
      data,
      support,
      0,
      (k) => data.effect[k] === 0 && data.mask[k] === 0,
    );
    assert.ok(inShadow > 0.8, `shadow ${inShadow}`);
    assert.ok(inMask > 0.8, `mask ${inMask}`);
    assert.ok(elsewhere < 0.05, `elsewhere ${elsewhere}`);
  });

  it("can be looked at while it learns, which changes nothing", async () => {
    const data = walkingShadow(16, 2);
    const area = data.height * data.width;
    const settings = { ...options, steps: 61, batch: 6 };
    const looks: Float32Array[] = [];
    const seen = await train(data, settings, {
      preview: { frame: 5, show: (support) => looks.push(support) },
    });
    assert.deepEqual(seen.support, (await train(data, settings)).support);
    assert.equal(looks.length, 3);
    const final = seen.support.subarray(10 * area, 12 * area);
    const apart = looks.map(
      (look) =>
        look.reduce((sum, v, i) => sum + Math.abs(v - final[i]!), 0) /
        look.length,
    );
    assert.ok(apart[2]! < 0.5 * apart[0]!, String(apart));
  });

  it("leaves alone what flickers whether the subject is near or not", async () => {
    const data = walkingShadow(16, 1);
    const area = data.height * data.width;
    const flickers = (p: number): boolean => p >= 24 * data.width;
    for (let t = 0; t < 16; t++)
      for (let p = 0; p < area; p++)
        if (flickers(p) && (p * 7 + t * 5) % 4 === 0)
          data.evidence[t * area + p] = 0.12;
    const supports = [];
    for (const ambientWeight of [0, 1]) {
      const { support } = await train(data, {
        ...options,
        steps: 80,
        batch: 6,
        design: { ambientWeight },
      });
      supports.push(meanSupport(data, support, 0, (_, p) => flickers(p)));
    }
    assert.ok(supports[0]! > 0.2, `without ${supports[0]!}`);
    assert.ok(supports[1]! < 0.05, `with ${supports[1]!}`);
  });

  it("gives each of two subjects its own shadow", async () => {
    const data = walkingShadow(16, 2);
    const area = data.height * data.width;
    const { support } = await train(data, {
      ...options,
      steps: 80,
      batch: 6,
    });
    for (const i of [0, 1]) {
      const own = meanSupport(data, support, i, (k) => data.effect[k] === 1);
      const other = meanSupport(
        data,
        support,
        i,
        (_, p, t) => data.effect[(2 * t + 1 - i) * area + p] === 1,
      );
      assert.ok(own > 0.7, `own ${own}`);
      assert.ok(other < 0.15, `other's ${other}`);
    }
  });

  it("leaves the support empty where the mask is", async () => {
    const data = walkingShadow(6, 2);
    const area = data.height * data.width;
    data.mask.fill(0, 2 * 2 * area, 2 * 2 * area + area);
    data.mask.fill(0, 4 * 2 * area, 5 * 2 * area);
    const { support } = await train(data, options);
    const total = (k: number): number =>
      support.subarray(k * area, (k + 1) * area).reduce((a, b) => a + b, 0);
    assert.equal(total(4), 0);
    assert.ok(total(5) > 0);
    assert.equal(total(8) + total(9), 0);
  });

  it("hands back nothing when every mask is empty", async () => {
    const data = walkingShadow(4, 1);
    data.mask.fill(0);
    const { support, steps } = await train(data, options);
    assert.ok(support.every((value) => value === 0));
    assert.equal(steps, 0);
  });

  it("repeats itself for the same seed and not for another", async () => {
    const data = walkingShadow(6, 1);
    const first = await train(data, options);
    const again = await train(data, options);
    const other = await train(data, { ...options, seed: 2 });
    assert.deepEqual(first.support, again.support);
    assert.equal(first.finalLoss, again.finalLoss);
    assert.notDeepEqual(first.support, other.support);
  });

  it("goes on after a kill to the result of an undisturbed run", async () => {
    const data = walkingShadow(6, 1, 16, 16);
    const long = { ...options, steps: 50, seeds: 2 };
    const undisturbed = await train(data, long);
    for (const killAt of [10, 45, 50, 85]) {
      const store = memoryStore();
      const controller = new AbortController();
      await assert.rejects(
        train(data, long, {
          checkpoint: store,
          signal: controller.signal,
          onProgress: (done) => {
            if (done === killAt) controller.abort();
          },
        }),
        { name: "AbortError" },
      );
      let taken = 0;
      const resumed = await train(data, long, {
        checkpoint: store,
        onProgress: () => taken++,
      });
      assert.deepEqual(resumed.support, undisturbed.support);
      assert.equal(resumed.finalLoss, undisturbed.finalLoss);
      assert.ok(taken >= 100 - killAt && taken < 100 - killAt + 20 + 1);
    }
  });

  it("starts afresh when the checkpoint is of other options", async () => {
    const data = walkingShadow(6, 1, 16, 16);
    const store = memoryStore();
    await train(data, options, { checkpoint: store });
    let taken = 0;
    await train(
      data,
      { ...options, sparsity: 0.008 },
      { checkpoint: store, onProgress: () => taken++ },
    );
    assert.equal(taken, options.steps);
  });

  it("averages the supports of several seeds", async () => {
    const data = walkingShadow(6, 1, 16, 16);
    const one = await train(data, options);
    const two = await train(data, { ...options, seeds: 2 });
    assert.notDeepEqual(one.support, two.support);
    assert.ok(two.support.every((value) => value >= 0 && value <= 1));
    assert.equal(two.steps, 24);
  });

  it("says when the loss is no longer a number", async () => {
    const data = walkingShadow(6, 1);
    data.evidence.fill(NaN);
    await assert.rejects(
      train(data, options),
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "training-diverged",
    );
  });

  const shapes: readonly (readonly [number, number, number, number])[] = [
    [2, 1, 8, 8],
    [2, 6, 64, 112],
    [3, 3, 13, 31],
    [5, 1, 9, 17],
    [40, 1, 33, 18],
  ];
  for (const [frames, subjects, height, width] of shapes)
    it(`serves ${frames} frames and ${subjects} subjects on a grid of ${width}×${height}`, async () => {
      const data = walkingShadow(frames, subjects, height, width);
      const { support } = await train(data, {
        ...options,
        steps: 3,
      });
      assert.equal(support.length, frames * subjects * height * width);
      assert.ok(support.every((value) => value >= 0 && value <= 1));
    });
});
