import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { recompositionError } from "../cli/recomposition.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { saveScene, sceneFrame } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { needBrowser } from "./browser-for-tests.ts";

const scene = { width: 112, height: 64, frameCount: 12 };
/** The last step of a draft after which the training is kept, so that it can be gone on with. */
const checkpointAt = 60;

/** Alpha of a layer's frame, counted from 1. */
async function alphaOf(folder: string, number: number): Promise<Uint8Array> {
  const name = `${String(number).padStart(5, "0")}.png`;
  const file = await readFile(`${folder}/mask/${name}`);
  return sharp(file).extractChannel(3).raw().toBuffer();
}

describe("a decomposition in the hidden window", () => {
  before(needBrowser);
  const at = useTemporaryFolder();
  const args = (out: string, backend: string): string[] =>
    [
      ["decompose", at("rgb"), "--mask", at("mask"), "--out", at(out)],
      ["--quality", "draft", "--backend", backend, "--json"],
      ["--cache", at(`cache-${out}`)],
    ].flat();
  /** How many steps of the training a run has told of. */
  const trained = (stdout: string): number =>
    stdout
      .split("\n")
      .filter((line) => line.includes('"stage":"train"') && line.endsWith("}"))
      .map((line) => (JSON.parse(line) as { done: number }).done)
      .reduce((most, done) => Math.max(most, done), 0);

  it("gives the processor's layers on WebGPU, and the clip again from them", async function () {
    // The GPU is played by the processor, a thousand times slower than either.
    this.timeout(480_000);
    await saveScene(at(), scene);
    // So it only goes on from the last checkpoint of a processor that is stopped.
    await runLamina(args("gpu", "cpu"), (stdout, kill) => {
      if (trained(stdout) > checkpointAt) kill("SIGKILL");
    });
    const gpu = await runLamina(args("gpu", "webgpu"), undefined, {
      LAMINA_SOFTWARE_GPU: "1",
    });
    assert.equal(gpu.status, 0, gpu.stderr);
    assert.match(gpu.stdout, /"kind":"backend","backend":"webgpu"/);
    const cpu = await runLamina(args("cpu", "cpu"));
    assert.equal(cpu.status, 0, cpu.stderr);

    let difference = 0;
    let covered = 0;
    for (let number = 1; number <= scene.frameCount; number++) {
      const [a, b] = [
        await alphaOf(at("gpu"), number),
        await alphaOf(at("cpu"), number),
      ];
      a.forEach((value, i) => {
        difference += Math.abs(value - b[i]!) / a.length / scene.frameCount;
        covered += value > 128 ? 1 : 0;
      });
    }
    assert.ok(covered > 1000, "the layer is empty");
    assert.ok(difference < 1, `alpha differs by ${difference}/255`);
    const error = await recompositionError(at("gpu"), (index) =>
      sceneFrame(scene, index),
    );
    assert.equal(error, 0);
  });

  it("is refused on a machine without a GPU, and auto takes the processor", async () => {
    await saveScene(at(), { ...scene, frameCount: 4 });
    const refused = await runLamina(args("none", "webgpu"), undefined, {
      LAMINA_BROWSER: "/no/such/browser",
    });
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /no browser at \/no\/such\/browser/);
    const chosen = await runLamina(args("auto", "auto"), undefined, {
      LAMINA_BROWSER: "/no/such/browser",
    });
    assert.equal(chosen.status, 0, chosen.stderr);
    assert.match(
      chosen.stdout,
      /"backend":"cpu","reason":"there is no browser at/,
    );
  });
});
