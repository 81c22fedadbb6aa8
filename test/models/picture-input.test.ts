import assert from "node:assert/strict";
import { type PictureInput, readManifest } from "../../src/models/manifest.ts";
import { pasteGrid } from "../../src/models/paste-grid.ts";
import {
  type Picture,
  pictureTensor,
  placePicture,
} from "../../src/models/picture-input.ts";
import { raster } from "../../src/kernels/raster.ts";

/** The input as a manifest gives it, with its defaults. */
function inputOf(input: object): PictureInput {
  const text = JSON.stringify({
    version: 1,
    name: "a",
    kind: "matte",
    file: "a.onnx",
    input,
  });
  const read = readManifest(text);
  assert.ok("manifest" in read, JSON.stringify(read));
  return read.manifest.input;
}

/** Two rows: red, green; blue, white. */
const corners: Picture = {
  width: 2,
  height: 2,
  // prettier-ignore
  data: Uint8Array.of(255, 0, 0,  0, 255, 0,  0, 0, 255,  255, 255, 255),
};

const placed = (size: { width: number; height: number }, input: object) => {
  const { canvas, picture } = placePicture(size, inputOf(input));
  const { left, top, right, bottom } = picture;
  return [canvas.width, canvas.height, left, top, right, bottom];
};

describe("a picture on its way into a model", () => {
  it("lies where the fit says", () => {
    const wide = { width: 200, height: 100 };
    const high = { width: 30, height: 90 };
    const square = { fit: "letterbox", width: 64, height: 64 };
    assert.deepEqual(placed(wide, square), [64, 64, 0, 16, 64, 48]);
    assert.deepEqual(placed(high, square), [64, 64, 21, 0, 42, 64]);
    assert.deepEqual(
      placed(high, { ...square, align: "top-left" }),
      [64, 64, 0, 0, 21, 64],
    );
    assert.deepEqual(
      placed(wide, { fit: "stretch", width: 64, height: 48 }),
      [64, 48, 0, 0, 64, 48],
    );
    const sides = { fit: "sides", shorter: 80, longer: 133, multipleOf: 32 };
    assert.deepEqual(placed(wide, sides), [160, 96, 0, 0, 133, 67]);
    assert.deepEqual(
      placed({ width: 100, height: 90 }, sides),
      [96, 96, 0, 0, 89, 80],
    );
    assert.deepEqual(
      placed(wide, { fit: "sides", longer: 50 }),
      [50, 25, 0, 0, 50, 25],
    );
  });

  it("has the channels, the layout and the numbers that the manifest says", () => {
    const input = inputOf({
      fit: "letterbox",
      width: 32,
      height: 16,
      channels: "bgr",
      layout: "hwc",
      scale: 255,
      mean: [10, 20, 30],
      std: [1, 2, 4],
      fill: 110,
    });
    const placement = placePicture(corners, input);
    const { shape, data } = pictureTensor(corners, placement, input, 4);
    assert.deepEqual(shape, [1, 16, 32, 3]);
    const pixel = (x: number, y: number) => [
      ...data.slice(3 * (32 * y + x), 3 * (32 * y + x) + 3),
    ];
    // Padding, then the picture's corners from x = 8 to 24.
    assert.deepEqual(pixel(7, 0), [100, 45, 20]);
    assert.deepEqual(pixel(24, 15), [100, 45, 20]);
    assert.deepEqual(pixel(8, 0), [-10, -10, (255 - 30) / 4]);
    assert.deepEqual(pixel(23, 0), [-10, (255 - 20) / 2, -7.5]);
    assert.deepEqual(pixel(8, 15), [245, -10, -7.5]);
  });

  it("is padded with zeros after normalisation, plane by plane", () => {
    const input = inputOf({
      fit: "letterbox",
      width: 32,
      height: 16,
      mean: [0.5, 0.5, 0.5],
    });
    const placement = placePicture(corners, input);
    const { shape, data } = pictureTensor(corners, placement, input, 3);
    assert.deepEqual(shape, [3, 16, 32]);
    const at = (c: number, x: number, y: number) => data[512 * c + 32 * y + x];
    assert.deepEqual(
      [0, 1, 2].map((c) => at(c, 7, 0)),
      [0, 0, 0],
    );
    assert.deepEqual(
      [0, 1, 2].map((c) => at(c, 8, 0)),
      [0.5, -0.5, -0.5],
    );
    assert.deepEqual(
      [0, 1, 2].map((c) => at(c, 23, 15)),
      [0.5, 0.5, 0.5],
    );
  });
});

describe("a grid on its way back", () => {
  it("covers its own part of the picture and no more", () => {
    const input = inputOf({ fit: "letterbox", width: 32, height: 16 });
    const placement = placePicture({ width: 4, height: 4 }, input);
    // The picture lies from 8 to 24; the grid covers its right half, the clip the upper half of that.
    const values = raster(1, 1, 2, Float32Array.of(0.25, 0.75));
    const covers = { left: 16, top: 0, right: 24, bottom: 16 };
    const within = { ...covers, bottom: 8 };
    const size = { width: 4, height: 4 };
    const pasted = pasteGrid({ values, covers }, placement, size, within, -1);
    // prettier-ignore
    assert.deepEqual([...pasted], [
      -1, -1, 0.25, 0.75,
      -1, -1, 0.25, 0.75,
      -1, -1, -1, -1,
      -1, -1, -1, -1,
    ]);
  });
});
