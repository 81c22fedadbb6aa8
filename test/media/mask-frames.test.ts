import assert from "node:assert/strict";
import { matchFrames } from "../../src/media/mask-frames.ts";
import { parseFrameRange } from "../../src/units/frame-range.ts";
import { parseFrameRate } from "../../src/units/frame-rate.ts";
import { failsWith } from "./failure-code.ts";

const long = (frameCount: number, rate?: string) => ({
  frameCount,
  frameRate: rate === undefined ? undefined : parseFrameRate(rate),
});
const match = (
  mask: ReturnType<typeof long>,
  clip: ReturnType<typeof long>,
  range?: string,
) =>
  matchFrames(
    "boy",
    mask,
    clip,
    range === undefined ? undefined : parseFrameRange(range),
  );

describe("the frames of a mask", () => {
  it("of the clip's count belong to its frames, whatever the rates", () => {
    const { frames, byTime } = match(long(4, "12"), long(4, "24"));
    assert.deepEqual([frames, byTime], [[0, 1, 2, 3], false]);
  });

  it("of another rate and the same duration are matched by time", () => {
    assert.deepEqual(match(long(3, "12"), long(6, "24")), {
      frames: [0, 0, 1, 1, 2, 2],
      byTime: true,
    });
    assert.deepEqual(match(long(6, "24"), long(3, "12")).frames, [1, 3, 5]);
    // A frame more or less of the slower one is the same duration.
    const { frames } = match(long(10, "24"), long(12, "30000/1001"));
    assert.deepEqual(frames, [0, 1, 2, 2, 3, 4, 5, 6, 6, 7, 8, 9]);
  });

  it("of another rate are matched by time within the clip's range, too", () => {
    assert.deepEqual(
      match(long(6, "12"), long(4, "24"), "5-8").frames,
      [2, 2, 3, 3],
    );
  });

  it("of another duration are refused with both counts", async () => {
    const refused = async (call: () => unknown): Promise<void> => {
      await failsWith(
        "mask-count",
        (async () => Promise.resolve(call()))(),
        /boy has 5 frames, the clip has 12/,
      );
    };
    await refused(() => match(long(5), long(12)));
    await refused(() => match(long(5, "24"), long(12, "24")));
    await refused(() => match(long(5, "24"), long(12, "25")));
    await refused(() => match(long(5, "24"), long(12)));
    await refused(() => match(long(5, "15"), long(12, "24"), "9-20"));
  });
});
