import assert from "node:assert/strict";
import {
  firstToFill,
  hiddenArea,
} from "../../../src/vision/background/first-to-fill.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";

/** A square of 4 pixels' side in a picture of 10, its corner at a place. */
function square(left: number, top: number): { wanted: Raster; count: Raster } {
  const wanted = raster(1, 10, 10);
  const count = raster(1, 10, 10);
  for (let i = 0; i < 100; i++) {
    const x = (i % 10) - left;
    const y = Math.floor(i / 10) - top;
    const inside = x >= 0 && x < 4 && y >= 0 && y < 4;
    wanted.data[i] = inside ? 1 : 0;
    count.data[i] = inside ? 0 : 1;
  }
  return { wanted, count };
}

describe("what a canvas hides", () => {
  it("is known all around, or cut by the border or by what no frame sees", () => {
    const { wanted, count } = square(3, 3);
    assert.deepEqual(hiddenArea(wanted, count), { pixels: 16, surrounded: 1 });
    for (let y = 0; y < 10; y++) count.data[y * 10 + 7] = 0;
    assert.deepEqual(hiddenArea(wanted, count), {
      pixels: 16,
      surrounded: 0.75,
    });
    const cut = square(0, 6);
    assert.deepEqual(hiddenArea(cut.wanted, cut.count), {
      pixels: 16,
      surrounded: 0.5,
    });
  });
});

describe("the canvas that is filled first", () => {
  it("hides most of those whose hole is known all around", () => {
    const areas = [
      { pixels: 900, surrounded: 0.7 },
      { pixels: 500, surrounded: 0.99 },
      { pixels: 600, surrounded: 0.98 },
      { pixels: 0, surrounded: 1 },
    ];
    assert.equal(firstToFill(areas), 2);
  });

  it("has the best known rim where none is known all around", () => {
    const areas = [
      { pixels: 900, surrounded: 0.7 },
      { pixels: 500, surrounded: 0.8 },
    ];
    assert.equal(firstToFill(areas), 1);
  });
});
