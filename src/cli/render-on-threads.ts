import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import "../media/sharp-library.ts"; // Before any thread is started.
import type { Failure } from "../errors/failure-codes.ts";
import { LaminaError } from "../errors/failure.ts";
import type { SceneSpec } from "../scenes/scene-spec.ts";
import { makeSceneFolders } from "./write-scene.ts";

/** What a thread renders: some frames of a scene, into folders that are there. */
export interface SceneShare {
  readonly spec: SceneSpec;
  readonly folder: string;
  /** 0-based. */
  readonly frames: readonly number[];
}

/** What it answers. */
export type SceneAnswer = "written" | Failure;

/** Each thread paints the textures for itself, which takes as long as six frames do. */
const MOST_THREADS = 4;

/**
 * Renders a scene and writes it as `writeScene` does without its truth, on several threads: frames may be asked for in any order.
 *
 * @param entry script of a thread
 * @throws LaminaError `disk-full`, `output-unwritable`; the signal's reason when it is aborted. No thread is at work then.
 */
export async function renderOnThreads(
  spec: SceneSpec,
  folder: string,
  signal: AbortSignal,
  entry: URL = new URL("./scene-worker.mjs", import.meta.url),
): Promise<void> {
  signal.throwIfAborted();
  await makeSceneFolders(spec, folder, false);
  const { frameCount } = spec;
  const count = Math.min(MOST_THREADS, availableParallelism(), frameCount);
  const workers = Array.from({ length: count }, (_, k) => {
    const frames = Array.from({ length: frameCount }, (_, t) => t).filter(
      (t) => t % count === k,
    );
    const share: SceneShare = { spec, folder, frames };
    return new Worker(entry, { workerData: share });
  });
  try {
    await Promise.all(workers.map((worker) => ended(worker, signal)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Resolves once a thread has written its share. */
function ended(worker: Worker, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    let answer: SceneAnswer | undefined;
    worker.on("message", (said: SceneAnswer) => {
      answer = said;
    });
    worker.on("error", reject);
    worker.on("exit", () => {
      signal.removeEventListener("abort", stop);
      if (answer === "written") resolve();
      else if (answer !== undefined) reject(new LaminaError(answer));
      else reject(new Error("a thread that renders ended unexpectedly"));
    });
  });
}
