import { mkdir, statfs, writeFile } from "node:fs/promises";
import { checkRoom } from "../../src/media/check-room.ts";
import { failsWith } from "./failure-code.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

describe("the room that is needed", () => {
  const at = useTemporaryFolder();

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
