import assert from "node:assert/strict";
import {
  cacheBytes,
  outputBytes,
} from "../../../src/pipeline/preflight/disk-need.ts";

describe("the room that a job needs", () => {
  const clip = {
    width: 448,
    height: 256,
    frameCount: 70,
    subjects: 1,
    movies: "4444",
    exr: false,
  } as const;

  it("is what was measured", () => {
    // 178.5 MB of cache, 32.7 MB of layers and movies, and .5 MB that tell how they come apart; or parts as large for their layer as
    // those of the sample scene
    assert.ok(Math.abs(cacheBytes(clip) / 178.5e6 - 1) < 0.05);
    assert.ok(Math.abs(outputBytes(clip) / 33.2e6 - 1) < 0.02);
    const withParts = outputBytes({ ...clip, partFrames: true });
    assert.ok(Math.abs(withParts / 34.7e6 - 1) < 0.02);
  });
});
