import assert from "node:assert/strict";
import { seededRandom } from "../../../src/autodiff/seeded-random.ts";
import { orderStatistic } from "../../../src/kernels/order-statistic.ts";

describe("the order statistic", () => {
  it("is what sorting would put at every rank, ties and order notwithstanding", () => {
    const random = seededRandom(5);
    for (const [length, levels] of [
      [1, 9],
      [2, 2],
      [60, 4],
      [61, 1000],
      [64, 1],
    ] as const) {
      const values = Float32Array.from({ length }, () => random.below(levels));
      const sorted = values.slice().sort();
      for (let rank = 0; rank < length; rank++)
        assert.equal(orderStatistic(values.slice(), rank), sorted[rank]);
    }
  });

  it("looks at the first values only when told how many there are", () => {
    const values = Float32Array.of(5, 3, 4, 0, 0, 0);
    assert.equal(orderStatistic(values, 1, 3), 4);
  });
});
