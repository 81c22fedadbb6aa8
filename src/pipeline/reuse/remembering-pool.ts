import type { EnlargeBackground } from "../../vision/background/fixed-upsample.ts";
import type { JobPlan } from "../execution/job-plan.ts";
import type { ResultOf, TaskMap, TaskOf, TaskPool } from "../execution/task.ts";
import type { WorkerPool } from "../execution/worker-pool.ts";
import type { TaskMemory } from "./task-memory.ts";

/** Has tasks done by threads, but for those whose answers are remembered. */
export class RememberingPool<M extends TaskMap<M>> implements TaskPool<M> {
  readonly #threads: WorkerPool<M>;
  readonly #memory: TaskMemory;

  constructor(threads: WorkerPool<M>, memory: TaskMemory) {
    this.#threads = threads;
    this.#memory = memory;
    const named = (task: TaskOf<M>): { readonly kind: string } => ({
      ...task,
      kind: String(task.kind),
    });
    threads.traceWatch = {
      wants: (task) => memory.wants(named(task)),
      onTraced: (task, value, trace) =>
        memory.remember(named(task), value, trace),
    };
  }

  open(plan: JobPlan): void {
    this.#threads.open(plan);
  }

  enlargeWith(enlarge: EnlargeBackground): void {
    this.#threads.enlargeWith(enlarge);
  }

  spareProcessor(): Disposable {
    return this.#threads.spareProcessor();
  }

  run<T extends TaskOf<M> & { readonly kind: keyof M }>(
    task: T,
  ): Promise<ResultOf<M, T>> {
    return this.#threads.run(task);
  }

  async runAll<T extends TaskOf<M> & { readonly kind: keyof M }>(
    tasks: readonly T[],
    signal: AbortSignal,
    onDone: (done: number) => void,
  ): Promise<ResultOf<M, T>[]> {
    const answers = new Map<number, ResultOf<M, T>>();
    const left: number[] = [];
    for (const [at, task] of tasks.entries()) {
      signal.throwIfAborted();
      const kind = String(task.kind);
      const known = await this.#memory.recall({ ...task, kind });
      if (known === undefined) left.push(at);
      else {
        answers.set(at, known.answer);
        onDone(answers.size);
      }
    }
    const taken = answers.size;
    try {
      const made = await this.#threads.runAll(
        left.map((at) => tasks[at]!),
        signal,
        (done) => {
          onDone(taken + done);
        },
      );
      left.forEach((at, k) => answers.set(at, made[k]!));
    } finally {
      // What was done before it was cancelled, or failed, is known too.
      await this.#memory.flush();
    }
    return tasks.map((_, at) => answers.get(at)!);
  }
}
