import assert from "node:assert/strict";
import { digestFolder } from "../cli/digest-folder.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { saveScene, type SmallScene } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const scene: SmallScene = { width: 97, height: 63, frameCount: 6 };

describe("the kernels' memory of a whole run", function () {
  // It runs the command twice.
  this.timeout(600_000);
  const at = useTemporaryFolder();

  it("holds nothing that anybody reads once it was given back", async () => {
    await saveScene(at(), scene);
    const run = async (
      name: string,
      env: NodeJS.ProcessEnv,
    ): Promise<string> => {
      const { status, stderr } = await runLamina(
        // prettier-ignore
        ["decompose", at("rgb"), "--mask", at("mask"), "--out", at(name), "--quality", "draft", "--backend", "cpu",
         "--cache", at(`cache-${name}`)],
        undefined,
        env,
      );
      assert.equal(status, 0, stderr);
      return digestFolder(at(name));
    };
    assert.equal(
      await run("poisoned", { LAMINA_POISON_MEMORY: "1" }),
      await run("plain", {}),
    );
  });
});
