import assert from "node:assert/strict";
import { describeLeft } from "../../src/panel/left-over.ts";

describe("what removed layers have left", () => {
  const left = (emptyTracks: number, liftedStay = false) => ({
    sourceEnabled: true,
    emptyTracks,
    liftedStay,
  });

  it("is not spoken of where it is nothing, or as ever in UXP", () => {
    assert.equal(describeLeft(left(0), "extendscript"), undefined);
    assert.equal(describeLeft(left(3), "uxp"), undefined);
  });

  it("is said in one sentence with what to do", () => {
    for (const [words, problem] of [
      [/1 empty track stays/, describeLeft(left(1), "extendscript")],
      [/2 empty tracks stay/, describeLeft(left(2), "extendscript")],
      [/higher tracks/, describeLeft(left(0, true), "uxp")],
    ] as const) {
      assert.match(problem!.sentence, words);
      assert.match(problem!.sentence, /^[^.\n]+\.$/);
      assert.match(problem!.action, /^[^.\n]+\.$/);
    }
  });
});
