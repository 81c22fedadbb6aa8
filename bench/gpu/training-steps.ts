import os from "node:os";
import { strategies } from "../../src/autodiff/strategy.ts";
import { nodeRuntime } from "../../src/runtime/node-runtime.ts";
import type { OnnxRuntime } from "../../src/runtime/onnx-runtime.ts";
import { parityDifference, parityLosses } from "../../src/training/parity.ts";
import { timeSteps } from "../../src/training/time-steps.ts";
import { tune } from "../../src/training/tune.ts";
import { dawnAdapter, isSoftware } from "./dawn.ts";
import { nativeWebGpu } from "./native-webgpu.ts";
import type { PartOptions, Report } from "./part.ts";

const ms = "ms/step";

/** A step on one thread, as jobs take it, and on more. */
export async function processorSteps(
  { steps }: PartOptions,
  report: Report,
): Promise<void> {
  const all = os.availableParallelism();
  const counts = new Set([1, 2, 4, 8, all].filter((threads) => threads <= all));
  for (const threads of counts) {
    const runtime = nodeRuntime(threads);
    const name = threads === 1 ? "1 thread" : `${threads} threads`;
    report(name, await timeSteps(runtime, steps), ms);
    const plain: OnnxRuntime = { ...runtime, strategy: strategies.cpu };
    report(
      `${name}, not the same bits everywhere`,
      await timeSteps(plain, steps),
      ms,
    );
  }
}

/** A step with the state left on the GPU. */
export async function gpuSteps(
  options: PartOptions,
  report: Report,
): Promise<void> {
  const steps = (await plays()) ? 1 : options.steps;
  const began = performance.now();
  const time = await timeSteps(nativeWebGpu(), steps, () => {
    const seconds = (performance.now() - began) / 1000;
    report("loading, shaders and two first steps", seconds, "s");
  });
  report("state stays on the GPU", time, ms);
}

/** The same under other settings. */
export async function gpuVariants(
  { steps, all }: PartOptions,
  report: Report,
): Promise<void> {
  await refuseSoftware(all);
  const variants = {
    "state travels": { stateTravels: true },
    "channels first": { provider: { preferredLayout: "NCHW" } },
    "Dawn checks nothing": { provider: { validationMode: "disabled" } },
    "256 dispatches a submission": {
      settings: { maxNumPendingDispatches: "256" },
    },
    "both of the last": {
      provider: { validationMode: "disabled" },
      settings: { maxNumPendingDispatches: "256" },
    },
  };
  for (const [name, variant] of Object.entries(variants))
    report(name, await timeSteps(nativeWebGpu(variant), steps), ms);
}

/** How far the first losses are from the known ones. */
export async function gpuParity(_: PartOptions, report: Report): Promise<void> {
  // The end of this run reads the network, which can only be read where it travels.
  const differs = async (provider: Record<string, string>): Promise<number> =>
    parityDifference(
      await parityLosses(nativeWebGpu({ stateTravels: true, provider })),
    );
  report("largest relative difference of losses", await differs({}));
  report("with channels first", await differs({ preferredLayout: "NCHW" }));
}

/** Every operator form. */
export async function operatorForms(
  { all }: PartOptions,
  report: Report,
): Promise<void> {
  await refuseSoftware(all);
  for (const { forms, millisecondsPerStep } of await tune(nativeWebGpu()))
    report(
      Object.values(forms).join(", "),
      millisecondsPerStep ?? "refused",
      ms,
    );
}

const plays = async (): Promise<boolean> => isSoftware(await dawnAdapter());

/** @throws Error where the processor plays the GPU and not all was asked for */
async function refuseSoftware(all: boolean): Promise<void> {
  if (!all && (await plays()))
    throw new Error(
      "the processor plays the GPU here, and this takes minutes then: --all",
    );
}
