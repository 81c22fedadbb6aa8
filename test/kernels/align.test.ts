import assert from "node:assert/strict";
import fc from "fast-check";
import { gateFlow, refineFlow } from "../../src/kernels/align.ts";
import { gaussian } from "../../src/kernels/gaussian.ts";
import { raster, type Raster } from "../../src/kernels/raster.ts";
import { resizeLinear } from "../../src/kernels/resize.ts";
import { largestDifference, randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/align.ts";

/** Pixels; roundings of float32 are divided by determinants as small as the damping's square. */
const TOLERANCE_PIXELS = 2e-3;

describe("alignment", () => {
  it("takes its reference's steps, whatever the shape", () => {
    fc.assert(
      fc.property(
        randomRasters(1),
        fc.double({ min: 0.5, max: 6, noNaN: true }),
        (noise, sigma) => {
          const { target, moving, weight, flow } = pictures(noise);
          assert.ok(
            largestDifference(
              refineFlow(target, moving, weight, flow, sigma, 2).data,
              reference.refineFlow(target, moving, weight, flow, sigma, 2).data,
            ) <= TOLERANCE_PIXELS,
          );
        },
      ),
    );
  });

  it("keeps the displacement that its reference keeps, whatever the shape", () => {
    fc.assert(
      fc.property(
        randomRasters(1),
        fc.double({ min: 0.5, max: 6, noNaN: true }),
        (noise, sigma) => {
          const { target, moving, weight, flow } = pictures(noise);
          const three = threefold(target);
          const others = threefold(moving);
          assert.ok(
            largestDifference(
              gateFlow(three, others, flow, weight, sigma).data,
              reference.gateFlow(three, others, flow, weight, sigma).data,
            ) <= TOLERANCE_PIXELS,
          );
        },
      ),
    );
  });
});

/** Two smooth pictures that differ, where they count, and a displacement of up to two pixels. */
function pictures(noise: Raster): {
  target: Raster;
  moving: Raster;
  weight: Raster;
  flow: Raster;
} {
  const { height, width } = noise;
  const target = gaussian(noise, 1.5);
  const backwards = raster(1, height, width, noise.data.slice().reverse());
  const other = gaussian(backwards, 1.5);
  const moving = raster(1, height, width);
  moving.data.set(target.data.map((v, i) => 0.9 * v + 0.1 * other.data[i]!));
  const weight = raster(1, height, width);
  weight.data.set(noise.data.map((v) => (v > 0.3 ? 1 : 0)));
  const grid = raster(2, 2, 2);
  grid.data.set(noise.data.subarray(0, 8).map((v) => 4 * v - 2));
  return { target, moving, weight, flow: resizeLinear(grid, height, width) };
}

function threefold({ height, width, data }: Raster): Raster {
  const out = raster(3, height, width);
  for (let c = 0; c < 3; c++)
    out.data.set(
      data.map((v) => v * (1 - 0.2 * c)),
      c * data.length,
    );
  return out;
}
