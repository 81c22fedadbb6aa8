import assert from "node:assert/strict";
import fc from "fast-check";
import {
  effectAlphas,
  effectsAway,
  expectedChange,
} from "../../src/kernels/effects.ts";
import { plane, raster } from "../../src/kernels/raster.ts";
import { largestDifference, planesOf, randomStacks } from "./random-rasters.ts";
import * as reference from "./reference/effects.ts";

/** A few roundings of float32 in [0, 1]. */
const TOLERANCE = 2e-6;

describe("the kernels of the effects", () => {
  it("take effects away as their reference does", () => {
    fc.assert(
      fc.property(randomStacks(13), fc.boolean(), (stack, faint) => {
        const frame = planesOf(stack, 0, 3);
        const background = planesOf(stack, 3, 3);
        if (faint)
          background.data.forEach((v, i) => {
            background.data[i] = 0.97 * frame.data[i]! + 0.03 * v;
          });
        const objects = planesOf(stack, 11, 2);
        objects.data.forEach((v, i) => {
          objects.data[i] = Math.max(0, v - 0.9);
        });
        const pixels = {
          frame,
          background,
          spread: plane(stack, 6),
          significance: plane(stack, 7),
          zone: plane(stack, 8),
          gates: planesOf(stack, 9, 2),
          objects,
        };
        const own = effectsAway(pixels);
        const plain = reference.effectsAway(pixels);
        for (const key of ["soft", "shown"] as const)
          assert.ok(
            largestDifference(own[key].data, plain[key].data) <= 10 * TOLERANCE,
          );
      }),
    );
  });

  it("project and limit alphas as their references do", () => {
    fc.assert(
      fc.property(randomStacks(15), fc.boolean(), (stack, trail) => {
        const frame = planesOf(stack, 0, 3);
        const shown = planesOf(stack, 3, 3);
        const owner = plane(stack, 6).data.map((v) => Math.floor(3 * v));
        const models = [
          [-1, 0, -0.9, 0, -0.7, 0],
          [-1, 0.3, -1, 0.2, -1, 0.9],
          [-1, 1, -1, 1, -1, 1],
        ];
        const sums = expectedChange(frame, shown, owner, models);
        assert.ok(
          largestDifference(
            sums.data,
            reference.expectedChange(frame, shown, owner, models).data,
          ) <= TOLERANCE,
        );
        const input = {
          frame,
          shown,
          sums: planesOf(stack, 7, 2),
          soft: plane(stack, 9),
          zone: plane(stack, 10),
          owner,
          gates: planesOf(stack, 11, 3),
          trails: [undefined, trail ? plane(stack, 14) : undefined, undefined],
        };
        assert.ok(
          largestDifference(
            effectAlphas(input).data,
            reference.effectAlphas(input).data,
          ) <= TOLERANCE,
        );
      }),
    );
  });

  it("give no less alpha than a colour in [0, 1] needs, and no more where there is no other reason", () => {
    fc.assert(
      fc.property(randomStacks(6), (stack) => {
        const frame = planesOf(stack, 0, 3);
        const shown = planesOf(stack, 3, 3);
        const { height, width } = stack;
        const area = height * width;
        const one = raster(1, height, width);
        one.data.fill(1);
        const nothing = raster(1, height, width);
        const { data } = effectAlphas({
          frame,
          shown,
          sums: raster(2, height, width),
          soft: nothing,
          zone: nothing,
          owner: nothing.data,
          gates: one,
          trails: [undefined],
        });
        const beyond = (alpha: number, i: number): number => {
          let worst = 0;
          for (let at = i; at < 3 * area; at += area) {
            const b = shown.data[at]!;
            const colour = (frame.data[at]! - (1 - alpha) * b) / alpha;
            worst = Math.max(worst, -colour, colour - 1);
          }
          return worst;
        };
        data.forEach((alpha, i) => {
          if (alpha < 0.01) return;
          assert.ok(beyond(alpha, i) < 1e-5);
          assert.ok(beyond(0.95 * alpha, i) > 0);
        });
      }),
    );
  });
});
