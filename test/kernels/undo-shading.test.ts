import assert from "node:assert/strict";
import fc from "fast-check";
import { raster } from "../../src/kernels/raster.ts";
import { undoShading } from "../../src/kernels/undo-shading.ts";
import { randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/undo-shading.ts";

describe("a lens's shading", () => {
  it("is taken off to the last bit as the formula says, on every shape", () => {
    const size = 16;
    fc.assert(
      fc.property(
        randomRasters(1),
        fc.array(fc.float({ min: 1, max: 3, noNaN: true }), {
          minLength: size * size,
          maxLength: size * size,
        }),
        ({ height, width, data }, gains) => {
          const area = height * width;
          const picture = raster(3, height, width);
          // Beyond 0…1 too, as warped values are.
          for (let i = 0; i < 3 * area; i++)
            picture.data[i] = 1.4 * data[(7 * i) % area]! - 0.2;
          const how = {
            table: Float32Array.from(gains),
            size,
            offset: 0.04,
          };
          assert.deepEqual(
            undoShading(picture, how).data,
            reference.undoShading(picture, how).data,
          );
        },
      ),
    );
  });
});
