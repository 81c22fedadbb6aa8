import assert from "node:assert/strict";
import type { Pixels } from "../../src/panel/pixels.ts";
import { wiped } from "../../src/panel/wipe.ts";

/** An opaque picture whose red is told by its pixel's place. */
function picture(
  width: number,
  height: number,
  red: (x: number, y: number) => number,
): Pixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++)
    data[4 * i] = red(i % width, Math.floor(i / width));
  return { width, height, data };
}
const redOf = ({ data }: Pixels): number[] =>
  [...data].filter((_, i) => i % 4 === 0);

describe("a wipe", () => {
  const layers = picture(4, 2, () => 9);

  it("shows the clip left of the line and the layers right of it", () => {
    const clip = picture(4, 2, (x, y) => 10 * y + x);
    assert.deepEqual(
      redOf(wiped(layers, clip, 0.5)),
      [0, 1, 9, 9, 10, 11, 9, 9],
    );
    assert.deepEqual(redOf(wiped(layers, clip, 0)), redOf(layers));
    assert.deepEqual(redOf(wiped(layers, clip, 1)), redOf(clip));
    assert.deepEqual(redOf(layers), Array(8).fill(9));
  });

  it("shows the clip's nearest pixels where the picture is smaller", () => {
    const clip = picture(8, 4, (x, y) => 10 * y + x);
    assert.deepEqual(
      redOf(wiped(layers, clip, 0.5)),
      [0, 2, 9, 9, 20, 22, 9, 9],
    );
  });
});
