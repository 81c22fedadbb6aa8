import assert from "node:assert/strict";
import {
  describeReport,
  doubtsOf,
} from "../../src/document/describe-report.ts";
import type { QualityReport } from "../../src/units/quality-report.ts";

const report: QualityReport = {
  expected: 38.4,
  grade: "good",
  neverSeen: 0.01,
  neverFree: 0.1,
  farResidual: 0.004,
  unrest: 0,
  leftOver: 0.0001,
  heldOut: 36.2,
};

describe("a quality report in words", () => {
  it("is one line where nothing speaks against the result", () => {
    assert.deepEqual(describeReport(report), [
      "Likely quality: good; background beneath the layers about 38 dB. Hidden on purpose, the clip's own background came back to 36 dB.",
    ]);
  });

  it("says what weighs most first, in no more than three lines", () => {
    const doubted: QualityReport = {
      ...report,
      grade: "poor",
      neverSeen: 0.1,
      neverFree: 0.9,
      leftOver: 0.007,
      farResidual: 0.1,
      heldOut: null,
    };
    assert.deepEqual(
      doubtsOf(doubted).map(({ kind }) => kind),
      ["restless", "standing", "invented", "left"],
    );
    const lines = describeReport(doubted);
    assert.equal(lines.length, 3);
    assert.match(lines[0]!, /poor.*No background could be hidden/);
    assert.match(lines[2]!, /^90 % of what lies around the subjects/);
  });
});
