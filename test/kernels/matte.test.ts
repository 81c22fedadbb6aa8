import assert from "node:assert/strict";
import fc from "fast-check";
import { gaussian } from "../../src/kernels/gaussian.ts";
import {
  backgroundDoubt,
  colourMoments,
  matteAlpha,
  nearbyColours,
  planeSums,
} from "../../src/kernels/matte.ts";
import { plane } from "../../src/kernels/raster.ts";
import { largestDifference, planesOf, randomStacks } from "./random-rasters.ts";
import * as reference from "./reference/matte.ts";

/** A few roundings of float32 in [0, 1]. */
const TOLERANCE = 1e-6;
const BINS = 12;
describe("the kernels of the matte", () => {
  it("add up weighted colours as their references do", () => {
    fc.assert(
      fc.property(randomStacks(4), (stack) => {
        const frame = planesOf(stack, 0, 3);
        const weights = plane(stack, 3);
        const moments = colourMoments(frame, weights);
        const expected = reference.colourMoments(frame, weights);
        assert.ok(largestDifference(moments.data, expected.data) <= TOLERANCE);
        planeSums(moments).forEach((sum, k) => {
          const plain = plane(moments, k).data.reduce((a, v) => a + v, 0);
          assert.ok(Math.abs(sum - plain) <= 1e-4 * (1 + sum));
        });
        const near = gaussian(moments, 1);
        const far = gaussian(moments, 3);
        near.data.forEach((v, i) => (near.data[i] = 0.2 * v));
        const mixing = {
          whole: [1, 0.5, 0.4, 0.3, 0.35, 0.25, 0.25, 0.3, 0.2, 0.25],
          share: 1e-4,
          floor: 9e-4,
        };
        const own = nearbyColours(near, far, mixing);
        const plain = reference.nearbyColours(near, far, mixing);
        for (const key of ["mean", "covariance"] as const)
          assert.ok(
            largestDifference(own[key].data, plain[key].data) <= TOLERANCE,
          );
      }),
    );
  });

  it("doubt the background as their reference does", () => {
    fc.assert(
      fc.property(
        randomStacks(8),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (stack, clear) => {
          const estimate = {
            frame: planesOf(stack, 0, 3),
            background: planesOf(stack, 3, 3),
            spread: plane(stack, 6),
          };
          const scale = { range: 0.1, noise: 1e-4, clear: Math.fround(clear) };
          const own = backgroundDoubt(estimate, plane(stack, 7), scale);
          const plain = reference.backgroundDoubt(
            estimate,
            plane(stack, 7),
            scale,
          );
          for (const key of ["variance", "outside"] as const)
            assert.ok(
              largestDifference(own[key].data, plain[key].data) <= TOLERANCE,
            );
        },
      ),
    );
  });

  it("weigh alpha as their reference does, also where covariances are nearly singular or none at all", () => {
    fc.assert(
      fc.property(
        randomStacks(19),
        fc.constantFrom(0, 1, 0.05, 1e-4),
        fc.boolean(),
        (stack, scale, even) => {
          const area = stack.height * stack.width;
          const covariance = planesOf(stack, 9, 6);
          // Outer products of colours, and a little that makes some of them indefinite.
          const frame = planesOf(stack, 0, 3);
          for (let i = 0; i < area; i++) {
            const [r, g, b] = [0, 1, 2].map((c) => frame.data[c * area + i]!);
            [r! * r!, r! * g!, r! * b!, g! * g!, g! * b!, b! * b!].forEach(
              (v, k) => {
                covariance.data[k * area + i] =
                  scale * (v + 1e-3 * covariance.data[k * area + i]!);
              },
            );
          }
          const kinds = Uint8Array.from(plane(stack, 18).data, (v) =>
            Math.floor(v * (BINS + 2)),
          );
          const pixels = {
            frame,
            background: planesOf(stack, 3, 3),
            mean: planesOf(stack, 6, 3),
            covariance,
            variance: plane(stack, 15),
            nearby: planesOf(stack, 16, 2),
            kinds,
            prior: even
              ? undefined
              : Array.from({ length: BINS * 11 }, (_, k) => -((7 * k) % 13)),
          };
          pixels.variance.data.forEach(
            (v, i) => (pixels.variance.data[i] = 0.01 * v * v),
          );
          const judged = {
            noise: 1.44e-4,
            limit: 40,
            share: 0.7,
            doubt: 0.03,
            telling: 4,
          };
          const own = new Float64Array(BINS * 11);
          const plain = new Float64Array(BINS * 11);
          const alpha = matteAlpha(pixels, judged, own);
          const expected = reference.matteAlpha(pixels, judged, plain);
          assert.ok(
            largestDifference(alpha.data, expected.data) <= 10 * TOLERANCE,
          );
          assert.ok(largestDifference(own, plain) <= 1e-5 * (1 + area));
        },
      ),
    );
  });
});
