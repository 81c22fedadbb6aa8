import assert from "node:assert/strict";
import { gaussian } from "../../../src/kernels/gaussian.ts";
import {
  compose,
  invert,
  apply,
  identity,
  rescale,
} from "../../../src/kernels/homography.ts";
import { dilate, erode } from "../../../src/kernels/morphology.ts";
import { resizeLinear, shrink } from "../../../src/kernels/resize.ts";
import {
  flowField,
  homographyField,
  sampleCubic,
  sampleLinear,
  sampleNearest,
} from "../../../src/kernels/warp.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { constant, largestDifference, texture } from "../seeded.ts";

/** Direct two-dimensional Gaussian with replicated borders, as slow as it is plain. */
function plainGaussian(source: Raster, sigma: number): Raster {
  const reach = Math.ceil(4 * sigma);
  const out = raster(1, source.height, source.width);
  for (let y = 0; y < source.height; y++) {
    for (let x = 0; x < source.width; x++) {
      let sum = 0;
      let total = 0;
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const w = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
          const sy = Math.min(source.height - 1, Math.max(0, y + dy));
          const sx = Math.min(source.width - 1, Math.max(0, x + dx));
          sum += w * source.data[sy * source.width + sx]!;
          total += w;
        }
      }
      out.data[y * source.width + x] = sum / total;
    }
  }
  return out;
}

describe("image filters", () => {
  for (const sigma of [0.8, 1.5, 4, 6]) {
    it(`blurs like a Gaussian of σ = ${sigma}`, () => {
      const source = texture(1, 40, 48, 3);
      // Repeated boxes extend the border of each pass, not of the source, so wide filters are compared inside.
      const margin = sigma <= 2 ? 0 : 12;
      const difference = largestDifference(
        gaussian(source, sigma),
        plainGaussian(source, sigma),
        margin,
      );
      assert.ok(
        difference < (sigma <= 2 ? 2e-3 : 1.5e-2),
        `differs by ${difference}`,
      );
    });
  }

  it("leaves a constant picture alone up to the border", () => {
    const source = constant(2, 9, 31, 0.37);
    for (const sigma of [1, 3, 20]) {
      assert.ok(largestDifference(gaussian(source, sigma), source) < 1e-5);
    }
  });

  it("dilates and erodes like a search through the window", () => {
    const source = texture(1, 23, 37, 5);
    for (const radius of [1, 2, 7]) {
      for (const [filter, pick] of [
        [dilate, Math.max],
        [erode, Math.min],
      ] as const) {
        const fast = filter(source, radius);
        for (let y = 0; y < source.height; y++) {
          for (let x = 0; x < source.width; x++) {
            let best = source.data[y * source.width + x]!;
            for (
              let v = Math.max(0, y - radius);
              v <= Math.min(source.height - 1, y + radius);
              v++
            ) {
              for (
                let u = Math.max(0, x - radius);
                u <= Math.min(source.width - 1, x + radius);
                u++
              ) {
                best = pick(best, source.data[v * source.width + u]!);
              }
            }
            assert.equal(fast.data[y * source.width + x], best);
          }
        }
      }
    }
  });
});

describe("resampling", () => {
  it("keeps the mean when shrinking by any factor", () => {
    const source = texture(3, 30, 44, 7);
    const mean = (r: Raster): number =>
      r.data.reduce((sum, v) => sum + v, 0) / r.data.length;
    for (const [h, w] of [
      [15, 22],
      [7, 13],
      [30, 11],
    ] as const) {
      assert.ok(Math.abs(mean(shrink(source, h, w)) - mean(source)) < 1e-4);
    }
  });

  it("carries a linear ramp through enlarging without bending it", () => {
    const ramp = raster(1, 6, 8);
    for (let i = 0; i < 48; i++) ramp.data[i] = (i % 8) / 8;
    const wide = resizeLinear(ramp, 12, 32);
    for (let x = 2; x < 30; x++) {
      assert.ok(
        Math.abs(wide.data[5 * 32 + x]! - ((x + 0.5) / 4 - 0.5) / 8) < 1e-6,
      );
    }
  });

  it("returns the source through the identity map, whichever interpolation", () => {
    const source = texture(3, 20, 26, 9);
    const field = homographyField(identity, 20, 26);
    for (const sampled of [
      sampleCubic(source, field),
      sampleLinear(source, field),
      sampleNearest(source, field, 0),
    ]) {
      assert.ok(largestDifference(sampled, source) < 1e-6);
    }
  });

  it("comes back to the source when a warp is undone", () => {
    const source = gaussian(texture(1, 60, 80, 11), 2);
    const map = [1.03, 0.02, 2.4, -0.01, 0.99, -1.3, 1e-4, -5e-5, 1];
    const there = sampleCubic(source, homographyField(map, 60, 80));
    const back = sampleCubic(there, homographyField(invert(map), 60, 80));
    assert.ok(largestDifference(back, source, 12) < 0.01);
  });

  it("reads the given value outside the source", () => {
    const source = constant(1, 4, 4, 1);
    const shift = flowField(constant(2, 4, 4, 9));
    assert.ok(sampleLinear(source, shift, 0.25).data.every((v) => v === 0.25));
    assert.ok(sampleNearest(source, shift, 0.25).data.every((v) => v === 0.25));
    assert.ok(
      sampleCubic(source, shift).data.every((v) => Math.abs(v - 1) < 1e-6),
    );
  });
});

describe("homographies", () => {
  const map = [1.1, 0.1, 5, -0.05, 0.95, -3, 1e-4, 2e-4, 1];

  it("undo themselves", () => {
    const [x, y] = apply(compose(invert(map), map), 17, 23);
    assert.ok(Math.hypot(x - 17, y - 23) < 1e-9);
  });

  it("say the same at another scale", () => {
    // The centre of pixel (x, y) is the point (x+½, y+½) of the plane.
    const double = rescale(map, 2, 2);
    const [x, y] = apply(map, 10, 20);
    const [u, v] = apply(double, 20.5, 40.5);
    assert.ok(Math.hypot(u - (2 * x + 0.5), v - (2 * y + 0.5)) < 1e-9);
  });
});
