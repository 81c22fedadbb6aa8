import assert from "node:assert/strict";
import {
  alignDense,
  halfSizeLevels,
  gateAlignment,
} from "../../../src/vision/background/align.ts";
import { fuseSamples } from "../../../src/vision/background/mode-fusion.ts";
import { tolerantResidual } from "../../../src/vision/background/residual.ts";
import { excludeShadows } from "../../../src/vision/background/exclude-shadows.ts";
import { fitShading } from "../../../src/vision/background/shading.ts";
import { luma } from "../../../src/vision/image/colour.ts";
import { flowField, sampleCubic } from "../../../src/kernels/warp.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { medianOfSamples } from "../../../src/kernels/samples.ts";
import { constant, largestDifference, seeded, texture } from "../seeded.ts";

describe("fusing samples", () => {
  it("takes the colour that most weight agrees on, where a median would mix", () => {
    const values = [0.2, 0.2, 0.21, 0.6, 0.7, 0.8, 0.9];
    const stack = {
      height: 1,
      width: 1,
      colours: values.map((v) => constant(3, 1, 1, v)),
      weights: values.map(() => constant(1, 1, 1, 1)),
    };
    assert.ok(Math.abs(fuseSamples(stack).colour.data[0]! - 0.203) < 0.01);
    assert.equal(medianOfSamples(stack).colour.data[0], Math.fround(0.6));
  });

  it("believes a single trusted sample over many that count little", () => {
    const stack = {
      height: 1,
      width: 1,
      colours: [0.1, 0.9, 0.9].map((v) => constant(3, 1, 1, v)),
      weights: [1, 0.1, 0.1].map((v) => constant(1, 1, 1, v)),
    };
    assert.ok(Math.abs(fuseSamples(stack).colour.data[0]! - 0.1) < 1e-3);
  });

  it("counts only samples with weight and reports their spread", () => {
    const fused = fuseSamples({
      height: 1,
      width: 1,
      colours: [0.5, 0.51, 0.9].map((v) => constant(3, 1, 1, v)),
      weights: [1, 1, 0].map((v) => constant(1, 1, 1, v)),
    });
    assert.equal(fused.count.data[0], 2);
    assert.ok(Math.abs(fused.spread.data[0]! - 0.005) < 1e-3);
  });
});

describe("dense alignment", () => {
  const target = texture(3, 96, 128, 21);
  const shift = raster(2, 96, 128);
  shift.data.fill(1.2, 0, 96 * 128);
  shift.data.fill(-0.8, 96 * 128);
  // moving(p + flow) = target(p) holds for flow = −shift when moving(p) = target(p + shift).
  const moving = sampleCubic(target, flowField(shift));

  {
    it("finds a small displacement", () => {
      const flow = alignDense(
        luma(target),
        luma(moving),
        constant(1, 96, 128, 1),
        halfSizeLevels,
      );
      const centre = 48 * 128 + 64;
      assert.ok(
        Math.abs(flow.data[centre]! + 1.2) < 0.15,
        `x ${flow.data[centre]}`,
      );
      assert.ok(Math.abs(flow.data[96 * 128 + centre]! - 0.8) < 0.15);
    });
  }

  it("keeps a displacement that helps and drops one that does not", () => {
    const one = constant(1, 96, 128, 1);
    const good = raster(
      2,
      96,
      128,
      shift.data.map((v) => -v),
    );
    const helped = gateAlignment(target, moving, good, one, 5);
    assert.ok(largestDifference(helped.picture, target, 10) < 0.03);
    const harmful = gateAlignment(target, target, good, one, 5);
    assert.ok(largestDifference(harmful.picture, target, 10) < 1e-3);
  });
});

