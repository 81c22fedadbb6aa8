import assert from "node:assert/strict";
import {
  type Box,
  boxesBeyond,
} from "../../../src/vision/association/beyond-border.ts";

/** A grid of 40 by 30. */
const beyond = (boxes: readonly (Box | undefined)[]) =>
  boxesBeyond(boxes, 40, 30);

/** What of a box of 6 by 10, whose right edge is at `right`, lies within the picture; undefined where nothing does. */
const seen = (right: number): Box | undefined => {
  const box = { left: right - 6, top: 12, right, bottom: 22 };
  const [left, end] = [Math.max(0, box.left), Math.min(40, box.right)];
  return left < end ? { ...box, left, right: end } : undefined;
};

describe("a subject beyond the border", () => {
  it("is where it comes from, at its pace and in its size", () => {
    const rights = Array.from({ length: 16 }, (_, t) => -7 + 2 * t);
    const found = beyond(rights.map(seen));
    // Right edges of −7, −5, −3 and −1; then it is in the picture.
    assert.deepEqual(found.slice(0, 4), [
      { left: -13, top: 12, right: -7, bottom: 22 },
      { left: -11, top: 12, right: -5, bottom: 22 },
      { left: -9, top: 12, right: -3, bottom: 22 },
      { left: -7, top: 12, right: -1, bottom: 22 },
    ]);
    assert.ok(found.slice(4).every((box) => box === undefined));
  });

  it("is where it has gone to, by each of the four borders", () => {
    const turned = (box: Box | undefined, turn: (box: Box) => Box) =>
      box && turn(box);
    const leaving = Array.from({ length: 14 }, (_, t) => seen(17 - 2 * t));
    const last = { left: -13, top: 12, right: -7, bottom: 22 };
    assert.deepEqual(beyond(leaving)[12], last);
    const mirror = ({ left, right, ...box }: Box): Box => ({
      ...box,
      left: 40 - right,
      right: 40 - left,
    });
    const mirrored = leaving.map((box) => turned(box, mirror));
    assert.deepEqual(beyond(mirrored)[12], mirror(last));
    const tip = ({ left, top, right, bottom }: Box): Box => ({
      left: top,
      top: left,
      right: bottom,
      bottom: right,
    });
    const upward = leaving.map((box) => turned(box, tip));
    assert.deepEqual(boxesBeyond(upward, 30, 40)[12], tip(last));
    const flip = (box: Box): Box => ({
      ...box,
      top: 40 - box.bottom,
      bottom: 40 - box.top,
    });
    const downward = upward.map((box) => turned(box, flip));
    assert.deepEqual(boxesBeyond(downward, 30, 40)[12], flip(tip(last)));
  });

  it("is nowhere once it is farther away than it is large", () => {
    const leaving = Array.from({ length: 24 }, (_, t) => seen(17 - 3 * t));
    const found = beyond(leaving);
    const frames = [...found.keys()].filter((t) => found[t] !== undefined);
    // Its right edge is at −1, −4, −7 and −10, ten pixels away.
    assert.deepEqual(frames, [6, 7, 8, 9]);
  });

  it("is nowhere when its mask ends within the picture, or at a border along which it goes", () => {
    const within = Array.from({ length: 8 }, (_, t) =>
      t < 5 ? seen(20 - t) : undefined,
    );
    assert.ok(beyond(within).every((box) => box === undefined));
    const along = Array.from({ length: 8 }, (_, t) =>
      t < 5 ? { left: 0, top: t, right: 6, bottom: t + 9 } : undefined,
    );
    assert.ok(beyond(along).every((box) => box === undefined));
  });

  it("is nearest to where it comes back, shortly before it does", () => {
    const boxes = [
      ...[8, 6, 4, 2].map(seen),
      ...Array.from({ length: 5 }, () => undefined),
      ...[2, 4, 6, 8].map(seen),
    ];
    const rights = beyond(boxes).map((box) => box?.right);
    assert.deepEqual(rights.slice(4, 9), [0, -2, -4, -2, 0]);
  });
});
