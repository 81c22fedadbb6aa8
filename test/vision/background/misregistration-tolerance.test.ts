import assert from "node:assert/strict";
import { widenSpread } from "../../../src/vision/background/misregistration-tolerance.ts";
import { constant } from "../seeded.ts";

describe("the spread of a background that fits badly", () => {
  // Left half dark, right half light: one edge between flat grounds.
  const step = constant(3, 20, 40, 0.2);
  for (let i = 0; i < step.data.length; i++) {
    if (i % 40 >= 20) step.data[i] = 0.8;
  }
  const spread = constant(1, 20, 40, 0.01);

  it("grows at edges and nowhere else", () => {
    const wide = widenSpread(spread, step, 0.02);
    assert.ok(Math.abs(wide.data[10 * 40 + 20]! - 0.31) < 1e-5);
    assert.ok(Math.abs(wide.data[10 * 40 + 5]! - 0.01) < 1e-6);
  });

  it("stays as it is where the background fits or nothing is known", () => {
    assert.equal(widenSpread(spread, step, 0.004), spread);
    assert.equal(widenSpread(spread, step, undefined), spread);
  });
});
