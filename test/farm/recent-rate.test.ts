import assert from "node:assert/strict";
import { RecentRate } from "../../src/farm/recent-rate.ts";

describe("how many tasks are answered a minute", () => {
  it("is counted over the last minute, from a second on", () => {
    let now = 0;
    const rate = new RecentRate(() => now);
    const after = (milliseconds: number, answered: number): number => {
      now += milliseconds;
      rate.add(answered);
      return Math.round(rate.perMinute());
    };
    assert.equal(after(500, 10), 0);
    assert.equal(after(1500, 10), 600);
    for (let second = 2; second < 70; second++) after(1000, 5);
    assert.equal(after(1000, 5), 300);
    // The queue stands still.
    for (let second = 0; second < 30; second++) after(1000, 0);
    assert.equal(after(0, 0), 150);
    for (let second = 0; second < 40; second++) after(1000, 0);
    assert.equal(after(0, 0), 0);
  });
});
