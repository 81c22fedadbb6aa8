import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { checkWritable } from "../../src/media/check-writable.ts";
import { writeFailure } from "../../src/media/file-failure.ts";
import { failsWith } from "./failure-code.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

describe("whether a folder can be written to", () => {
  const at = useTemporaryFolder();

  it("is told by trying, which leaves nothing", async () => {
    await checkWritable(at("deep/er/out"));
    assert.deepEqual(await readdir(at()), []);
    await writeFile(at("file"), "mine");
    await failsWith("output-unwritable", checkWritable(at("file/out")));
    const long = at("new", "n".repeat(300));
    await failsWith("output-unwritable", checkWritable(long), /too long/);
    assert.deepEqual(await readdir(at()), ["file"]);
  });

  it("is refused where the system makes no folders", async function () {
    if (process.platform !== "linux") this.skip();
    const place = checkWritable("/proc/lamina/out");
    await failsWith("output-unwritable", place);
  });

  it("is refused on a disk that is read-only, where its folders cannot be made either", async function () {
    await mkdir(at("disk"));
    const tmpfs = ["-t", "tmpfs", "-o", "ro", "none", at("disk")];
    if (spawnSync("mount", tmpfs).status !== 0) this.skip();
    try {
      for (const folder of [at("disk"), at("disk", "deep", "er")])
        await failsWith(
          "output-unwritable",
          checkWritable(folder),
          /read-only/,
        );
      // Node's own words would be that something is not there.
      const made = mkdir(at("disk", "deep", "er"), { recursive: true }).catch(
        (error: unknown) => {
          throw writeFailure(error, "out");
        },
      );
      await failsWith("output-unwritable", made, /no folder can be made there/);
    } finally {
      spawnSync("umount", [at("disk")]);
    }
  });
});
