import assert from "node:assert/strict";
import { rankCorrelation } from "../../bench/rank-correlation.ts";

describe("a rank correlation", () => {
  it("is 1 for any rising relation and −1 for any falling one", () => {
    const values = [3, 1, 2, 10, 7];
    const cubes = values.map((v) => v ** 3);
    assert.ok(Math.abs(rankCorrelation(values, cubes) - 1) < 1e-12);
    const falling = values.map((v) => 1 / v);
    assert.ok(Math.abs(rankCorrelation(values, falling) + 1) < 1e-12);
  });

  it("shares the ranks of what is equal", () => {
    // Ranks 0, 1½, 1½, 3 against 0, 1, 2, 3.
    const found = rankCorrelation([1, 2, 2, 5], [1, 2, 3, 4]);
    assert.ok(Math.abs(found - 4.5 / Math.sqrt(4.5 * 5)) < 1e-12);
  });
});
