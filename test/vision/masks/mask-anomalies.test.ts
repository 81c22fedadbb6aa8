import assert from "node:assert/strict";
import { maskNotices } from "../../../src/pipeline/read/mask-notices.ts";
import {
  findMaskAnomalies,
  measureMask,
  type MaskShape,
} from "../../../src/vision/masks/mask-anomalies.ts";
import { raster } from "../../../src/kernels/raster.ts";

const width = 200;
const height = 90;
type Box = readonly [number, number, number, number];

/** Masks of boxes (left, top, right, bottom), one plane a subject. */
function measure(boxes: readonly Box[]): MaskShape[] {
  const masks = raster(boxes.length, height, width);
  boxes.forEach(([left, top, right, bottom], k) => {
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++)
        masks.data[(k * height + y) * width + x] = 1;
  });
  return boxes.map((_, k) => measureMask(masks, k));
}

/** A box of 20 by 40 that walks by three pixels a frame and swings in width, as a walker does. */
const walking = (t: number): Box => {
  const half = 10 + 3 * (t % 3);
  return [40 + 3 * t - half, 20, 40 + 3 * t + half, 60];
};
const shapesOf = (
  count: number,
  at: (t: number) => Box = walking,
): MaskShape[] => Array.from({ length: count }, (_, t) => measure([at(t)])[0]!);

describe("masks of a clip", () => {
  it("that swing and walk raise no doubt", () => {
    assert.deepEqual(findMaskAnomalies(shapesOf(24)), {
      abrupt: [],
      missing: [],
    });
  });

  it("are doubted where they are too small, too large, elsewhere or of another shape", () => {
    const bad: Record<number, Box> = {
      6: [50, 30, 66, 46],
      7: [50, 30, 66, 46],
      14: [66, 10, 126, 80],
      20: [118, 20, 140, 60],
      26: [104, 36, 112, 37],
      27: [81, 33, 160, 43],
    };
    const { abrupt } = findMaskAnomalies(
      shapesOf(32, (t) => bad[t] ?? walking(t)),
    );
    // One of 8 pixels is no mask at all, which is said elsewhere.
    assert.deepEqual(abrupt, [6, 7, 14, 20, 27]);
  });

  it("are not doubted where the subject comes in, goes out or is hidden by another", () => {
    const enters = shapesOf(20, (t) => [0, 20, Math.min(30, 3 + 4 * t), 60]);
    assert.deepEqual(findMaskAnomalies(enters).abrupt, []);
    const passes = Array.from({ length: 20 }, (_, t): readonly Box[] => {
      const edge = 150 - 7 * t;
      const hidden = Math.max(60, Math.min(90, edge - 1));
      return [
        [60, 20, edge < 91 ? hidden : 90, 60],
        [edge, 10, Math.min(159, edge + 60), 80],
      ];
    });
    const behind = passes.map((boxes) => measure(boxes)[0]!);
    assert.deepEqual(findMaskAnomalies(behind), { abrupt: [], missing: [] });
  });

  it("are missing where the subject was in full view before, but not where it went out", () => {
    const none: Box = [0, 0, 0, 0];
    const late = shapesOf(12, (t) => (t < 2 || t === 7 ? none : walking(t)));
    assert.deepEqual(findMaskAnomalies(late).missing, [0, 1, 7]);
    const leaves = shapesOf(12, (t) =>
      t > 8 ? none : [110 + 10 * t, 20, Math.min(width, 130 + 10 * t), 60],
    );
    assert.deepEqual(findMaskAnomalies(leaves).missing, []);
    assert.deepEqual(findMaskAnomalies(shapesOf(3, () => none)).missing, []);
  });

  it("are told of in one sentence each, with the frames as a person counts them", () => {
    assert.deepEqual(
      maskNotices(["boy", "girl"], {
        filled: [[], [4]],
        doubts: [
          { abrupt: [2, 11, 12, 13], missing: [0] },
          { abrupt: [], missing: [] },
        ],
      }),
      [
        "The mask boy is missing in frame 1, though the subject does not leave the picture; look at it there.",
        "The mask boy changes abruptly in frames 3, 12-14; look at it there.",
        "The mask girl was missing and filled in from its neighbours in frame 4.",
      ],
    );
  });
});
