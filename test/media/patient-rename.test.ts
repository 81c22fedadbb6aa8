import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { renamePatiently } from "../../src/media/patient-rename.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

describe("renamePatiently", () => {
  const at = useTemporaryFolder();

  it("waits until a folder is let go that the system holds", async function () {
    await mkdir(at("held"));
    // A place where a disk is mounted cannot be renamed: EBUSY, as for a file that somebody has open on a network drive.
    const mounted = spawnSync("mount", ["-t", "tmpfs", "none", at("held")]);
    if (mounted.status !== 0) this.skip();
    let retries = 0;
    try {
      await renamePatiently(at("held"), at("free"), () => {
        if (++retries === 2) spawnSync("umount", [at("held")]);
      });
    } finally {
      spawnSync("umount", [at("held")]);
    }
    assert.equal(retries, 2);
    await writeFile(at("free", "a"), "");
  });

  it("gives up at once what no waiting helps", async () => {
    let retries = 0;
    const renamed = renamePatiently(at("none"), at("there"), () => retries++);
    await assert.rejects(renamed, { code: "ENOENT" });
    assert.equal(retries, 0);
    await writeFile(at("a"), "a");
    await renamePatiently(at("a"), at("b"));
    assert.equal(await readFile(at("b"), "utf8"), "a");
  });
});
