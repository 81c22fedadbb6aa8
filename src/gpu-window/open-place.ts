import { LaminaError } from "../errors/failure.ts";
import type { Trainer } from "../training/train-association.ts";
import type {
  OpenTrainingPlace,
  TrainingPlace,
} from "../training/training-place.ts";
import { findBrowser } from "./browser/find-browser.ts";
import { GpuWindow } from "./gpu-window.ts";
import { RememberedVerdicts } from "./remembered-verdicts.ts";
import { gpuRun, tryGpu, type Verdict } from "./verdict.ts";
import type { WindowRun } from "./window-api.ts";
import { windowPlace } from "./window-place.ts";

/** What the choice of a place depends on beside the user's wish. */
export interface PlaceOptions {
  /** The user's data folder, where verdicts on GPUs are kept. */
  readonly dataFolder: string;
  /** Whether a processor that plays the GPU counts as one: for tests. */
  readonly softwareAdapter: boolean;
}

type PlaceWatch = Parameters<OpenTrainingPlace>[1];

/** A verdict, and the window it was found in when that was now. */
interface Judgement {
  readonly verdict: Verdict;
  readonly window?: GpuWindow;
}

/**
 * Chooses where to train. `auto` is the GPU where a real adapter answers, computes what the processor computes, and is quicker;
 * else ONNX Runtime's native library on the processor; where that cannot be loaded, its WebAssembly in the window.
 *
 * The opener throws LaminaError `backend-unavailable`, `browser-missing`, `browser-broken`.
 */
export const placeOpener =
  (options: PlaceOptions): OpenTrainingPlace =>
  (choice, watch) => {
    switch (choice) {
      case "cpu":
        return loadLocalPlace("as asked for");
      case "wasm":
        return wasmPlace("as asked for", watch);
      case "webgpu":
        return gpuPlace(options, watch);
      case "auto":
        return bestPlace(options, watch);
    }
  };

async function bestPlace(
  options: PlaceOptions,
  watch: PlaceWatch,
): Promise<TrainingPlace> {
  const { reason, judgement } = await gpuIfWorthIt(options, watch);
  if (judgement !== undefined)
    return inWindow(options, watch, judgement, async (...training) =>
      (await loadLocalPlace(reason)).train(...training),
    );
  try {
    return await loadLocalPlace(reason);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return wasmPlace(
      `ONNX Runtime's native library does not load here (${error.message})`,
      watch,
    );
  }
}

/** The judgement where the GPU is the place to train; else only why it is not. */
async function gpuIfWorthIt(
  options: PlaceOptions,
  watch: PlaceWatch,
): Promise<{ reason: string; judgement?: Judgement }> {
  try {
    const judgement = await judge(options, watch);
    const { usable, reason, millisecondsPerStep, processorMilliseconds } =
      judgement.verdict;
    const quicker =
      millisecondsPerStep === null ||
      processorMilliseconds === null ||
      millisecondsPerStep < processorMilliseconds;
    if (usable && quicker) return { reason, judgement };
    await judgement.window?.[Symbol.asyncDispose]();
    return usable
      ? {
          reason: `a step takes ${processorMilliseconds!.toFixed(0)} ms here and ${millisecondsPerStep!.toFixed(0)} ms on ${reason}`,
        }
      : { reason };
  } catch (error) {
    // Who leaves the choice to us gets what works, and is told why it is not the GPU.
    if (!(error instanceof LaminaError)) throw error;
    const sentence = error.message;
    return {
      reason: sentence.charAt(0).toLowerCase() + sentence.slice(1, -1),
    };
  }
}

async function gpuPlace(
  options: PlaceOptions,
  watch: PlaceWatch,
): Promise<TrainingPlace> {
  const judgement = await judge(options, watch);
  const { usable, reason } = judgement.verdict;
  if (usable) return inWindow(options, watch, judgement);
  await judgement.window?.[Symbol.asyncDispose]();
  throw new LaminaError({
    code: "backend-unavailable",
    backend: "webgpu",
    detail: reason,
  });
}

/**
 * Finds out, or recalls, what this machine's GPU is good for.
 *
 * @throws LaminaError `browser-missing`, `browser-broken`, `window-lost`
 */
async function judge(
  { dataFolder, softwareAdapter }: PlaceOptions,
  { signal }: PlaceWatch,
): Promise<Judgement> {
  const verdicts = new RememberedVerdicts(dataFolder);
  const program = findBrowser();
  const known = softwareAdapter ? undefined : await verdicts.recall(program);
  if (known !== undefined) return { verdict: known };
  const window = await GpuWindow.open({ softwareAdapter, signal });
  try {
    const verdict = await tryGpu(window, softwareAdapter);
    if (!softwareAdapter) await verdicts.remember(program, verdict);
    return { verdict, window };
  } catch (error) {
    await window[Symbol.asyncDispose]();
    throw error;
  }
}

async function inWindow(
  { softwareAdapter }: PlaceOptions,
  { signal, notice }: PlaceWatch,
  { verdict, window }: Judgement,
  fallback?: Trainer,
): Promise<TrainingPlace> {
  const open = () => GpuWindow.open({ softwareAdapter, signal });
  return windowPlace({
    open,
    window: window ?? (await open()),
    run: gpuRun(verdict),
    reason: verdict.reason,
    notice,
    ...(fallback && { fallback }),
  });
}

async function wasmPlace(
  reason: string,
  { signal, notice }: PlaceWatch,
): Promise<TrainingPlace> {
  const run: WindowRun = { backend: "wasm" };
  const open = () => GpuWindow.open({ softwareAdapter: false, signal });
  return windowPlace({ open, window: await open(), run, reason, notice });
}

/** Loaded only when it is wanted: the native library is large, and need not load everywhere. */
async function loadLocalPlace(reason: string): Promise<TrainingPlace> {
  const local = await import("../training/local-place.ts");
  return local.localPlace(reason);
}