describe("shading", () => {
  const gains: readonly {
    readonly what: string;
    /** At a place, from 0 to 1 across and down. */
    readonly gain: (x: number, y: number) => number;
  }[] = [
    {
      what: "a smooth exposure difference",
      gain: (x, y) => 1 + 0.1 * x - 0.06 * y * y,
    },
    {
      what: "a lens's dark corners",
      gain: (x, y) =>
        1 - 0.25 * ((9 * (2 * x - 1) ** 2 + 4 * (2 * y - 1) ** 2) / 13) ** 2,
    },
  ];
  for (const { what, gain } of gains) {
    it(`takes ${what} off, and not the subject`, () => {
      const height = 80;
      const width = 120;
      const background = texture(3, height, width, 31);
      for (let i = 0; i < background.data.length; i++)
        background.data[i] = 0.25 + 0.4 * background.data[i]!;
      const frame = raster(3, height, width);
      const subjects = raster(1, height, width);
      const area = height * width;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const i = y * width + x;
          const subject = x > 50 && x < 60 && y > 20 && y < 60;
          subjects.data[i] = subject ? 1 : 0;
          for (let c = 0; c < 3; c++) {
            frame.data[c * area + i] = subject
              ? 0.95
              : gain(x / width, y / height) * background.data[c * area + i]!;
          }
        }
      }
      const clean = raster(3, height, width, new Float32Array(background.data));
      fitShading(frame, background, subjects, constant(1, height, width, 9));
      let worst = 0;
      for (let i = 0; i < area; i++) {
        if (subjects.data[i] === 1) continue;
        for (let c = 0; c < 3; c++) {
          worst = Math.max(
            worst,
            Math.abs(
              background.data[c * area + i]! - frame.data[c * area + i]!,
            ),
          );
        }
      }
      assert.ok(worst < 0.025, `off by ${worst}`);
      const under = 40 * width + 55;
      const there = background.data[under]! / clean.data[under]!;
      assert.ok(Math.abs(there / gain(55 / 120, 0.5) - 1) < 0.02);
    });
  }
});

describe("a near frame", () => {
  it("counts where it shows background and no shadow is attributed to a subject", () => {
    const visible = raster(1, 4, 8);
    visible.data.fill(1, 8);
    // Half as large: one subject's shadow to the left, another's faint one to the right.
    const support = raster(2, 2, 4);
    support.data.set([0, 0, 0, 0, 1, 0, 0, 0], 0);
    support.data.set([0, 0, 0, 0, 0, 0, 0, 0.3], 8);
    const ground = constant(3, 4, 8, 0.6);
    const dimmed = constant(3, 4, 8, 0.3);
    const bare = excludeShadows(visible, dimmed, ground, support);
    const row = (mask: Raster, y: number): number[] => [
      ...mask.data.subarray(8 * y, 8 * y + 8),
    ];
    assert.deepEqual(row(bare, 0), [0, 0, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(row(bare, 3), [0, 0, 1, 1, 1, 1, 1, 1]);
    assert.equal(visible.data[31 - 7], 1, "what was given has changed");
    // The network may be mistaken: here nothing is dimmed.
    assert.deepEqual(
      row(excludeShadows(visible, ground, ground, support), 3),
      [1, 1, 1, 1, 1, 1, 1, 1],
    );
  });
});

describe("the tolerant residual", () => {
  it("forgives noise and half the local range, and shows a shadow", () => {
    const background = texture(3, 40, 40, 41);
    const random = seeded(1);
    const frame = raster(
      3,
      40,
      40,
      background.data.map((v) => v + 0.01 * (random() - 0.5)),
    );
    const quiet = tolerantResidual(
      frame,
      background,
      constant(1, 40, 40, 0),
      constant(1, 40, 40, 9),
    );
    assert.ok(Math.max(...quiet.data) < 1e-3);
    const flat = constant(3, 40, 40, 0.6);
    const shadowed = constant(3, 40, 40, 0.4);
    const seen = tolerantResidual(
      shadowed,
      flat,
      constant(1, 40, 40, 0.02),
      constant(1, 40, 40, 9),
    );
    assert.ok(
      seen.data.every((v) => Math.abs(v - (0.2 - 0.012 - 0.02)) < 1e-5),
    );
    const unproven = tolerantResidual(
      shadowed,
      flat,
      constant(1, 40, 40, 0),
      constant(1, 40, 40, 1),
    );
    assert.ok(unproven.data.every((v) => v === 0));
  });
});
