import assert from "node:assert/strict";
import {
  isImageName,
  isStillName,
} from "../../src/job-contract/image-format.ts";
import {
  framePattern,
  numberedPng,
} from "../../src/job-contract/frame-files.ts";
import { frameFileName } from "../../src/document/layers-document.ts";
import { qualities, trainingShare } from "../../src/job-contract/quality.ts";
import { stageTitle } from "../../src/job-contract/stages.ts";
import {
  evenlySpaced,
  evenlySpacedWithEnds,
} from "../../src/units/evenly-spaced.ts";

describe("what all faces of a job agree on", () => {
  it("names the qualities from the quickest on", () => {
    const shares = qualities.map(trainingShare);
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.equal(trainingShare("standard"), 1);
  });

  it("numbers frames as the document's patterns do", () => {
    for (const index of [0, 98, 99_998, 99_999]) {
      const byPattern = frameFileName(framePattern("walker"), index + 1);
      assert.equal(byPattern, `walker/${numberedPng(index)}`);
    }
  });

  it("takes images by their endings, whatever their case, and leaves hidden files alone", () => {
    assert.ok(isImageName("A.PNG") && isImageName("b.jpeg"));
    assert.ok(!isImageName(".a.png") && !isImageName("a.gif"));
    assert.ok(isStillName("/clips/a.TIF") && isStillName("a.jpg"));
  });

  it("calls a stage that it does not know by its own name", () => {
    assert.equal(stageTitle("compose"), "Write the layers");
    assert.equal(stageTitle("polish"), "polish");
  });

  it("spreads indices within what there is, in order", () => {
    assert.deepEqual(evenlySpaced(10, 5), [1, 3, 5, 7, 9]);
    assert.deepEqual(evenlySpacedWithEnds(10, 4), [0, 3, 6, 9]);
    assert.deepEqual(evenlySpacedWithEnds(1, 1), [0]);
  });
});
