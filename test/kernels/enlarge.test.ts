import assert from "node:assert/strict";
import fc from "fast-check";
import { enlargePlanes, writeLinearMap } from "../../src/kernels/enlarge.ts";
import { plane, raster, type Raster } from "../../src/kernels/raster.ts";
import {
  largestDifference,
  randomRasters,
  randomStacks,
} from "./random-rasters.ts";
import * as reference from "./reference/enlarge.ts";

/** A few roundings of float32 in [0, 1]. */
const TOLERANCE = 1e-6;

/** A picture's size and a part of it. */
const windows = fc
  .tuple(
    fc.integer({ min: 1, max: 90 }),
    fc.integer({ min: 1, max: 90 }),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
  )
  .map(([height, width, x, y]) => {
    const left = Math.floor(x * width);
    const top = Math.floor(y * height);
    return {
      height,
      width,
      window: {
        left,
        top,
        right: left + Math.ceil((1 - y) * (width - left)),
        bottom: top + Math.ceil((1 - x) * (height - top)),
      },
    };
  });

describe("enlarging", () => {
  it("is its reference, whatever the sizes and the part", () => {
    fc.assert(
      fc.property(randomRasters(), windows, (source, size) => {
        const { height, width, window } = size;
        assert.ok(
          largestDifference(
            enlargePlanes(source, height, width, window).data,
            reference.enlargePlanes(source, height, width, window).data,
          ) <= TOLERANCE,
        );
      }),
    );
  });

  it("maps a picture as its reference does, and leaves what is outside the part", () => {
    fc.assert(
      fc.property(randomStacks(6), windows, (source, size) => {
        const { height, width, window } = size;
        const area = 3 * source.height * source.width;
        const half = (data: Float32Array): Raster => ({
          ...source,
          channels: 3,
          data,
        });
        const ratio = half(source.data.subarray(0, area));
        const offset = half(source.data.subarray(area).map((v) => v - 0.5));
        const picture = reference.enlargePlanes(ratio, height, width, window);
        const own = raster(3, height, width);
        own.data.fill(7);
        const plain = raster(3, height, width, own.data.slice());
        writeLinearMap(own, picture, ratio, offset, window);
        reference.writeLinearMap(plain, picture, ratio, offset, window);
        assert.ok(largestDifference(own.data, plain.data) <= TOLERANCE);
        assert.equal(
          plane(own, 0).data.includes(7),
          plane(plain, 0).data.includes(7),
        );
      }),
    );
  });
});
