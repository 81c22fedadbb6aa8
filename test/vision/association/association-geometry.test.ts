import assert from "node:assert/strict";
import { seededRandom } from "../../../src/autodiff/seeded-random.ts";
import { writeAmbientEvidence } from "../../../src/vision/association/ambient-evidence.ts";
import { distanceToMask } from "../../../src/kernels/distance-transform.ts";
import {
  batchOrder,
  pairOrder,
} from "../../../src/vision/association/frame-order.ts";
import {
  inputChannels,
  writeNetworkInput,
} from "../../../src/vision/association/network-input.ts";
import {
  learningRate,
  lossWeights,
} from "../../../src/vision/association/schedule.ts";
import { subjectGeometry } from "../../../src/vision/association/subject-geometry.ts";
import { writeWarp } from "../../../src/vision/association/support-warp.ts";
import { walkingShadow } from "./walking-shadow.ts";

describe("distanceToMask", () => {
  it("finds the nearest mask pixel that a search over all pixels finds", () => {
    const random = seededRandom(1);
    const height = 11;
    const width = 17;
    for (const density of [0.01, 0.1, 0.6]) {
      const mask = Float32Array.from({ length: height * width }, (_, p) =>
        random.next() < density || p === 5 ? 1 : 0,
      );
      const found = new Float32Array(height * width);
      distanceToMask(mask, 0.5, height, width, found);
      for (let p = 0; p < found.length; p++) {
        let nearest = Infinity;
        for (let q = 0; q < mask.length; q++)
          if (mask[q]! >= 0.5) {
            const dx = (p % width) - (q % width);
            const dy = Math.floor(p / width) - Math.floor(q / width);
            nearest = Math.min(nearest, Math.hypot(dx, dy));
          }
        assert.ok(Math.abs(found[p]! - nearest) < 1e-4);
      }
    }
  });

  it("is the width where there is no mask", () => {
    const found = new Float32Array(12);
    distanceToMask(new Float32Array(12), 0.5, 3, 4, found);
    assert.ok(found.every((value) => value === 4));
  });
});

describe("subject geometry", () => {
  it("measures centre and foot, and knows an empty mask", () => {
    const data = walkingShadow(3, 1);
    data.mask.fill(0, data.height * data.width, 2 * data.height * data.width);
    const geometry = subjectGeometry(data);
    assert.deepEqual([...geometry.present], [1, 0, 1]);
    assert.equal(geometry.centreX[0], 1.5);
    assert.equal(geometry.centreY[0], 3.5);
    assert.equal(geometry.footY[0], 6);
  });

  it("counts a subject that covers no grid pixel fully", () => {
    const data = walkingShadow(2, 1);
    data.mask.fill(0);
    data.mask[100] = 0.2;
    const geometry = subjectGeometry(data);
    assert.equal(geometry.present[0], 1);
    assert.equal(geometry.distance[100], 0);
    assert.ok(data.mask[100] >= geometry.coreThreshold[0]!);
  });
});

describe("the network's input", () => {
  it("moves with the subject", () => {
    const data = walkingShadow(4, 1, 32, 48);
    const geometry = subjectGeometry(data);
    const area = 32 * 48;
    const pictures = [0, 1].map((t) => {
      const picture = new Float32Array(inputChannels(true) * area);
      writeNetworkInput(data, geometry, t, 0, true, picture);
      return picture;
    });
    const at = (t: number, channel: number, y: number, x: number): number =>
      pictures[t]![channel * area + y * 48 + x]!;
    for (let channel = 0; channel < 5; channel++)
      for (let y = 0; y < 32; y++)
        for (let x = 0; x < 40; x++)
          assert.equal(at(0, channel, y, x), at(1, channel, y, x + 2));
    assert.equal(at(0, 0, 3, 1), 1);
    assert.equal(at(0, 0, 20, 20), -1);
    assert.ok(at(0, 1, 0, 47) > 0.9 && at(0, 2, 31, 0) > 0.9);
    assert.ok(Math.abs(at(0, 3, 3, 1) - Math.tanh(1)) < 1e-6);
    assert.equal(at(0, 3, 20, 20), 0);
  });
});

