import assert from "node:assert/strict";
import fc from "fast-check";
import {
  distanceToMask,
  signedDistanceWithin,
} from "../../src/kernels/distance-transform.ts";
import { raster, type Raster } from "../../src/kernels/raster.ts";
import { randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/distance-transform.ts";

/** Few pixels of a mask, or few that do not belong to it. */
const threshold = fc.constantFrom(0, 0.01, 0.3, 0.5, 0.9, 0.99, 0.999, 1.1);

function referenceDistance(mask: Raster, threshold: number): Float32Array {
  const { data, height, width } = mask;
  const out = new Float32Array(data.length);
  reference.distanceToMask(data, threshold, height, width, out);
  return out;
}

describe("the distance transform", () => {
  it("is its reference, whatever the mask", () => {
    fc.assert(
      fc.property(randomRasters(1), threshold, (mask, limit) => {
        const { data, height, width } = mask;
        const found = new Float32Array(data.length);
        distanceToMask(data, limit, height, width, found);
        assert.deepEqual(found, referenceDistance(mask, limit));
      }),
    );
  });

  it("tells the distance to an outline from both sides, as far as it reaches", () => {
    fc.assert(
      fc.property(
        randomRasters(1),
        threshold,
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        (noise, limit, unit, reach) => {
          const { height, width } = noise;
          const mask = raster(
            1,
            height,
            width,
            noise.data.map((v) => (v >= limit ? 0.51 : 0.5)),
          );
          const away = referenceDistance(mask, 0.505);
          const inverse = raster(
            1,
            height,
            width,
            mask.data.map((v) => 1 - v),
          );
          const deep = referenceDistance(inverse, 0.495);
          const none = mask.data.every((v) => v === 0.5);
          const whole = mask.data.every((v) => v > 0.5);
          const most = Math.ceil(reach * unit);
          const { data } = signedDistanceWithin(mask, unit, reach);
          for (let i = 0; i < data.length; i++) {
            const inside = mask.data[i]! > 0.5;
            const distance =
              none || whole ? Infinity : (inside ? deep : away)[i]! - 0.5;
            const expected =
              ((inside ? -1 : 1) * Math.min(most, distance)) / unit;
            assert.ok(
              Math.abs(data[i]! - expected) < 1e-5 * reach,
              `${data[i]} instead of ${expected}`,
            );
          }
        },
      ),
    );
  });
});
