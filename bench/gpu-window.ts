import os from "node:os";
import { parseArgs } from "node:util";
import { LaminaError } from "../src/errors/failure.ts";
import { nodeRuntime } from "../src/runtime/node-runtime.ts";
import { timeSteps } from "../src/training/time-steps.ts";
import { GpuWindow } from "../src/gpu-window/gpu-window.ts";
import { judgePixels } from "../src/gpu-window/judge-pixels.ts";
import { adapterName } from "../src/gpu-window/verdict.ts";
import type { WindowRun } from "../src/gpu-window/window-api.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/gpu-window.ts [options]
  --software         measure a software adapter where there is no GPU; it says nothing of a GPU's speed
  --steps <n>        training steps to time (20); a software adapter takes 2
  --tune             also time every operator form on the GPU`;

const options = {
  software: { type: "boolean", default: false },
  steps: { type: "string", default: "20" },
  tune: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const SOFTWARE_STEPS = 2;
/** Steps of a standard job, over which the data's way is spread. */
const JOB_STEPS = 240;
/** Training data of a 70-frame clip: mask, evidence and two components of flow on the grid of 112 × 64, as floats. */
const CLIP_BYTES = 70 * 4 * 112 * 64 * 4;
const FRAME_BYTES = 1920 * 1080 * 3;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return;
  }
  const steps = Number(values.steps);
  console.log(
    `${os.availableParallelism()} processors, ${os.cpus()[0]?.model ?? "of unknown make"}; load ${fixed(os.loadavg()[0], 1)}`,
  );
  const native = await timeSteps(nodeRuntime(1), steps);

  const began = performance.now();
  await using window = await GpuWindow.open({
    softwareAdapter: values.software,
  });
  const openMs = performance.now() - began;
  const adapter = await window.api.adapter();
  const software = adapter?.software === true;
  console.log(
    `${window.program}, open after ${fixed(openMs / 1000, 1)} s; adapter: ${adapter === null ? "none" : adapterName(adapter)}${software ? ", in software: its speed says nothing of a GPU's" : ""}\n`,
  );

  const rows = [
    ["backend", "ms per step", "ratio", "dispatches per step", "CPU fallbacks"],
    ["native processor", fixed(native, 1), "1.00", "-", "-"],
    await row(window, { backend: "wasm" }, steps, native),
  ];
  if (adapter !== null && (!software || values.software)) {
    const few = software ? SOFTWARE_STEPS : steps;
    rows.push(await row(window, { backend: "webgpu" }, few, native));
  }
  console.log(table(rows));

  const clipMs = await echoMs(window, CLIP_BYTES);
  const frameMs = await echoMs(window, FRAME_BYTES);
  console.log(
    `\nway to the window and back: ${fixed(CLIP_BYTES / 1e6, 1)} MB of training data ${fixed(clipMs, 0)} ms, ` +
      `${fixed((100 * clipMs) / (JOB_STEPS * native), 1)} % of ${JOB_STEPS} native steps; ` +
      `a 1080p frame, which does not travel, would take ${fixed(frameMs, 0)} ms`,
  );
  if (adapter !== null && (!software || values.software)) {
    const pixels = await judgePixels(window);
    console.log(
      pixels === null
        ? "enlarging a 1080p background: not the processor's bits"
        : `enlarging a 1080p background: ${fixed(pixels.window, 0)} ms in the window, way included; ${fixed(pixels.processor, 0)} ms on one thread`,
    );
  }
  if (values.tune && adapter !== null && !software) await printForms(window);
}

/**
 * Times one backend in the window. The GPU's sessions refuse to load when any node would run on the processor, so a number
 * there means that none does.
 */
async function row(
  { api }: GpuWindow,
  run: WindowRun,
  steps: number,
  native: number,
): Promise<string[]> {
  const answer = await api.timeSteps(run, steps);
  if (!answer.ok) throw new LaminaError(answer.failure);
  const { millisecondsPerStep, dispatchesPerStep } = answer.value;
  const gpu = run.backend === "webgpu";
  return [
    gpu ? "WebGPU in the window" : "WebAssembly in the window",
    fixed(millisecondsPerStep, 1),
    fixed(millisecondsPerStep / native, 2),
    gpu ? fixed(dispatchesPerStep, 0) : "-",
    gpu ? "0" : "-",
  ];
}

/** Median of five ways there and back. */
async function echoMs({ api }: GpuWindow, bytes: number): Promise<number> {
  const data = new Uint8Array(bytes);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    await api.echo(data);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[2]!;
}

async function printForms({ api }: GpuWindow): Promise<void> {
  const answer = await api.tune();
  if (!answer.ok) throw new LaminaError(answer.failure);
  console.log(
    `\n${table([
      ["operator forms", "ms per step"],
      ...answer.value.map(({ forms, millisecondsPerStep }) => [
        Object.values(forms).join(", "),
        millisecondsPerStep === null
          ? "refused"
          : fixed(millisecondsPerStep, 1),
      ]),
    ])}`,
  );
}

await reportFailure(main);
