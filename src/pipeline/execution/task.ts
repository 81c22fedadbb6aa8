import type { EnlargeBackground } from "../../vision/background/fixed-upsample.ts";
import type { JobPlan } from "./job-plan.ts";
import type { TaskContext } from "./task-context.ts";

/**
 * Kinds of work that a worker can be given: per kind, what it is told and what it answers. Large results go to files, not over
 * the wire. Each stage exports the map of its own kinds; the workers' registry merges them.
 */
export type TaskMap<M> = {
  readonly [K in keyof M]: { readonly input: object; readonly output: unknown };
};

/** No work at all: what a job needs that only reads and writes files. */
export type NoTasks = object;

/** One piece of work of a map. */
export type TaskOf<M extends TaskMap<M>> = {
  [K in keyof M]: { readonly kind: K } & M[K]["input"];
}[keyof M];

/** What a piece of work answers. */
export type ResultOf<
  M extends TaskMap<M>,
  T extends { readonly kind: keyof M },
> = M[T["kind"]]["output"];

/** What does the work, kind by kind. */
export type TaskRunners<M extends TaskMap<M>> = {
  readonly [K in keyof M]: (
    context: TaskContext,
    task: M[K]["input"],
  ) => M[K]["output"] | Promise<M[K]["output"]>;
};

/** Has tasks of a map done; `WorkerPool` does it on threads. */
export interface TaskPool<M extends TaskMap<M>> {
  /** Has all that follows work from this plan; no task may be running. */
  open(plan: JobPlan): void;
  /** Has backgrounds enlarged there from now on; no task may be running. */
  enlargeWith(enlarge: EnlargeBackground): void;
  /** Leaves a processor of this machine to other work, until what it answers is disposed of: tasks wait rather than take it. */
  spareProcessor(): Disposable;
  /**
   * Does one task.
   *
   * @throws LaminaError whatever expected failure the task met
   */
  run<T extends TaskOf<M> & { readonly kind: keyof M }>(
    task: T,
  ): Promise<ResultOf<M, T>>;
  /**
   * Does all tasks; the first failure is thrown once no thread is at work any more.
   *
   * @param onDone called after each task with how many are done
   */
  runAll<T extends TaskOf<M> & { readonly kind: keyof M }>(
    tasks: readonly T[],
    signal: AbortSignal,
    onDone: (done: number) => void,
  ): Promise<ResultOf<M, T>[]>;
}