describe("ambient evidence", () => {
  const foliage = 31 * 48 + 47;
  const trail = 30 * 48 + 40;
  const scene = () => {
    const data = walkingShadow(17, 1, 32, 48);
    const area = 32 * 48;
    for (let t = 0; t < 17; t++) {
      data.evidence[t * area + foliage] = t % 2 === 0 ? 0.2 : 0;
      data.evidence[t * area + trail] = t > 8 ? 0.2 : 0;
    }
    return data;
  };
  const ambientAt = (t: number) => {
    const data = scene();
    const ambient = new Float32Array(32 * 48);
    writeAmbientEvidence(data, subjectGeometry(data), t, 0, ambient);
    return ambient;
  };

  it("is what a place shows as a rule while the subject is elsewhere", () => {
    // Every other frame shows .2: a mean of .1, and as much deviation.
    assert.ok(Math.abs(ambientAt(8)[foliage]! - 0.2) < 0.05);
    assert.equal(ambientAt(8)[20 * 48 + 10], 0);
  });

  it("is not what a subject leaves behind", () => {
    assert.equal(ambientAt(8)[trail], 0);
  });

  it("does not count the subject itself or its shadow", () => {
    const data = scene();
    const ambient = ambientAt(8);
    for (let p = 0; p < ambient.length; p++)
      if (
        data.mask[8 * 32 * 48 + p] === 1 ||
        data.effect[8 * 32 * 48 + p] === 1
      )
        assert.ok(ambient[p]! < 0.03);
  });

  it("is nothing for a subject that the camera follows", () => {
    const data = scene();
    const area = 32 * 48;
    for (let t = 1; t < 17; t++) data.mask.copyWithin(t * area, 0, area);
    const ambient = new Float32Array(area).fill(1);
    writeAmbientEvidence(data, subjectGeometry(data), 8, 0, ambient);
    assert.ok(ambient.every((value) => value === 0));
  });
});

describe("the support's warp", () => {
  it("finds each pixel of the subject in the next frame, by flow and by the mask's motion", () => {
    const data = walkingShadow(4, 1);
    const geometry = subjectGeometry(data);
    const area = data.height * data.width;
    for (const motion of ["flow", "subject"] as const) {
      const arrays = {
        indices: [0, 1, 2, 3].map(() => new Int32Array(area)),
        weights: [0, 1, 2, 3].map(() => new Float32Array(area)),
        valid: new Float32Array(area),
      };
      writeWarp(data, geometry, motion, 0, 0, 0, arrays);
      const next = data.mask.subarray(area, 2 * area);
      for (let p = 0; p < area; p++) {
        if (data.mask[p] === 0) continue;
        const warped = arrays.indices.reduce(
          (sum, index, i) => sum + arrays.weights[i]![p]! * next[index[p]!]!,
          0,
        );
        assert.equal(warped, 1);
        assert.equal(arrays.valid[p], 1);
      }
      // The last column leaves the picture where the whole subject's motion counts.
      const last = arrays.valid[data.width - 1];
      assert.equal(last, motion === "flow" ? 1 : 0);
    }
  });
});

describe("the order of frames", () => {
  it("takes every frame once before any comes again", () => {
    const batches = batchOrder([3, 4, 5, 6, 7], 2, 5, seededRandom(1));
    const all = batches.flat();
    assert.equal(all.length, 10);
    for (const half of [all.slice(0, 5), all.slice(5)])
      assert.deepEqual(
        [...half].sort((a, b) => a - b),
        [3, 4, 5, 6, 7],
      );
  });

  it("puts neighbours at the same place of a batch's halves", () => {
    for (const batch of pairOrder([0, 1, 5], 6, 4, seededRandom(1)))
      assert.deepEqual(
        batch.slice(3),
        batch.slice(0, 3).map((frame) => frame + 1),
      );
  });
});

describe("the schedule", () => {
  const options = {
    steps: 100,
    sparsity: 0.005,
    temporalWeight: 0.5,
    ambientWeight: 1,
  };

  it("teaches the mask first and prices the support afterwards", () => {
    assert.equal(lossWeights(11, options).outside, 1);
    assert.equal(lossWeights(11, options).sparsity, 0);
    assert.equal(lossWeights(12, options).outside, 0);
    assert.equal(lossWeights(12, options).sparsity, 0.1);
    assert.equal(lossWeights(12, options).temporal, 0.5);
  });

  it("lets the learning rate fall to nothing over the last third", () => {
    // From here on the bias correction is 1 within a few per cent.
    const high = learningRate(60, 100);
    assert.ok(high > 2.5e-3 && high < 3e-3);
    assert.ok(learningRate(99, 100) < 0.05 * high);
  });
});
