import assert from "node:assert/strict";
import { mkdir, statfs, writeFile } from "node:fs/promises";
import {
  cacheBytes,
  checkRoom,
  outputBytes,
} from "../../../src/pipeline/preflight/disk-need.ts";
import { failsWith } from "../../media/failure-code.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

describe("the room that a job needs", () => {
  const at = useTemporaryFolder();
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

  it("is refused where the disk has less, both sizes said", async () => {
    const { bavail, bsize } = await statfs(at());
    const free = bavail * bsize;
    const need = (bytes: number) => ({
      folder: at("not/there/yet"),
      bytes,
      leftovers: [at("left")],
    });
    await checkRoom([need(free / 4), need(free / 4)]);
    // Two needs on one disk are one.
    const both = checkRoom([need(0.7 * free), need(0.7 * free)]);
    await failsWith(
      "disk-too-small",
      both,
      /About .*B are needed .*B are free/,
    );
  });

  it("is less by what an earlier run has left", async () => {
    await mkdir(at("left/deep"), { recursive: true });
    await writeFile(at("left/deep/frame.bin"), Buffer.alloc(2 << 20));
    const { bavail, bsize } = await statfs(at());
    // As much again as others may write to the disk while this runs.
    const bytes = bavail * bsize + (1 << 20);
    const leftovers = Array.from({ length: 4096 }, () => at("left"));
    await checkRoom([{ folder: at(), bytes, leftovers }]);
    await failsWith(
      "disk-too-small",
      checkRoom([{ folder: at(), bytes: 2 * bytes, leftovers: [] }]),
    );
  });
});
