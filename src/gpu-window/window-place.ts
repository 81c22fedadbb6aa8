import { LaminaError } from "../errors/failure.ts";
import type { Trainer } from "../training/train-association.ts";
import type { TrainingPlace } from "../training/training-place.ts";
import type { GpuWindow } from "./gpu-window.ts";
import type { WindowRun } from "./window-api.ts";

/** A browser that dies this often will die again. */
const MOST_RESTARTS = 2;

/** What a place in a window is made of. */
export interface WindowPlaceOptions {
  /** Opens a window; again after one was lost. */
  readonly open: () => Promise<GpuWindow>;
  /** The window that is open already. */
  readonly window: GpuWindow;
  readonly run: WindowRun;
  readonly reason: string;
  readonly notice: (sentence: string) => void;
  /** Goes on where windows keep dying; without it the job fails then. */
  readonly fallback?: Trainer;
}

/**
 * Trains in a hidden window. A window that is lost is opened again and goes on from the last checkpoint.
 *
 * Its `train` throws LaminaError `window-lost` when windows keep dying and there is no fallback.
 */
export function windowPlace(options: WindowPlaceOptions): TrainingPlace {
  const { run, reason, notice, fallback } = options;
  let window: GpuWindow | undefined = options.window;
  const close = async (): Promise<void> => {
    await window?.[Symbol.asyncDispose]();
    window = undefined;
  };

  const train: Trainer = async (data, settings, watch) => {
    for (let restarts = 0; ; restarts++) {
      try {
        window ??= await options.open();
        return await trainOnce(window, run, data, settings, watch);
      } catch (error) {
        await close();
        watch.signal?.throwIfAborted();
        if (!isLoss(error)) throw error;
        if (restarts < MOST_RESTARTS) {
          notice(
            "The hidden window stopped working and is started again; training goes on from its last checkpoint.",
          );
          continue;
        }
        if (fallback === undefined) throw error;
        notice("The hidden window keeps failing; training goes on without it.");
        return fallback(data, settings, watch);
      }
    }
  };
  return { backend: run.backend, reason, train, [Symbol.asyncDispose]: close };
}

const isLoss = (error: unknown): boolean =>
  error instanceof LaminaError && error.failure.code === "window-lost";

async function trainOnce(
  window: GpuWindow,
  run: WindowRun,
  ...[data, settings, watch]: Parameters<Trainer>
): ReturnType<Trainer> {
  window.listener = {
    progress: (done, total, loss) => {
      watch.onProgress?.(done, total, loss ?? undefined);
    },
    preview: (support) => {
      watch.preview?.show(support);
    },
    saveCheckpoint: async (bytes) => watch.checkpoint?.save(bytes),
  };
  const checkpoint = (await watch.checkpoint?.load()) ?? null;
  const previewFrame = watch.preview?.frame ?? null;
  const answer = await window.api.train(
    run,
    data,
    settings,
    checkpoint,
    previewFrame,
  );
  if (!answer.ok) throw new LaminaError(answer.failure);
  return answer.value;
}
