import type { JobEvent, LayerPreview } from "../request.ts";
import type { Artifacts, FactsFile } from "./artifacts.ts";
import type { JobPlan } from "./job-plan.ts";
import type { NoTasks, TaskMap, TaskPool } from "./task.ts";

/** What every stage works with; `M` holds the tasks that it gives to workers. */
export interface Job<M extends TaskMap<M> = NoTasks> {
  readonly plan: JobPlan;
  readonly artifacts: Artifacts;
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
 * Takes facts from their file when an earlier run has found them, else finds and files them. Their presence says that all
 * that was to be filed before them is there.
 */
export async function once<T>(
  { artifacts }: Pick<Job, "artifacts">,
  facts: FactsFile<T>,
  find: () => Promise<T>,
): Promise<{ readonly value: T; readonly resumed: boolean }> {
  const known = await artifacts.readFacts(facts);
  if (known !== undefined) return { value: known, resumed: true };
  const value = await find();
  await artifacts.writeFacts(facts, value);
  return { value, resumed: false };
}
