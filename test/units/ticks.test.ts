import assert from "node:assert/strict";
import {
  frameRateOfTicks,
  parseTicks,
  secondsOfTicks,
  ticks,
  ticksPerFrame,
  wholeFrames,
} from "../../src/units/ticks.ts";

const rates: readonly (readonly [number, number, bigint])[] = [
  [24000, 1001, 10594584000n],
  [24, 1, 10584000000n],
  [25, 1, 10160640000n],
  [30000, 1001, 8475667200n],
  [50, 1, 5080320000n],
  [60000, 1001, 4237833600n],
];

describe("ticks", () => {
  it("give every usual rate a whole number to the frame, and the rate back", () => {
    for (const [numerator, denominator, expected] of rates) {
      const rate = { numerator, denominator };
      assert.equal(ticksPerFrame(rate), expected);
      assert.deepEqual(frameRateOfTicks(ticks(expected)), rate);
    }
  });

  it("refuse rates that do not divide them", () => {
    const rate = { numerator: 11, denominator: 1 };
    assert.throws(() => ticksPerFrame(rate), RangeError);
    assert.throws(() => frameRateOfTicks(ticks(0n)), RangeError);
  });

  it("stay exact beyond what a double holds", () => {
    const tenHours = parseTicks("9144576000000001");
    assert.equal(tenHours, 9144576000000001n);
    assert.equal(Math.round(secondsOfTicks(tenHours)), 36000);
    assert.equal(parseTicks("-400000"), -400000n);
    for (const text of ["", "1.5", "1e9", " 1", "0x1"]) {
      assert.throws(() => parseTicks(text), RangeError);
    }
  });

  it("count whole frames only", () => {
    const frame = ticksPerFrame({ numerator: 25, denominator: 1 });
    assert.equal(wholeFrames(ticks(7n * frame), frame), 7);
    assert.equal(wholeFrames(ticks(7n * frame + 1n), frame), undefined);
  });
});
