import assert from "node:assert/strict";
import {
  describeFrameRange,
  openEnd,
  parseFrameRange,
  resolveFrameRange,
} from "../../src/units/frame-range.ts";

describe("parseFrameRange", () => {
  it("turns frames counted from 1 into a half-open range from 0", () => {
    assert.deepEqual(parseFrameRange("12-84"), {
      startInclusive: 11,
      endExclusive: 84,
    });
    assert.deepEqual(parseFrameRange(" 7 "), {
      startInclusive: 6,
      endExclusive: 7,
    });
  });

  it("reads an open range as one to the end of the clip", () => {
    assert.deepEqual(parseFrameRange("12-"), {
      startInclusive: 11,
      endExclusive: openEnd,
    });
  });

  it("refuses what is no range or runs backwards", () => {
    for (const text of [
      "",
      "-",
      "-5",
      "0-5",
      "0",
      "9-3",
      "a-b",
      "1-2-3",
      "1.5-3",
    ]) {
      assert.equal(parseFrameRange(text), undefined, text);
    }
  });

  it("survives JSON with an open end", () => {
    const range = parseFrameRange("3-");
    assert.deepEqual(JSON.parse(JSON.stringify(range)), range);
  });
});

describe("describeFrameRange", () => {
  it("writes what parseFrameRange reads", () => {
    for (const text of ["12-84", "12-", "7-7"]) {
      assert.equal(describeFrameRange(parseFrameRange(text)!), text);
    }
  });
});

describe("resolveFrameRange", () => {
  it("ends an open range with the clip", () => {
    assert.deepEqual(resolveFrameRange(parseFrameRange("3-")!, 10), {
      startInclusive: 2,
      endExclusive: 10,
    });
  });

  it("refuses a range that does not lie inside the clip", () => {
    assert.equal(resolveFrameRange(parseFrameRange("3-11")!, 10), undefined);
    assert.equal(resolveFrameRange(parseFrameRange("11-")!, 10), undefined);
    assert.deepEqual(resolveFrameRange(parseFrameRange("1-10")!, 10), {
      startInclusive: 0,
      endExclusive: 10,
    });
  });
});
