import assert from "node:assert/strict";
import { resizeByArea } from "../../src/media/area-resize.ts";
import { box } from "./sample-images.ts";

const sum = (values: Uint8Array): number => values.reduce((a, b) => a + b, 0);

describe("resizeByArea", () => {
  it("averages the area that a target pixel covers", () => {
    const source = new Uint8Array([0, 100, 200, 40, 60, 80]);
    const target = resizeByArea(
      source,
      { width: 3, height: 2 },
      { width: 1, height: 1 },
    );
    assert.deepEqual([...target], [80]);
    const uneven = resizeByArea(
      new Uint8Array([0, 90, 255]),
      { width: 3, height: 1 },
      { width: 2, height: 1 },
    );
    // Each target pixel covers 1.5 source pixels: (0 + 90/2)/1.5 and (90/2 + 255)/1.5.
    assert.deepEqual([...uneven], [30, 200]);
  });

  it("leaves a plane of the same size as it is", () => {
    const source = box(31, 17, [3, 4, 20, 11]);
    const size = { width: 31, height: 17 };
    assert.deepEqual(resizeByArea(source, size, size), source);
  });

  it("keeps the covered share of the picture, to smaller and to larger sizes", () => {
    const size = { width: 120, height: 90 };
    const source = box(120, 90, [13, 7, 71, 66]);
    const share = sum(source) / source.length;
    for (const target of [
      { width: 31, height: 17 },
      { width: 77, height: 200 },
      { width: 333, height: 91 },
    ]) {
      const resized = resizeByArea(source, size, target);
      assert.equal(resized.length, target.width * target.height);
      assert.ok(Math.abs(sum(resized) / resized.length - share) < 0.5);
    }
  });

  it("stays white where all is white", () => {
    const white = new Uint8Array(50 * 40).fill(255);
    const resized = resizeByArea(
      white,
      { width: 50, height: 40 },
      { width: 37, height: 53 },
    );
    assert.ok(resized.every((value) => value === 255));
  });
});
