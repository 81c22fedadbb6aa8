import assert from "node:assert/strict";
import fc from "fast-check";
import { resizeLinear, shrink } from "../../src/kernels/resize.ts";
import { largestDifference, randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/resize.ts";

/** A few roundings of float32 in [0, 1]. */
const TOLERANCE = 1e-6;

describe("resizing", () => {
  it("shrinks as its reference does, whatever the shapes", () => {
    fc.assert(
      fc.property(
        randomRasters(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.oneof(
          fc.constantFrom(0.5, 1),
          fc.double({ min: 0, max: 1, noNaN: true }),
        ),
        (source, down, across) => {
          const height = Math.max(1, Math.floor(source.height * down));
          const width = Math.max(1, Math.floor(source.width * across));
          assert.ok(
            largestDifference(
              shrink(source, height, width).data,
              reference.shrink(source, height, width).data,
            ) <= TOLERANCE,
          );
        },
      ),
    );
  });

  it("interpolates as its reference does, whatever the shapes", () => {
    fc.assert(
      fc.property(
        randomRasters(),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (source, height, width) => {
          assert.ok(
            largestDifference(
              resizeLinear(source, height, width).data,
              reference.resizeLinear(source, height, width).data,
            ) <= TOLERANCE,
          );
        },
      ),
    );
  });
});
