import assert from "node:assert/strict";
import fc from "fast-check";
import type { Homography } from "../../src/kernels/homography.ts";
import { motionError } from "../../src/kernels/motion-error.ts";
import { raster, type Raster } from "../../src/kernels/raster.ts";
import { randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/motion-error.ts";

describe("the error of a motion", () => {
  it("is its reference's, whatever the shapes, and infinite where nothing overlaps", () => {
    let finite = 0;
    fc.assert(
      fc.property(
        randomRasters(1),
        randomRasters(1),
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        (from, to, x, y) => {
          const map: Homography = [1.02, 0.01, x, -0.02, 0.97, y, 1e-4, 0, 1];
          const found = motionError(from, to, allowed(from), allowed(to), map);
          const known = reference.motionError(
            from,
            to,
            allowed(from),
            allowed(to),
            map,
          );
          assert.ok(found === known || Math.abs(found - known) < 1e-6);
          if (Number.isFinite(found)) finite++;
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(finite > 10);
  });
});

/** Most of a picture. */
function allowed({ height, width, data }: Raster): Raster {
  return raster(
    1,
    height,
    width,
    data.map((_, i) => (Math.floor(i / 7) % 5 === 0 ? 0 : 1)),
  );
}
