import assert from "node:assert/strict";
import { seededRandom } from "../../src/autodiff/seeded-random.ts";
import {
  enlargeFixed,
  type FixedUpsample,
  fixedUpsample,
} from "../../src/vision/background/fixed-upsample.ts";
import { raster } from "../../src/kernels/raster.ts";
import { GpuWindow } from "../../src/gpu-window/gpu-window.ts";
import { windowPixels } from "../../src/gpu-window/pixel-place.ts";
import { needBrowser } from "./browser-for-tests.ts";
import { browserGroup } from "./processes.ts";

const open = (): Promise<GpuWindow> =>
  GpuWindow.open({ softwareAdapter: true });

/** A frame of noise, and coefficients that fall on both sides of what can be shown. */
function example(
  height: number,
  width: number,
  seed: number,
): [Uint8Array, FixedUpsample] {
  const random = seededRandom(seed);
  const [h, w] = [Math.ceil(height / 3), Math.ceil(width / 4)];
  const picture = () =>
    raster(
      3,
      h,
      w,
      Float32Array.from({ length: 3 * h * w }, () => random.next()),
    );
  const frame = Uint8Array.from({ length: 3 * height * width }, () =>
    random.below(256),
  );
  return [
    frame,
    fixedUpsample(picture(), picture(), raster(1, h, w), { width, height }),
  ];
}

describe("backgrounds enlarged in the hidden window", () => {
  before(needBrowser);

  it("have the processor's bits at every size, one pixel and odd ones too", async () => {
    const notices: string[] = [];
    await using place = windowPixels({
      window: await open(),
      notice: (sentence) => notices.push(sentence),
    });
    for (const [height, width] of [
      [1, 1],
      [7, 5],
      [64, 112],
      [33, 129],
      [270, 480],
    ] as const) {
      const [frame, coefficients] = example(height, width, width);
      assert.deepEqual(
        await place.enlarge(frame, coefficients),
        enlargeFixed(frame, coefficients),
      );
    }
    assert.deepEqual(notices, []);
  });

  /** Frames, in the middle of which something is done to the window; the last ones after that was noticed. */
  async function disturbed(
    disturb: (window: GpuWindow) => void,
  ): Promise<string[]> {
    const notices: string[] = [];
    const window = await open();
    await using place = windowPixels({
      window,
      notice: (sentence) => notices.push(sentence),
    });
    for (let frame = 0; frame < 6 || notices.length === 0; frame++) {
      const [bytes, coefficients] = example(48, 80, frame);
      const pending = place.enlarge(bytes, coefficients);
      if (frame === 3) disturb(window);
      assert.deepEqual(await pending, enlargeFixed(bytes, coefficients));
    }
    return notices;
  }

  it("are finished on the processor, with the same bits, when the browser is killed between", async () => {
    const notices = await disturbed(({ pid }) => process.kill(pid, "SIGKILL"));
    assert.equal(notices.length, 1);
  });

  it("are finished on the processor, with the same bits, when the GPU's process is killed between", async () => {
    const notices = await disturbed(({ pid }) => {
      const gpu = browserGroup(pid).find(({ command }) =>
        command.includes("--type=gpu-process"),
      );
      process.kill(gpu!.pid, "SIGKILL");
    });
    assert.equal(notices.length, 1);
  });
});
