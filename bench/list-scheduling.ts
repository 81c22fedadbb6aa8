/** A stage of a job: what one thread does alone, and tasks for all threads. */
export interface StageWork {
  readonly name: string;
  /** Seconds in which no task runs. */
  readonly alone: number;
  /** Seconds that the first thread works while the tasks run beside it; 0 where it does not. */
  readonly beside: number;
  /** Seconds of each task; a batch begins when the one before has ended. */
  readonly batches: readonly (readonly number[])[];
}

/** What bounds a stage: the thread that works alone, the longest tasks one after the other, or the work there is. */
export type Bound = "alone" | "longest tasks" | "work";

/** A stage on so many threads. */
export interface StagePlan {
  readonly name: string;
  readonly seconds: number;
  readonly bound: Bound;
}

/**
 * Seconds from the first to the last of tasks that are handed out in their order, each to the next free thread (Graham's list
 * scheduling), as `WorkerPool` does.
 */
export function batchSeconds(
  tasks: readonly number[],
  threads: number,
): number {
  const free = new Float64Array(Math.max(1, Math.min(threads, tasks.length)));
  for (const seconds of tasks) {
    let next = 0;
    for (let k = 1; k < free.length; k++) if (free[k]! < free[next]!) next = k;
    free[next]! += seconds;
  }
  return Math.max(0, ...free);
}

/** How long a stage takes on so many threads, and what keeps it from taking less. */
export function planStage(
  { name, alone, beside, batches }: StageWork,
  threads: number,
): StagePlan {
  const work = batches.reduce((sum, b) => sum + batchSeconds(b, threads), 0);
  const longest = batches.reduce((sum, b) => sum + Math.max(0, ...b), 0);
  const serial = alone + Math.max(0, beside - work);
  return {
    name,
    seconds: alone + Math.max(beside, work),
    bound:
      serial > work / 2
        ? "alone"
        : longest > 0.7 * work
          ? "longest tasks"
          : "work",
  };
}
