import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { LaminaError } from "../../src/errors/failure.ts";
import type { AssociationData } from "../../src/vision/association/association-data.ts";
import { localPlace } from "../../src/training/local-place.ts";
import type {
  AssociationSettings,
  TrainingWatch,
} from "../../src/training/train-association.ts";
import { syntheticClip } from "../../src/training/synthetic-clip.ts";
import { GpuWindow } from "../../src/gpu-window/gpu-window.ts";
import { windowPlace } from "../../src/gpu-window/window-place.ts";
import { needBrowser } from "./browser-for-tests.ts";
import {
  browserGroup,
  browsersOf,
  eventually,
  profilesOf,
} from "./processes.ts";

const data: AssociationData = syntheticClip(6, 16, 24);
const settings: AssociationSettings = {
  seed: 1,
  steps: 120,
  batch: 4,
  sparsity: 0.005,
  seeds: 1,
  design: { baseChannels: 4 },
};

const open = (signal?: AbortSignal): Promise<GpuWindow> =>
  GpuWindow.open({ softwareAdapter: true, signal });

/** Trains in a window and does something to it once, in the middle. */
async function trainDisturbed(
  backend: "wasm" | "webgpu",
  disturb: (window: GpuWindow) => void,
  at = 50,
  own: AssociationSettings = settings,
): Promise<{ support: Float32Array; notices: string[]; steps: number[] }> {
  const notices: string[] = [];
  const steps: number[] = [];
  let saved: Uint8Array | undefined;
  let disturbed = false;
  let window = await open();
  await using place = windowPlace({
    open: async () => (window = await open()),
    window,
    run: { backend },
    reason: "for a test",
    notice: (sentence) => notices.push(sentence),
  });
  const watch: TrainingWatch = {
    onProgress: (done) => {
      steps.push(done);
      if (done < at || disturbed) return;
      disturbed = true;
      disturb(window);
    },
    checkpoint: {
      load: () => Promise.resolve(saved),
      save: (bytes) => {
        saved = bytes;
        return Promise.resolve();
      },
    },
  };
  const { support } = await place.train(data, own, watch);
  return { support, notices, steps };
}

/** Mean absolute difference. */
const meanDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

const onProcessor = async (own: AssociationSettings): Promise<Float32Array> =>
  (await localPlace("").train(data, own, {})).support;

describe("the hidden window", () => {
  before(needBrowser);

  it("has no secret on a command line", async () => {
    await using window = await open();
    const group = browserGroup(window.pid);
    assert.ok(group.length > 0);
    assert.deepEqual(
      group.filter(({ command }) => /ticket|127\.0\.0\.1:\d/.test(command)),
      [],
    );
  });

  it("leaves neither processes nor a profile behind", async () => {
    const window = await open();
    const { pid } = window;
    assert.ok(browserGroup(pid).length > 1);
    assert.equal(profilesOf(process.pid).length, 1);
    await window[Symbol.asyncDispose]();
    assert.deepEqual(browserGroup(pid), []);
    assert.deepEqual(profilesOf(process.pid), []);
  });

  it("hands back what it is given, unharmed", async () => {
    await using window = await open();
    const bytes = Uint8Array.from({ length: 5e6 }, (_, i) => (i * 7) % 251);
    assert.deepEqual(await window.api.echo(bytes), bytes);
  });

  it("goes on from its checkpoint when the browser is killed", async () => {
    const { support, notices, steps } = await trainDisturbed("wasm", (window) =>
      process.kill(window.pid, "SIGKILL"),
    );
    assert.equal(notices.length, 1);
    assert.ok(steps.length < 2 * settings.steps - 40, "it began again");
    assert.ok(meanDifference(support, await onProcessor(settings)) < 1 / 255);
  });

  it("notices a browser that hangs, and goes on from its checkpoint", async () => {
    const { support, notices } = await trainDisturbed("wasm", (window) => {
      for (const { pid } of browserGroup(window.pid))
        process.kill(pid, "SIGSTOP");
    });
    assert.equal(notices.length, 1);
    assert.ok(meanDifference(support, await onProcessor(settings)) < 1 / 255);
  });

  it("goes on with another device when the GPU's process dies", async () => {
    const short = { ...settings, steps: 30 };
    const { support, notices } = await trainDisturbed(
      "webgpu",
      (window) => {
        const gpu = browserGroup(window.pid).find(({ command }) =>
          command.includes("--type=gpu-process"),
        );
        process.kill(gpu!.pid, "SIGKILL");
      },
      22,
      short,
    );
    assert.equal(notices.length, 1);
    // A GPU rounds otherwise than the processor, which is told from what another beginning brings.
    const processor = await onProcessor(short);
    const otherwise = await onProcessor({ ...short, seed: 2 });
    assert.ok(
      meanDifference(support, processor) <
        meanDifference(otherwise, processor) / 5,
    );
  });

  it("says that the window is lost when windows keep dying, and falls back where it may", async () => {
    const deadly = {
      open,
      run: { backend: "wasm" },
      reason: "for a test",
      notice: () => undefined,
    } as const;
    const train = async (fallback: boolean) => {
      let window = await open();
      await using place = windowPlace({
        ...deadly,
        window,
        open: async () => (window = await open()),
        ...(fallback && { fallback: localPlace("").train }),
      });
      return await place.train(
        data,
        { ...settings, steps: 400 },
        {
          onProgress: () => {
            try {
              process.kill(window.pid, "SIGKILL");
            } catch {
              // Dead already, or this is the fallback's progress.
            }
          },
        },
      );
    };
    await assert.rejects(
      train(false),
      (error) =>
        error instanceof LaminaError && error.failure.code === "window-lost",
    );
    const { steps } = await train(true);
    assert.equal(steps, 400);
  });

  it("ends at once when it is cancelled", async () => {
    const controller = new AbortController();
    const window = await open(controller.signal);
    const { pid } = window;
    await using place = windowPlace({
      open: () => open(controller.signal),
      window,
      run: { backend: "wasm" },
      reason: "for a test",
      notice: () => undefined,
    });
    await assert.rejects(
      place.train(data, settings, {
        signal: controller.signal,
        onProgress: () => {
          controller.abort();
        },
      }),
      { name: "AbortError" },
    );
    assert.deepEqual(browserGroup(pid), []);
  });

  it("ends by itself when its maker is killed, and its profile goes with the next one", async () => {
    const source = `import { GpuWindow } from ${JSON.stringify(new URL("../../src/gpu-window/gpu-window.ts", import.meta.url).href)};
      await GpuWindow.open({ softwareAdapter: false });
      console.log("open");`;
    const maker = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", source],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const pid = maker.pid!;
    await new Promise((resolve) => maker.stdout.once("data", resolve));
    assert.ok(browsersOf(pid).length > 0);
    maker.kill("SIGKILL");
    await eventually("the browser is gone", () => browsersOf(pid).length === 0);
    await (await open())[Symbol.asyncDispose]();
    assert.deepEqual(profilesOf(pid), []);
  });

  it("lets nobody else in", async () => {
    await using window = await open();
    for (const path of ["/window/", "/window/?ticket=guessed"]) {
      const { status } = await fetch(new URL(path, window.origin));
      assert.equal(status, 401);
    }
  });
});
