import assert from "node:assert/strict";
import fc from "fast-check";
import {
  describeTried,
  isWorthTrying,
  TRIAL_FRAMES,
  trialRange,
} from "../../src/panel/trial.ts";

describe("frames that are tried first", () => {
  it("lie around the playhead, within the clip, as many as a trial has", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 36, max: 10_000 }),
        fc.integer({ min: -20_000, max: 20_000 }),
        (frameCount, at) => {
          const { startInclusive, endExclusive } = trialRange(frameCount, at);
          assert.ok(startInclusive >= 0 && endExclusive <= frameCount);
          assert.equal(endExclusive - startInclusive, TRIAL_FRAMES);
          if (at >= 0 && at < frameCount)
            assert.ok(startInclusive <= at && at < endExclusive);
        },
      ),
    );
    assert.equal(describeTried(trialRange(88, 24)), "frames 13 to 36");
  });

  it("are offered only where the clip is a good deal longer", () => {
    assert.equal(isWorthTrying(35), false);
    assert.equal(isWorthTrying(36), true);
  });
});
