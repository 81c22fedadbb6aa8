import assert from "node:assert/strict";
import fc from "fast-check";
import { boxMean, gaussian } from "../../src/kernels/gaussian.ts";
import { onHeap, openScope, scoped } from "../../src/kernels/memory.ts";
import { raster } from "../../src/kernels/raster.ts";
import { largestDifference, randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/gaussian.ts";

/** A few roundings of float32 in [0, 1]. */
const TOLERANCE = 1e-6;

describe("the Gaussian and the box", () => {
  it("are their references', whatever the shape and the width", () => {
    fc.assert(
      fc.property(
        randomRasters(),
        fc.double({ min: 0.3, max: 30, noNaN: true }),
        (source, sigma) => {
          const expected = reference.gaussian(source, sigma);
          assert.ok(
            largestDifference(gaussian(source, sigma).data, expected.data) <=
              TOLERANCE,
          );
        },
      ),
    );
    fc.assert(
      fc.property(
        randomRasters(),
        fc.integer({ min: 0, max: 20 }),
        (source, radius) => {
          const expected = reference.boxMean(source, radius);
          assert.ok(
            largestDifference(boxMean(source, radius).data, expected.data) <=
              TOLERANCE,
          );
        },
      ),
    );
  });

  it("give the same in the kernels' memory as outside it", () => {
    fc.assert(
      fc.property(randomRasters(), (source) => {
        const outside = gaussian(source, 3);
        using _scope = openScope();
        const copy = raster(source.channels, source.height, source.width);
        copy.data.set(source.data);
        const inside = gaussian(copy, 3);
        assert.notEqual(inside.data.buffer, outside.data.buffer);
        assert.deepEqual(inside.data, outside.data);
      }),
    );
  });
});

describe("the kernels' memory", () => {
  it("gives zeros, also where something lay before", () => {
    for (let round = 0; round < 2; round++) {
      using _scope = openScope();
      const first = raster(1, 3, 5);
      assert.ok(first.data.every((v) => v === 0));
      first.data.fill(7);
    }
  });

  it("moves results out of a scope, and what is part of another stays part of it", () => {
    using _scope = openScope();
    const { whole, part, other } = scoped(() => {
      raster(1, 10, 10).data.fill(9);
      const whole = raster(2, 2, 3);
      whole.data.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      raster(1, 10, 10).data.fill(9);
      const other = raster(1, 1, 2);
      other.data.set([20, 21]);
      return { other, whole, part: [whole.data.subarray(6)] };
    });
    const after = raster(1, 40, 40);
    after.data.fill(-1);
    assert.deepEqual([...whole.data], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert.deepEqual([...other.data], [20, 21]);
    part[0]![0] = 70;
    assert.equal(whole.data[6], 70);
  });

  it("keeps on the heap what is to last", () => {
    let kept;
    {
      using _scope = openScope();
      const made = raster(1, 2, 2);
      made.data.fill(3);
      kept = onHeap({ made, name: "x" });
    }
    {
      using _scope = openScope();
      raster(1, 50, 50).data.fill(8);
    }
    assert.deepEqual([...kept.made.data], [3, 3, 3, 3]);
    assert.deepEqual([...scoped(() => raster(1, 1, 2).data.fill(4))], [4, 4]);
  });
});
