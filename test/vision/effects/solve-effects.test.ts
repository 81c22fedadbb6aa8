import assert from "node:assert/strict";
import { openScope } from "../../../src/kernels/memory.ts";
import type { Raster } from "../../../src/kernels/raster.ts";
import { BLACK_SHADOW } from "../../../src/vision/effects/effect-model.ts";
import {
  type EffectsInput,
  solveEffects,
} from "../../../src/vision/effects/solve-effects.ts";
import { largestDifference, texture } from "../seeded.ts";

const HEIGHT = 90;
const WIDTH = 64;

const planes = (count: number, seed: number): Raster =>
  texture(count, HEIGHT, WIDTH, seed);

/** Two subjects that cover what they cover here and there, at some 8 pixels a unit. */
const busy = (): EffectsInput => {
  const covered = planes(2, 30);
  for (let i = 0; i < covered.data.length; i++)
    covered.data[i] = Math.max(0, 4 * covered.data[i]! - 3);
  return {
    evidence: {
      frame: planes(3, 1),
      background: planes(3, 10),
      spread: planes(1, 20),
      masks: covered,
      support: planes(2, 40),
      unit: 8,
    },
    gates: { gates: planes(2, 50), significance: planes(1, 60) },
    models: [BLACK_SHADOW, { kind: "colour", colour: [0.9, 0.5, 0.2] }],
    mirrors: [undefined, undefined],
    trails: [undefined, undefined],
    objects: covered,
  };
};

describe("effects of a large picture", () => {
  it("are the same in bands as at once", () => {
    using _scope = openScope();
    const whole = solveEffects(busy(), Infinity);
    assert.ok(whole.alphas.data.some((alpha) => alpha > 0.1));
    for (const rows of [1, 7, 40]) {
      const banded = solveEffects(busy(), rows * WIDTH);
      for (const name of [
        "background",
        "alphas",
        "oneColour",
        "continued",
      ] as const)
        assert.ok(
          largestDifference(whole[name], banded[name]) < 1e-6,
          `${name} in bands of ${rows} rows`,
        );
    }
  });
});
