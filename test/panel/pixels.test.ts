import assert from "node:assert/strict";
import { encodeSimplePng } from "../../src/dev/png-codec.ts";
import { encodePng as encodeLayer } from "../../src/media/write-png.ts";
import { decodePng } from "../../src/panel/decode-png.ts";
import {
  alphaOf,
  composite,
  difference,
  overCheckerboard,
  underDoubt,
  type Pixels,
} from "../../src/panel/pixels.ts";

/** A picture of one row. */
const row = (...pixels: readonly (readonly number[])[]): Pixels => ({
  width: pixels.length,
  height: 1,
  data: new Uint8ClampedArray(pixels.flat()),
});
const opaque = (...values: readonly number[]): number[] => [...values, 255];

/** The bytes as a buffer of their own. */
const bufferOf = (bytes: Uint8Array): ArrayBuffer =>
  new Uint8Array(bytes).buffer;

describe("the viewer's pixels", () => {
  it("keeps colour under low and no alpha when it decodes", () => {
    const data = new Uint8Array([200, 100, 50, 4, 7, 8, 9, 0]);
    const file = encodeSimplePng({ width: 2, height: 1, data });
    assert.deepEqual([...decodePng(bufferOf(file)).data], [...data]);
  });

  it("decodes what the engine writes, with and without alpha", async () => {
    for (const channels of [3, 4] as const) {
      const data = Uint8Array.from(
        { length: 5 * 7 * channels },
        (_, i) => (i * 37) & 255,
      );
      const file = await encodeLayer(data, 5, 7, channels);
      const pixels = decodePng(bufferOf(file));
      for (let i = 0; i < 35; i++) {
        for (let c = 0; c < 4; c++) {
          const expected = c < channels ? data[i * channels + c] : 255;
          assert.equal(pixels.data[4 * i + c], expected);
        }
      }
    }
  });

  it("lays layers over one another as they were made to be", () => {
    const bottom = row(opaque(100, 0, 255), opaque(10, 20, 30));
    const top = row([200, 100, 50, 51], [255, 255, 255, 0]);
    const { data } = composite(bottom, [bottom, top]);
    assert.deepEqual([...data], [120, 20, 214, 255, 10, 20, 30, 255]);
  });

  it("shows alpha as grey, and what is not there as a checkerboard", () => {
    const layer = row([9, 9, 9, 77], [1, 2, 3, 255]);
    assert.deepEqual([...alphaOf(layer).data.slice(0, 4)], opaque(77, 77, 77));
    const { data } = overCheckerboard(layer);
    assert.deepEqual([...data.slice(4)], opaque(1, 2, 3));
    assert.ok(data[0]! > 9 && data[3] === 255);
  });

  it("makes small differences visible and names the largest", () => {
    const a = row(opaque(10, 10, 10), opaque(0, 0, 0));
    const b = row(opaque(10, 12, 10), opaque(0, 0, 200));
    const { picture, largest } = difference(a, b);
    assert.equal(largest, 200);
    assert.deepEqual([...picture.data], [0, 32, 0, 255, 0, 0, 255, 255]);
    assert.equal(difference(a, a).largest, 0);
  });

  it("cover a background with red where it was invented, and leave it where it is known", () => {
    const picture = {
      width: 4,
      height: 2,
      data: new Uint8ClampedArray(4 * 2 * 4).fill(100),
    };
    // Half as large: known to the left, invented to the right.
    const confidence = {
      width: 2,
      height: 1,
      data: Uint8ClampedArray.of(255, 255, 255, 255, 0, 0, 0, 255),
    };
    const { data } = underDoubt(picture, confidence);
    for (const at of [0, 1, 4, 5])
      assert.deepEqual([...data.slice(4 * at, 4 * at + 3)], [100, 100, 100]);
    for (const at of [2, 3, 6, 7]) {
      const [red, green, blue] = data.slice(4 * at, 4 * at + 3);
      assert.ok(red! > 180 && green! < 70 && blue! < 70);
    }
  });
});
