import assert from "node:assert/strict";
import {
  thinPartAlpha,
  withThinParts,
} from "../../../src/vision/matting/thin-parts.ts";
import { raster } from "../../../src/kernels/raster.ts";

const [width, height] = [64, 48];
const area = width * height;

type Paint = (x: number, y: number) => boolean;

/** A box is the subject, on grey ground that is darker right of the middle; `what` is painted over the ground in a colour. */
function scene(what: Paint, colour: readonly number[], subjects = 1) {
  const background = raster(3, height, width);
  for (let i = 0; i < area; i++)
    for (let c = 0; c < 3; c++)
      background.data[c * area + i] = i % width < width / 2 ? 0.5 : 0.2;
  const frame = raster(3, height, width, background.data.slice());
  const masks = raster(subjects, height, width);
  for (let i = 0; i < area; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (what(x, y))
      for (let c = 0; c < 3; c++) frame.data[c * area + i] = colour[c]!;
    for (let k = 0; k < subjects; k++)
      if (isBox(x - SECOND * k, y)) {
        masks.data[k * area + i] = 1;
        for (let c = 0; c < 3; c++)
          frame.data[c * area + i] = [0.9, 0.1, 0.1][c]!;
      }
  }
  const spread = raster(1, height, width);
  return { frame, background, spread, masks, unit: 1 };
}

/** Columns by which the second subject's box is farther right. */
const SECOND = 29;

const isBox: Paint = (x, y) => x >= 6 && x < 16 && y >= 16 && y < 36;
const white = [0.95, 0.95, 0.9];
const pole: Paint = (x, y) => x >= 16 && x < 30 && (y === 20 || y === 21);

/** Pixels that belong to subject `k` beside those of its mask. */
function added(what: Paint, colour: readonly number[], subjects = 1, k = 0) {
  const given = scene(what, colour, subjects);
  const masks = withThinParts(given);
  const found: string[] = [];
  for (let i = 0; i < area; i++)
    if (masks.data[k * area + i]! > given.masks.data[k * area + i]!)
      found.push(`${i % width},${Math.floor(i / width)}`);
  return found;
}

describe("what is thin and hangs together with a subject", () => {
  it("is the subject's, light or black", () => {
    for (const colour of [white, [0.02, 0.02, 0.02]]) {
      const found = added(pole, colour);
      assert.equal(found.length, 28);
      assert.ok(found.includes("29,20") && found.includes("16,21"));
    }
  });

  it("is nobody's where it does not reach one", () => {
    assert.deepEqual(
      added((x, y) => x > 20 && pole(x, y), white),
      [],
    );
  });

  it("is that subject's which it touches", () => {
    const toSecond: Paint = (x, y) => x >= 24 && x < 34 && y === 25;
    assert.deepEqual(added(toSecond, white, 2, 0), []);
    assert.equal(added(toSecond, white, 2, 1).length, 10);
  });

  it("is no more than what is thin of something wide", () => {
    const wide: Paint = (x, y) => x >= 16 && x < 30 && y >= 17 && y < 27;
    assert.deepEqual(added(wide, white), []);
  });

  it("is no shadow, be it as thin", () => {
    assert.deepEqual(added(pole, [0.3, 0.31, 0.33]), []);
  });

  it("is no edge of the background that is a pixel off", () => {
    const middle = width / 2;
    const edge: Paint = (x, y) => x === middle && y > 10 && y < 40;
    // The lighter half of the ground goes on for one pixel, right beside the second subject's box.
    const beside = [0.34, 0.34, 0.34];
    assert.deepEqual(added(edge, beside, 2, 1), []);
    const beyond: Paint = (x, y) => edge(x - 1, y);
    assert.notDeepEqual(added(beyond, beside, 2, 1), []);
  });
});

describe("the least alpha of a mask's thin parts", () => {
  /** Of a mask that has the pole as well, at some pixels. */
  function leastAt(colour: readonly number[], ...pixels: [number, number][]) {
    const given = scene(pole, colour);
    for (let i = 0; i < area; i++)
      if (pole(i % width, Math.floor(i / width))) given.masks.data[i] = 1;
    const { data } = thinPartAlpha(given);
    return pixels.map(([x, y]) => data[y * width + x]);
  }

  it("is 1 where they surely stand before the background, and 0 on all that is wide", () => {
    const found = leastAt(white, [20, 20], [28, 21], [10, 25], [20, 24]);
    assert.deepEqual(found, [1, 1, 0, 0]);
  });

  it("is 0 where the mask goes on over nothing but ground or its shadow", () => {
    assert.deepEqual(leastAt([0.5, 0.5, 0.5], [20, 20]), [0]);
    assert.deepEqual(leastAt([0.3, 0.3, 0.33], [20, 20]), [0]);
  });
});
