import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { box, savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { digestFolder } from "./digest-folder.ts";
import { runLamina } from "./run-lamina.ts";
import { saveScene } from "./small-clip.ts";

describe("a run after another one of the same clip", () => {
  const at = useTemporaryFolder();

  it("takes over what a changed mask does not touch, says so, and leaves the bytes of a run that takes over nothing", async function () {
    this.timeout(600_000);
    const size = { width: 64, height: 48 };
    await saveScene(at(), { ...size, frameCount: 6 });
    const decompose = async (
      mask: string,
      out: string,
      cache: string,
      ...more: readonly string[]
    ): Promise<string> => {
      const { status, stdout, stderr } = await runLamina(
        // prettier-ignore
        ["decompose", at("rgb"), "--mask", at(mask), "--out", at(out), "--quality", "draft", "--backend", "cpu", "--cache", at(cache), "--keep", ...more],
      );
      assert.equal(status, 0, stderr);
      return stdout + stderr;
    };
    await cp(at("mask"), at("changed"), { recursive: true });
    const painted = box(size.width, size.height, [40, 10, 60, 40]);
    const file = join(at("changed"), "00005.png");
    await savePng(file, painted, size.width, size.height);
    const first = await decompose("mask", "first", "cache");
    assert.doesNotMatch(first, /Taken over/);
    const second = await decompose("changed", "second", "cache");
    // Two steps look at the mask of frame 5, and the others do not.
    assert.match(
      second,
      /Taken over from an earlier run of this clip: all 6 frames and \d+ of \d+ steps of the camera; made anew: \d+ steps of the camera, .*training and layers\./,
    );
    const alone = await decompose(
      "changed",
      "alone",
      "another-cache",
      "--json",
    );
    // A canvas counts for eight, and has not to be done before any of it shows.
    assert.match(alone, /"stage":"background","done":[1-5],/);
    assert.equal(
      await digestFolder(at("second")),
      await digestFolder(at("alone")),
    );
  });
});
