import assert from "node:assert/strict";
import path from "node:path";
import { LaminaError } from "../../src/errors/failure.ts";
import {
  describeGaps,
  fillGaps,
  findGaps,
  orderSequence,
} from "../../src/media/image-sequence.ts";

const order = (...names: string[]) => {
  const { files, numbers } = orderSequence("clip", names);
  return { names: files.map((file) => path.basename(file)), numbers };
};
const refused = (names: string[], pattern: RegExp): void => {
  assert.throws(
    () => orderSequence("clip", names),
    (error) =>
      error instanceof LaminaError &&
      error.failure.code === "sequence-unclear" &&
      pattern.test(error.failure.detail),
  );
};

describe("a folder's images", () => {
  it("are ordered by the number that counts them, padded or not, wherever it stands", () => {
    assert.deepEqual(order("f10.png", "f9.png", "f11.png").names, [
      "f9.png",
      "f10.png",
      "f11.png",
    ]);
    assert.deepEqual(
      order("shot2_0010.v3.png", "shot2_0009.v3.png").numbers,
      [9, 10],
    );
    assert.deepEqual(
      order("0086400.JPG", "0086401.jpg", "0086402.jpeg").numbers,
      [86400, 86401, 86402],
    );
  });

  it("count from below zero where only some have a minus", () => {
    const { names, numbers } = order(
      "frame_-1.png",
      "frame_-2.png",
      "frame_0.png",
      "frame_1.png",
    );
    assert.deepEqual(names, [
      "frame_-2.png",
      "frame_-1.png",
      "frame_0.png",
      "frame_1.png",
    ]);
    assert.deepEqual(numbers, [-2, -1, 0, 1]);
    assert.deepEqual(order("shot-2.png", "shot-1.png").numbers, [1, 2]);
  });

  it("are refused where they could be more than one sequence", () => {
    refused(["1.png", "1.jpg"], /1\.jpg and 1\.png/);
    refused(["1.png", "2.png", "01.png"], /number 1 twice/);
    refused(["1.png", "2.png", "cover.png"], /cover\.png does not belong/);
    refused(["a_1.png", "a_2.png", "b_1.png"], /b_1\.png does not belong/);
  });

  it("are ordered by the alphabet without numbers, and as dates where several count", () => {
    assert.deepEqual(order("b.png", "a.png"), {
      names: ["a.png", "b.png"],
      numbers: undefined,
    });
    assert.equal(
      order("2024-01-02_1159.png", "2024-01-03_0001.png").numbers,
      undefined,
    );
  });

  it("leave out numbers that are named, or held when that is allowed", () => {
    const sequence = orderSequence(
      "clip",
      [1, 2, 3, 4, 7, 8, 9, 12].map((n) => `${n}.png`),
    );
    assert.equal(describeGaps(findGaps(sequence.numbers!)), "5, 6, 10, 11");
    assert.throws(
      () => fillGaps("clip", sequence, false),
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "sequence-gaps" &&
        error.failure.missing === "5, 6, 10, 11",
    );
    const { files, held } = fillGaps("clip", sequence, true);
    assert.deepEqual(held, [4, 5, 9, 10]);
    assert.deepEqual(
      files.map((file) => path.basename(file, ".png")),
      ["1", "2", "3", "4", "4", "4", "7", "8", "9", "9", "9", "12"],
    );
  });

  it("leave none out where all lie ten or more apart", () => {
    assert.deepEqual(findGaps([0, 40, 80, 120]), []);
    assert.equal(findGaps([1, 3, 5]).length, 2);
  });

  it("that leave out thousands are named by ranges", () => {
    assert.equal(
      describeGaps([
        [5, 2004],
        [2006, 2006],
      ]),
      "5-2004, 2006",
    );
  });
});
