import assert from "node:assert/strict";
import { upsampleBackground } from "../../../src/vision/background/upsample-background.ts";
import { resizeLinear, shrink } from "../../../src/kernels/resize.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { constant, largestDifference, texture } from "../seeded.ts";

const rootMeanSquare = (a: Raster, b: Raster): number =>
  Math.sqrt(
    a.data.reduce((sum, v, i) => sum + (v - b.data[i]!) ** 2, 0) /
      a.data.length,
  );

describe("an enlarged background", () => {
  it("keeps the texture that shows through a shadow", () => {
    const ground = texture(3, 120, 160, 61);
    for (let i = 0; i < ground.data.length; i++) {
      ground.data[i] = 0.2 + 0.6 * ground.data[i]!;
    }
    const shadowed = raster(3, 120, 160);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 120; y++) {
        for (let x = 0; x < 160; x++) {
          const i = (c * 120 + y) * 160 + x;
          const depth = 0.4 * Math.exp(-(((x - 80) / 40) ** 2));
          shadowed.data[i] = ground.data[i]! * (1 - depth);
        }
      }
    }
    const small = shrink(shadowed, 30, 40);
    const background = shrink(ground, 30, 40);
    const enlarged = upsampleBackground(
      shadowed,
      small,
      background,
      raster(1, 30, 40),
    );
    const plain = resizeLinear(background, 120, 160);
    const error = rootMeanSquare(enlarged, ground);
    assert.ok(error < 0.25 * rootMeanSquare(plain, ground), `${error}`);
  });

  it("has nothing of what a subject looks like", () => {
    const background = constant(3, 30, 40, 0.7);
    const frame = constant(3, 120, 160, 0.7);
    const subjects = raster(1, 30, 40);
    // Dark stripes in columns 60 to 100.
    for (let i = 0; i < frame.data.length; i++) {
      const x = i % 160;
      if (x >= 60 && x < 100) frame.data[i] = x % 4 < 2 ? 0.1 : 0.4;
    }
    for (let i = 0; i < subjects.data.length; i++)
      if (i % 40 >= 15 && i % 40 < 25) subjects.data[i] = 1;
    const enlarged = upsampleBackground(
      frame,
      shrink(frame, 30, 40),
      background,
      subjects,
    );
    const off = largestDifference(enlarged, constant(3, 120, 160, 0.7));
    assert.ok(off < 0.02, `${off}`);
    const unmasked = upsampleBackground(
      frame,
      shrink(frame, 30, 40),
      background,
      raster(1, 30, 40),
    );
    assert.ok(largestDifference(unmasked, constant(3, 120, 160, 0.7)) > 0.1);
  });

  it("is the estimate itself where the sizes are the same", () => {
    const frame = texture(3, 20, 30, 62);
    const background = texture(3, 20, 30, 63);
    const same = upsampleBackground(
      frame,
      frame,
      background,
      raster(1, 20, 30),
    );
    assert.equal(largestDifference(same, background), 0);
  });
});
