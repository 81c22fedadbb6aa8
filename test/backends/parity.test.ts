import assert from "node:assert/strict";
import type { RuntimeBackend } from "../../src/job-contract/backend.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import { knownLosses, parityLosses } from "../../src/training/parity.ts";
import { GpuWindow } from "../../src/gpu-window/gpu-window.ts";
import type { WindowBackend } from "../../src/gpu-window/window-api.ts";
import { needBrowser } from "../gpu-window/browser-for-tests.ts";

async function lossesInWindow(
  backend: WindowBackend,
): Promise<readonly number[]> {
  await using window = await GpuWindow.open({ softwareAdapter: true });
  const answer = await window.api.parityLosses({ backend });
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

const backends: Readonly<
  Record<RuntimeBackend, () => Promise<readonly number[]>>
> = {
  cpu: () => parityLosses(nodeRuntime(1)),
  wasm: () => lossesInWindow("wasm"),
  webgpu: () => lossesInWindow("webgpu"),
};

for (const [backend, losses] of Object.entries(backends))
  describe(`five training steps on ${backend}`, () => {
    if (backend !== "cpu") before(needBrowser);

    it("have the known losses, step by step", async () => {
      const known = knownLosses[backend === "webgpu" ? "gpu" : "processor"];
      const found = await losses();
      assert.equal(found.length, known.length);
      // The known losses of the processor have eight digits; those of a GPU depend on the order of its sums.
      const tolerance = backend === "webgpu" ? 1e-5 : 1e-7;
      for (const [step, loss] of found.entries())
        assert.ok(
          Math.abs(loss / known[step]! - 1) < tolerance,
          `step ${step}: ${loss}, not ${known[step]}`,
        );
    });
  });
