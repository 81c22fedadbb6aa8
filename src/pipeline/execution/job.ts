import type { JobEvent, LayerPreview } from "../request.ts";
import type { JobFolder } from "./job-folder.ts";
import type { JobPlan } from "./job-plan.ts";
import type { NoTasks, TaskMap, TaskPool } from "./task.ts";

/** What every stage works with; `M` holds the tasks that it gives to workers. */
export interface Job<M extends TaskMap<M> = NoTasks> {
  readonly plan: JobPlan;
  readonly folder: JobFolder;
  readonly pool: TaskPool<M>;
  readonly signal: AbortSignal;
  /** Tells the user something in one sentence. */
  readonly notice: (sentence: string) => void;
  /** Shows how the layers look by now; absent when nobody looks. */
  readonly preview?: ((preview: LayerPreview) => void) | undefined;
}

/** How a stage reports what it has done. */
export type Progress = (done: number, total: number) => void;

/** A notice as an event. */
export const noticeEvent = (sentence: string): JobEvent => ({
  kind: "notice",
  sentence,
});

/**
 * Takes a stage's result from its file when an earlier run finished it, else computes and files it.
 *
 * @param name file that marks the stage as finished
 */
export async function once<T>(
  job: Job,
  name: string,
  compute: () => Promise<T>,
): Promise<{ value: T; resumed: boolean }> {
  if (await job.folder.has(name)) {
    return { value: (await job.folder.readJson(name)) as T, resumed: true };
  }
  const value = await compute();
  await job.folder.writeJson(name, value ?? null);
  return { value, resumed: false };
}
