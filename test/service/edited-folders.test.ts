import assert from "node:assert/strict";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { sweepUnfinished } from "../../src/service/edited-folders.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describe("what a killed service was writing beside a result", () => {
  const at = useTemporaryFolder();
  /** No process has it: Linux counts to 2²², Windows' are multiples of four. */
  const NOBODY = 99_999_999;
  const LONG_AGO = new Date(Date.now() - 48 * 3600e3);

  const save = async (
    folder: string,
    files: readonly string[],
    when?: Date,
  ) => {
    for (const file of files) {
      await mkdir(path.dirname(at(folder, file)), { recursive: true });
      await writeFile(at(folder, file), "x");
    }
    if (when === undefined) return;
    for (const each of await readdir(at(folder), { recursive: true }))
      await utimes(at(folder, each), when, when);
    await utimes(at(folder), when, when);
  };
  const left = async (folder: string): Promise<string[]> =>
    (await readdir(at(folder), { recursive: true })).sort();

  it("is gone after a day, but for what somebody has put there", async () => {
    const ours = ["near/00001.png", "layers.json"];
    await save(`walk-edited-0a.${NOBODY}.partial`, ours, LONG_AGO);
    await save(
      `walk-edited-0b.${NOBODY}.partial`,
      [...ours, "notes.txt"],
      LONG_AGO,
    );
    await sweepUnfinished(at("walk"));
    assert.deepEqual(await left("."), [
      `walk-edited-0b.${NOBODY}.partial`,
      `walk-edited-0b.${NOBODY}.partial/notes.txt`,
    ]);
  });

  it("stays while it may be written, and so does what is called otherwise", async () => {
    await save(`walk-edited-0a.${NOBODY}.partial`, ["layers.json"]);
    await save(
      `walk-edited-0b.${process.pid}.partial`,
      ["layers.json"],
      LONG_AGO,
    );
    await save("walk-edited-0c", ["layers.json"], LONG_AGO);
    await save(`other-edited-0d.${NOBODY}.partial`, ["layers.json"], LONG_AGO);
    await sweepUnfinished(at("walk"));
    assert.equal((await readdir(at())).length, 4);
  });
});
