import assert from "node:assert/strict";
import fc from "fast-check";
import { addExposed, addShare, clipToUnit } from "../../src/kernels/blend.ts";
import { raster, type Raster } from "../../src/kernels/raster.ts";
import { largestDifference, randomRasters } from "./random-rasters.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const copy = ({ channels, height, width, data }: Raster): Raster =>
  raster(channels, height, width, data.slice());

describe("blending", () => {
  it("adds a share of one picture to another, on every shape", () => {
    fc.assert(
      fc.property(randomRasters(), share, (from, s) => {
        const to = copy(from);
        addShare(to, from, s);
        const expected = from.data.map((v) => v + s * v);
        assert.ok(largestDifference(to.data, expected) < 1e-6);
      }),
    );
  });

  it("adds a share of one picture in another exposure, on every shape", () => {
    fc.assert(
      fc.property(randomRasters(), share, share, (from, s, gain) => {
        const to = copy(from);
        addExposed(to, from, s, 0.5 + gain, 0.05);
        const expected = from.data.map(
          (v) =>
            v + s * Math.min(1, Math.max(0, (v + 0.05) * (0.5 + gain) - 0.05)),
        );
        assert.ok(largestDifference(to.data, expected) < 1e-6);
      }),
    );
  });

  it("keeps values between 0 and 1, on every shape", () => {
    fc.assert(
      fc.property(randomRasters(), (noise) => {
        const picture = copy(noise);
        for (let i = 0; i < picture.data.length; i++)
          picture.data[i] = 3 * picture.data[i]! - 1;
        const expected = picture.data.map((v) => Math.min(1, Math.max(0, v)));
        clipToUnit(picture);
        assert.deepEqual(picture.data, expected);
      }),
    );
  });
});
