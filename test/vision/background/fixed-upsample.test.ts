import assert from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../../../src/autodiff/seeded-random.ts";
import {
  enlargeFixed,
  fixedUpsample,
  fromFixed,
} from "../../../src/vision/background/fixed-upsample.ts";
import { upsampleBackground } from "../../../src/vision/background/upsample-background.ts";
import { fromBytes } from "../../../src/vision/image/colour.ts";
import { raster } from "../../../src/kernels/raster.ts";

describe("a background enlarged in whole numbers", () => {
  it("is the one enlarged in floats to half a code value between the roughest neighbours, at any size", () => {
    const side = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer(),
        (h, w, moreRows, moreColumns, seed) => {
          const random = seededRandom(seed);
          const [height, width] = [h + moreRows, w + moreColumns];
          const bytes = Uint8Array.from({ length: 3 * height * width }, () =>
            random.below(256),
          );
          const picture = () =>
            raster(
              3,
              h,
              w,
              Float32Array.from({ length: 3 * h * w }, () => random.next()),
            );
          const [small, background] = [picture(), picture()];
          const nobody = raster(1, h, w);
          const exact = upsampleBackground(
            fromBytes(bytes, height, width),
            small,
            background,
            nobody,
          );
          const size = { width, height };
          const fixed = fromFixed(
            enlargeFixed(bytes, fixedUpsample(small, background, nobody, size)),
            size,
          );
          exact.data.forEach((value, i) => {
            const difference = 255 * Math.abs(value - fixed.data[i]!);
            // Neighbours here differ by up to 1.35 in ratio and a share is rounded to 2⁻¹¹, in both directions.
            assert.ok(difference < 0.5, `off by ${difference} code values`);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is the frame where background and frame agree at working size", () => {
    const size = { width: 31, height: 17 };
    const random = seededRandom(3);
    const bytes = Uint8Array.from({ length: 3 * 31 * 17 }, () =>
      random.below(256),
    );
    const small = raster(3, 5, 9, new Float32Array(135).fill(0.4));
    const fixed = enlargeFixed(
      bytes,
      fixedUpsample(small, small, raster(1, 5, 9), size),
    );
    const area = 31 * 17;
    for (let i = 0; i < area; i++)
      for (let c = 0; c < 3; c++)
        assert.equal(fixed[c * area + i], bytes[3 * i + c]! << 8);
  });
});
