import assert from "node:assert/strict";
import {
  conformedRate,
  isSteady,
  paceFrames,
} from "../../src/media/frame-pacing.ts";

const rate = (numerator: number, denominator = 1) => ({
  numerator,
  denominator,
});
const every = (microseconds: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => Math.round(k * microseconds));

describe("frames of a varying rate", () => {
  it("are told from those whose times are only rounded", () => {
    const rounded = every(1001 / 30, 900).map((ms) => ms * 1000);
    assert.ok(isSteady(rounded, rate(30000, 1001)));
    assert.ok(!isSteady(every(40_000, 200), rate(30)));
    assert.ok(!isSteady([0, 40e3, 80e3, 160e3, 200e3], rate(25)));
  });

  it("are shown at the rate of most of them, or at their average", () => {
    const skipping = every(33_333, 60).filter((_, k) => k % 20 !== 7);
    assert.deepEqual(conformedRate(skipping), rate(30));
    const halved = every(20_000, 60).filter((_, k) => k % 3 !== 1);
    assert.deepEqual(conformedRate(halved), rate(30));
  });

  it("are shown when they were, for as long as they were", () => {
    // Two frames at 25 a second, one that stays for three intervals, then two more.
    const { frames, codedCount } = paceFrames(
      [0, 40e3, 80e3, 200e3, 240e3],
      rate(25),
    );
    assert.equal(codedCount, 5);
    assert.deepEqual(frames, [0, 1, 2, 2, 2, 3, 4]);
  });

  it("are left out where two stand in the time of one", () => {
    const { frames } = paceFrames(every(20_000, 10), rate(25));
    assert.deepEqual(frames, [0, 2, 4, 6, 8]);
  });

  it("last as long as before, within half a frame, whatever the times", () => {
    let seed = 7;
    const random = (): number =>
      (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let trial = 0; trial < 200; trial++) {
      let at = 0;
      const times = Array.from(
        { length: 2 + Math.floor(random() * 60) },
        () => (at += 5_000 + Math.floor(random() * 90_000)),
      );
      const steps = times.slice(1).map((time, k) => time - times[k]!);
      const median = steps.sort((a, b) => a - b)[steps.length >> 1]!;
      const to = conformedRate(times);
      const { frames } = paceFrames(times, to);
      const seconds = (frames.length * to.denominator) / to.numerator;
      const lasted = (times.at(-1)! - times[0]! + median) / 1e6;
      assert.ok(
        Math.abs(seconds - lasted) <= (0.5001 * to.denominator) / to.numerator,
      );
      assert.ok(frames.every((frame, k) => k === 0 || frame >= frames[k - 1]!));
    }
  });
});
