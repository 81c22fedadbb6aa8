import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { digestFolder } from "./digest-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

describe("a decomposition in shards", () => {
  const at = useTemporaryFolder();

  it("gives the bytes of one run, also when a shard is missing", async function () {
    this.timeout(600_000);
    await saveScene(at(), { width: 64, height: 48, frameCount: 6 });
    const decompose = async (
      out: string,
      ...more: readonly string[]
    ): Promise<string> => {
      const { status, stdout, stderr } = await runLamina(
        // prettier-ignore
        ["decompose", at("rgb"), "--mask", at("mask"), "--out", at(out), "--quality", "draft", "--backend", "cpu", "--json", ...more],
      );
      assert.equal(status, 0, stderr);
      return stdout;
    };
    const cache = ["--cache", at("cache"), "--keep"];
    await decompose("sharded", ...cache, "--shard", "3/3");
    assert.equal(existsSync(at("sharded")), false);
    // To another place, so that it shares no frame.
    await decompose("whole", ...cache);
    await decompose("sharded", ...cache, "--shard", "1/3");
    const merged = await decompose("sharded", ...cache);
    assert.equal(
      await digestFolder(at("sharded")),
      await digestFolder(at("whole")),
    );
    // Only the shard that nobody ran was left to compose: 2 of 6 frames.
    assert.match(merged, /"stage":"compose","done":5,"total":6/);
    assert.doesNotMatch(merged, /"stage":"compose","done":4,"total":6/);
    // And nothing before it was done again.
    assert.match(merged, /"stage":"refine","done":1,"total":1,"resumed":true/);
  });
});
