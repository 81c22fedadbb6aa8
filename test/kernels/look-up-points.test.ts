import assert from "node:assert/strict";
import fc from "fast-check";
import type { Homography } from "../../src/kernels/homography.ts";
import { PointLookup } from "../../src/kernels/look-up-points.ts";
import { raster } from "../../src/kernels/raster.ts";
import { randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/look-up-points.ts";

/** Roundings of float32 in 0…255. */
const TOLERANCE = 1e-3;

describe("points looked up in a frame", () => {
  it("have their reference's values, whatever the shapes", () => {
    fc.assert(
      fc.property(
        randomRasters(1),
        randomRasters(1),
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: -9, max: 9, noNaN: true }),
        ({ width, height, data }, cells, x, y) => {
          const bytes = new Uint8Array(3 * width * height).map(
            (_, i) => 255 * data[(7 * i) % data.length]!,
          );
          const visible = raster(
            1,
            cells.height,
            cells.width,
            cells.data.map((v) => (v > 0.3 ? 1 : 0)),
          );
          const map: Homography = [1.02, 0.01, x, -0.02, 0.97, y, 1e-4, 0, 1];
          const points = Int32Array.from(data, (_, i) => i);
          const known = reference.lookUpPoints(
            bytes,
            width,
            height,
            visible,
            points,
            map,
          );
          using lookup = new PointLookup(bytes, width, height, visible);
          const found = lookup.at(points, map);
          assert.deepEqual(found.shown, known.shown);
          for (let i = 0; i < known.values.length; i++) {
            if (known.shown[Math.floor(i / 3)] === 0) continue;
            assert.ok(
              Math.abs(found.values[i]! - known.values[i]!) < TOLERANCE,
            );
          }
        },
      ),
    );
  });
});
