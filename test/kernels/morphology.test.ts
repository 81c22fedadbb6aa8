import assert from "node:assert/strict";
import fc from "fast-check";
import { openScope } from "../../src/kernels/memory.ts";
import { dilate, erode, localRange } from "../../src/kernels/morphology.ts";
import { randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/morphology.ts";

const radius = fc.integer({ min: 0, max: 80 });

describe("dilation and erosion", () => {
  it("are their references', whatever the shape and the radius", () => {
    fc.assert(
      fc.property(randomRasters(), radius, (source, r) => {
        assert.deepEqual(dilate(source, r), reference.dilate(source, r));
        assert.deepEqual(erode(source, r), reference.erode(source, r));
      }),
    );
  });

  it("leave what lies behind the result alone", () => {
    fc.assert(
      fc.property(randomRasters(), radius, (source, r) => {
        using _scope = openScope();
        const expected = reference.dilate(source, r);
        const found = dilate(source, r);
        const behind = erode(source, r);
        const again = dilate(source, r);
        assert.deepEqual(found.data, expected.data);
        assert.deepEqual(again.data, expected.data);
        assert.deepEqual(behind.data, reference.erode(source, r).data);
      }),
    );
  });

  it("tell how much a picture varies around each pixel", () => {
    fc.assert(
      fc.property(randomRasters(), radius, (source, r) => {
        const low = reference.erode(source, r).data;
        const high = reference.dilate(source, r).data;
        const area = source.height * source.width;
        const { data } = localRange(source, r);
        for (let i = 0; i < area; i++) {
          let range = 0;
          for (let at = i; at < low.length; at += area)
            range = Math.max(range, Math.fround(high[at]! - low[at]!));
          assert.equal(data[i], range);
        }
      }),
    );
  });
});
