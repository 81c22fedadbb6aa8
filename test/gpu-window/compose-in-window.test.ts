import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import sharp from "sharp";
import { findBrowser } from "../../src/gpu-window/browser/find-browser.ts";
import { recompositionError } from "../cli/recomposition.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { saveScene, sceneFrame } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { needBrowser } from "./browser-for-tests.ts";

/** Wider than what the engine works at, so that backgrounds are enlarged. */
const scene = { width: 600, height: 120, frameCount: 5 };

describe("composing with the hidden window", () => {
  before(needBrowser);
  const at = useTemporaryFolder();
  const run = (out: string, backend: string, env: NodeJS.ProcessEnv = {}) =>
    runLamina(
      [
        ["decompose", at("rgb"), "--mask", at("mask"), "--out", at(out)],
        ["--quality", "draft", "--backend", backend, "--json"],
        ["--cache", at("cache"), "--keep"],
      ].flat(),
      undefined,
      env,
    );
  /** A layer's frame, counted from 1. */
  const pixels = async (out: string, layer: string, number: number) =>
    sharp(await readFile(at(out, layer, `0000${number}.png`)))
      .raw()
      .toBuffer();
  /** A browser that leaves word that it was started, and may then do something else. */
  const browser = async (name: string, then: string): Promise<string> => {
    const script = at(name);
    const line = `#!/bin/sh\n: > '${at(`${name}-started`)}'\n${then}\n`;
    await writeFile(script, line);
    await chmod(script, 0o755);
    return script;
  };

  it("gives the clip again, and the processor's layers to a code value", async function () {
    this.timeout(480_000);
    await saveScene(at(), scene);
    const cpu = await run("cpu", "cpu");
    assert.equal(cpu.status, 0, cpu.stderr);
    // What was trained is there; only composing is left to do.
    const program = await browser("good", `exec '${findBrowser()}' "$@"`);
    const gpu = await run("gpu", "webgpu", {
      LAMINA_SOFTWARE_GPU: "1",
      LAMINA_BROWSER: program,
    });
    assert.equal(gpu.status, 0, gpu.stderr);
    assert.ok(existsSync(at("good-started")), "no window was opened");
    assert.doesNotMatch(gpu.stdout, /hidden window stopped/);
    for (let number = 1; number <= scene.frameCount; number++) {
      const [a, b] = [
        await pixels("cpu", "background", number),
        await pixels("gpu", "background", number),
      ];
      const largest = a.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - b[i]!)),
        0,
      );
      assert.ok(largest <= 1, `the background is off by ${largest}`);
    }
    const error = await recompositionError(at("gpu"), (index) =>
      sceneFrame(scene, index),
    );
    assert.equal(error, 0);
  });

  it("goes on without a browser that does not come up", async function () {
    this.timeout(480_000);
    await saveScene(at(), scene);
    const cpu = await run("cpu", "cpu");
    assert.equal(cpu.status, 0, cpu.stderr);
    const broken = await run("broken", "webgpu", {
      LAMINA_SOFTWARE_GPU: "1",
      LAMINA_BROWSER: await browser("bad", "exit 3"),
    });
    assert.equal(broken.status, 0, broken.stderr);
    assert.ok(existsSync(at("bad-started")), "no window was tried");
    assert.deepEqual(
      await pixels("broken", "background", 3),
      await pixels("cpu", "background", 3),
    );
  });
});
