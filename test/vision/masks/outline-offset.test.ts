import assert from "node:assert/strict";
import { outlineNotices } from "../../../src/pipeline/read/mask-notices.ts";
import {
  moveOutlines,
  outlineMove,
  outlineOffset,
  outlineProfile,
} from "../../../src/vision/masks/outline-offset.ts";
import type { FrameEvidence } from "../../../src/vision/frame-evidence.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { walkerScene, type Figure } from "../walker-scene.ts";

const walker: Figure = {
  x: 80,
  y: 60,
  radius: 22,
  colour: [0.95, 0.15, 0.1],
  effect: { kind: "shadow", loss: [0.6, 0.6, 0.6] },
  strength: 0.8,
  away: [34, 16],
};
/** Frames of a clip whose masks are 2 pixels too wide. */
const frames = [0, 1, 2, 3, 4, 5].map(
  (t) => walkerScene([{ ...walker, x: 70 + 6 * t }], 7 + t).evidence,
);

const measure = (clip: readonly FrameEvidence[]): number | undefined =>
  outlineOffset(clip.map((seen) => outlineProfile(seen, 0)));

const roughened = (by: number): FrameEvidence[] =>
  frames.map((seen) => ({
    ...seen,
    masks: moveOutlines(seen.masks, [by], seen.unit),
  }));

/** Share of the pixels of either that both have. */
function overlap(a: Raster, b: Raster): number {
  let [both, either] = [0, 0];
  a.data.forEach((value, i) => {
    const [p, q] = [value > 0.5, b.data[i]! > 0.5];
    if (p && q) both++;
    if (p || q) either++;
  });
  return both / either;
}

describe("outlines of masks", () => {
  it("as people draw them are left alone, a shadow beside the subject notwithstanding", () => {
    for (const by of [-2, 0, 2])
      assert.equal(outlineMove(measure(roughened(by))), 0, String(by));
  });

  it("that are much too small or large all around are moved to where they should be", () => {
    for (const by of [-10, -7, 6, 9]) {
      const rough = roughened(by);
      const move = outlineMove(measure(rough));
      assert.ok(Math.abs(move + by) <= 1.5, `by ${by}, moved ${move}`);
      for (const [t, { masks, unit }] of rough.entries()) {
        const given = frames[t]!.masks;
        const before = overlap(masks, given);
        const after = overlap(moveOutlines(masks, [move], unit), given);
        assert.ok(after > 0.87 && after > before + 0.1, `${before} ${after}`);
      }
    }
  });

  it("are left alone where nothing tells the subject from the background", () => {
    const rough = roughened(-8);
    const hidden = rough.map((seen) => ({ ...seen, frame: seen.background }));
    assert.equal(measure(hidden), undefined);
    const restless = rough.map((seen) => ({
      ...seen,
      background: raster(3, 128, 192),
    }));
    assert.equal(measure(restless), undefined);
    assert.equal(outlineMove(undefined), 0);
  });

  it("do not grow into another mask, and one that is not moved stays bit for bit", () => {
    const masks = raster(2, 20, 40);
    for (let y = 5; y < 15; y++) {
      for (let x = 5; x < 15; x++) masks.data[y * 40 + x] = 1;
      for (let x = 17; x < 27; x++) masks.data[(20 + y) * 40 + x] = 0.7;
    }
    const moved = moveOutlines(masks, [4, 0], 1);
    assert.deepEqual(moved.data.slice(800), masks.data.slice(800));
    const row = moved.data.subarray(10 * 40, 11 * 40);
    assert.equal(row[1], 1);
    assert.equal(row[0], 0);
    assert.equal(row[16], 1);
    assert.equal(row[17], 0);
  });

  it("keep their deepest place when they shrink, and an empty mask stays empty", () => {
    const { masks, unit } = frames[0]!;
    const small = moveOutlines(masks, [-20], unit);
    const left = moveOutlines(small, [-9], unit).data;
    assert.ok(left.some((value) => value > 0.5));
    const none = raster(1, 20, 40);
    assert.deepEqual(moveOutlines(none, [-9], unit).data, none.data);
    assert.deepEqual(moveOutlines(none, [5], unit).data, none.data);
  });

  it("are told of in pixels of the clip when they were moved", () => {
    assert.deepEqual(
      outlineNotices(["walker", "dog", "car"], [5, 0, -6], {
        width: 896,
        height: 512,
      }),
      [
        "The mask walker is about 10 pixels too small all around; it was grown.",
        "The mask car is about 12 pixels too large all around; it was shrunk.",
      ],
    );
  });
});
