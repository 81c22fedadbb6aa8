import assert from "node:assert/strict";
import { translation } from "../../../src/kernels/homography.ts";
import {
  longGaps,
  stoodStill,
} from "../../../src/vision/motion/standing-camera.ts";

describe("a camera that may stand still", () => {
  it("is looked at over gaps of a third of the clip where the measured motion adds up", () => {
    const gaps = longGaps(
      60,
      (a, b) => translation(0.4 * (b - a), 0),
      448,
      252,
    );
    assert.equal(gaps.length, 8);
    assert.ok(gaps.every(({ from, to }) => to - from === 20 && to < 60));
  });

  it("is not looked at where it stands still as measured", () => {
    const still = longGaps(60, () => translation(0.5, -0.5), 448, 252);
    assert.deepEqual(still, []);
    assert.equal(stoodStill([]), false);
  });

  it("stood still where no motion explains distant frames better than what was measured", () => {
    assert.ok(
      stoodStill([
        { moved: 0.05, still: 0.045 },
        { moved: 0.04, still: 0.041 },
        { moved: null, still: 0.01 },
      ]),
    );
    assert.ok(!stoodStill([{ moved: 0.02, still: 0.06 }]));
  });
});
