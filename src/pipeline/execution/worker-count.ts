import { availableParallelism } from "node:os";
import type { Size } from "../../units/size.ts";

/** Threads beyond which a job gains little: what it waits for then is its longest tasks (`npm run bench:task-graph`). */
const MOST_THREADS = 16;
/** This many are begun however little memory is free: a job on two takes .9 GB at 448×256, 1.3 GB at 1080p. */
const FEWEST_THREADS = 2;
/** What the first thread and the training take, in bytes: what two workers leave of those .9 GB. */
const FIRST_BYTES = 400e6;
/** What a worker takes, in bytes: 250 MB and 105 for each pixel of the clip, by the same two peaks. */
const WORKER_BYTES = 250e6;
const WORKER_BYTES_PER_PIXEL = 105;
/** Share of the free memory that a job may take. */
const MEMORY_SHARE = 0.8;

/** What a machine has to give. */
export interface Machine {
  readonly processors: number;
  /** Bytes that are free. */
  readonly memory: number;
}

const thisMachine = (): Machine => ({
  processors: availableParallelism(),
  memory: process.availableMemory(),
});

/** How many worker threads a job begins: by processors, frames and free memory. Results do not depend on it. */
export function workerCount(
  { width, height, frameCount }: Size & { readonly frameCount: number },
  { processors, memory }: Machine = thisMachine(),
): number {
  const each = WORKER_BYTES + WORKER_BYTES_PER_PIXEL * width * height;
  const fitting = Math.floor((MEMORY_SHARE * memory - FIRST_BYTES) / each);
  return Math.max(
    1,
    Math.min(
      MOST_THREADS,
      processors,
      frameCount,
      Math.max(FEWEST_THREADS, fitting),
    ),
  );
}
