import assert from "node:assert/strict";
import fc from "fast-check";
import { plane, raster } from "../../src/kernels/raster.ts";
import { unexplainedBy } from "../../src/kernels/residual.ts";
import { luma } from "../../src/vision/image/colour.ts";
import { randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/morphology.ts";

/** Nine planes of one shape. */
const pictures = randomRasters(1).chain(({ height, width }) =>
  fc.integer().map((seed) => {
    const out = raster(9, height, width);
    let state = seed >>> 0;
    for (let i = 0; i < out.data.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      out.data[i] = state / 2 ** 32;
    }
    return out;
  }),
);

describe("what a background does not explain", () => {
  it("is what its formula says, on every shape", () => {
    fc.assert(
      fc.property(pictures, ({ height, width, data }) => {
        const area = height * width;
        const part = (from: number, to: number) =>
          raster(to - from, height, width, data.slice(from * area, to * area));
        const frame = part(0, 3);
        const background = part(3, 6);
        const spread = raster(
          1,
          height,
          width,
          part(6, 7).data.map((v) => 0.1 * v),
        );
        const count = raster(
          1,
          height,
          width,
          part(7, 8).data.map((v) => 8 * v),
        );
        const low = reference.erode(background, 1).data;
        const high = reference.dilate(background, 1).data;
        const found = unexplainedBy(frame, background, spread, count, {
          share: 0.5,
          floor: 0.012,
        });
        for (let i = 0; i < area; i++) {
          let sum = 0;
          for (let at = i; at < 3 * area; at += area) {
            const b = background.data[at]!;
            const least = b - 0.5 * (b - low[at]!);
            const most = b + 0.5 * (high[at]! - b);
            const value = frame.data[at]!;
            const off = Math.abs(
              value - Math.min(most, Math.max(least, value)),
            );
            sum += Math.max(0, off - 0.012 - spread.data[i]!);
          }
          const trust = Math.min(1, Math.max(0, (count.data[i]! - 1) / 4));
          assert.ok(Math.abs(found.data[i]! - (sum / 3) * trust) < 1e-6);
        }
      }),
    );
  });
});

describe("luma", () => {
  it("weighs the channels, on every shape", () => {
    fc.assert(
      fc.property(pictures, (nine) => {
        const { height, width } = nine;
        const area = height * width;
        const rgb = raster(3, height, width, nine.data.slice(0, 3 * area));
        const [r, g, b] = [0, 1, 2].map((c) => plane(rgb, c).data);
        const found = luma(rgb).data;
        for (let i = 0; i < area; i++)
          assert.ok(
            Math.abs(
              found[i]! - (0.299 * r![i]! + 0.587 * g![i]! + 0.114 * b![i]!),
            ) < 3e-7,
          );
      }),
    );
  });
});
