import type { StrategyForms } from "../autodiff/strategy.ts";
import { agrees, parityDifference } from "../training/parity.ts";
import { timeSteps } from "../training/time-steps.ts";
import type { GpuWindow } from "./gpu-window.ts";
import { judgePixels, type PixelTimes } from "./judge-pixels.ts";
import type { AdapterFacts, WindowRun } from "./window-api.ts";

/** What trying a browser's GPU came to. */
export interface Verdict {
  /** Whether the GPU computes what the processor does. */
  readonly usable: boolean;
  /** Why, or why not: the end of a sentence. */
  readonly reason: string;
  readonly adapter: AdapterFacts | null;
  /** Largest relative difference of the parity steps' losses to the known ones; null when they did not run. */
  readonly parity: number | null;
  /** Operator forms that are quickest here; null when they were not measured. */
  readonly forms: StrategyForms | null;
  /** Milliseconds of a training step; null when it was not measured. */
  readonly millisecondsPerStep: number | null;
  /** The same on the processor, for comparison. */
  readonly processorMilliseconds: number | null;
  /** What pixels take; null when it was not measured, or the GPU's come out otherwise. */
  readonly pixels: PixelTimes | null;
}

const unmeasured = {
  forms: null,
  millisecondsPerStep: null,
  processorMilliseconds: null,
  pixels: null,
} as const;

/** Adapter in a few words. */
export const adapterName = ({
  vendor,
  architecture,
  description,
  device,
}: AdapterFacts): string =>
  [description, vendor, architecture, device].filter(Boolean).join(" ") ||
  "an unnamed adapter";

/**
 * Tries a window's GPU: its adapter, the parity steps, and, on a real GPU, which operator forms are quickest.
 *
 * @param softwareAdapter whether a processor that plays the GPU counts as one; it is not worth tuning
 */
export async function tryGpu(
  window: GpuWindow,
  softwareAdapter: boolean,
): Promise<Verdict> {
  const { api } = window;
  const adapter = await api.adapter();
  const unusable = (reason: string, parity: number | null = null): Verdict => ({
    usable: false,
    reason,
    adapter,
    parity,
    ...unmeasured,
  });
  if (adapter === null)
    return unusable("the browser offers no GPU on this machine");
  const name = adapterName(adapter);
  if (adapter.software && !softwareAdapter)
    return unusable(
      `the browser has no GPU but the processor that plays one (${name})`,
    );
  const losses = await api.parityLosses({ backend: "webgpu" });
  if (!losses.ok) return unusable(`${name} cannot run the training graph`);
  const parity = parityDifference(losses.value);
  if (!agrees(losses.value))
    return unusable(
      `${name} computes something else than the processor`,
      parity,
    );
  const usable: Omit<Verdict, keyof typeof unmeasured> = {
    usable: true,
    reason: name,
    adapter,
    parity,
  };
  if (adapter.software) return { ...usable, ...unmeasured };
  const timings = await api.tune();
  const best = timings.ok ? timings.value[0] : undefined;
  return {
    ...usable,
    forms: best?.forms ?? null,
    millisecondsPerStep: best?.millisecondsPerStep ?? null,
    processorMilliseconds: await processorMilliseconds(),
    pixels: await judgePixels(window),
  };
}

/** Steps that the processor's time is told by: a fifth of a second at the 26.8 ms that were measured. */
const TIMED_STEPS = 8;

/** What a training step takes on the processor; null where its library cannot be loaded. */
async function processorMilliseconds(): Promise<number | null> {
  const runtime = await import("../runtime/node-runtime.ts").catch(() => null);
  return runtime && timeSteps(runtime.nodeRuntime(1), TIMED_STEPS);
}

/** How to train under a verdict. */
export const gpuRun = ({ forms }: Verdict): WindowRun =>
  forms === null ? { backend: "webgpu" } : { backend: "webgpu", forms };
