import assert from "node:assert/strict";
import { sameGround } from "../../../src/vision/background/same-ground.ts";
import { constant } from "../seeded.ts";

const SIZE = 80;
const AREA = SIZE * SIZE;
const NEAR = 10;

/** Distance to a disc in the middle, 12 pixels wide to each side. */
const distance = Float32Array.from({ length: AREA }, (_, i) =>
  Math.max(0, Math.hypot((i % SIZE) - 40, Math.floor(i / SIZE) - 40) - 12),
);
const known = Uint8Array.from(distance, (d) => (d > 0 ? 1 : 0));

describe("the same ground farther off", () => {
  it("is all of it around a glow, which changes the rim alike", () => {
    const picture = constant(3, SIZE, SIZE, 0.3);
    distance.forEach((d, i) => {
      if (d <= NEAR) picture.data[i] = 0.7 - 0.02 * d;
    });
    const same = sameGround(picture, known, distance, NEAR);
    distance.forEach((d, i) => {
      assert.equal(same[i], d > NEAR ? 1 : 0);
    });
  });

  it("is not the hedge above a fence", () => {
    const picture = constant(3, SIZE, SIZE, 0.6);
    const hedge = 20 * SIZE;
    for (let c = 0; c < 3; c++)
      picture.data.fill(c === 1 ? 0.3 : 0.1, c * AREA, c * AREA + hedge);
    const same = sameGround(picture, known, distance, NEAR);
    distance.forEach((d, i) => {
      assert.equal(same[i], d > NEAR && i >= hedge ? 1 : 0);
    });
  });
});
