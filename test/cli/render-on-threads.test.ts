import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { renderOnThreads } from "../../src/cli/render-on-threads.ts";
import { writeScene } from "../../src/cli/write-scene.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { presetNamed } from "../../src/scenes/presets.ts";
import { renderScene } from "../../src/scenes/render-scene.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { digestFolder } from "./digest-folder.ts";

const entry = new URL("../../dist/scene-worker.mjs", import.meta.url);
const spec = {
  ...presetNamed("sample")!,
  size: { width: 56, height: 32 },
  frameCount: 3,
};
const never = new AbortController().signal;

describe("rendering on threads", () => {
  const at = useTemporaryFolder();

  it("writes what one thread writes", async () => {
    await writeScene(renderScene(spec), at("alone"), false);
    await renderOnThreads(spec, at("shared"), never, entry);
    assert.deepEqual(
      await digestFolder(at("shared")),
      await digestFolder(at("alone")),
    );
  });

  it("throws what a thread fails with", async () => {
    // A frame cannot take the place of a folder.
    await mkdir(at("taken/rgb/00002.png"), { recursive: true });
    await assert.rejects(
      renderOnThreads(spec, at("taken"), never, entry),
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "output-unwritable",
    );
  });

  it("throws the reason why it is stopped", async () => {
    const stop = new AbortController();
    const work = renderOnThreads(spec, at("stopped"), stop.signal, entry);
    stop.abort(new Error("enough"));
    await assert.rejects(work, /enough/);
  });
});
