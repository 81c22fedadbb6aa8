import { channel } from "node:diagnostics_channel";
import { availableParallelism } from "node:os";
import { type MessagePort, Worker } from "node:worker_threads";
import "../../media/sharp-library.ts"; // Before any thread is started.
import type { EnlargeBackground } from "../../vision/background/fixed-upsample.ts";
import { LaminaError } from "../../errors/failure.ts";
import type { Failure } from "../../errors/failure-codes.ts";
import type { JobPlan } from "./job-plan.ts";
import { serveEnlarging } from "./thread-enlarger.ts";
import type { ResultOf, TaskMap, TaskOf, TaskPool } from "./task.ts";
import type { TaskTrace } from "./task-trace.ts";

/** Who wants to know what tasks read and write. */
export interface TraceWatch<M extends TaskMap<M>> {
  /** Whether this one's is wanted. */
  wants(task: TaskOf<M>): boolean;
  /** Told when it is done; until this has ended nobody hears of it, so nothing that waits for it has begun. */
  onTraced(task: TaskOf<M>, value: unknown, trace: TaskTrace): Promise<void>;
}

/** What a worker is told. */
export type WorkerRequest<M extends TaskMap<M>> =
  | { readonly kind: "open"; readonly plan: JobPlan }
  | { readonly kind: "enlarge"; readonly port: MessagePort }
  | {
      readonly kind: "task";
      readonly id: number;
      readonly task: TaskOf<M>;
      /** Whether it is asked what the task reads and writes. */
      readonly isTraced?: boolean;
    };

/** What a worker answers, and says before it does. */
export type WorkerReply =
  | {
      readonly id: number;
      /** Of the task that it is at, what is done. */
      readonly share: number;
    }
  | {
      readonly id: number;
      readonly ok: true;
      readonly value: unknown;
      readonly trace?: TaskTrace;
    }
  | { readonly id: number; readonly ok: false; readonly failure: Failure }
  | { readonly id: number; readonly ok: false; readonly bug: string };

/** Tells, while somebody listens, what each task took: `TaskTime`s, for `bench/task-graph.ts`. */
const taskTimes = channel("lamina:task");

/** When a task ran, in milliseconds since the process began. */
export interface TaskTime {
  readonly kind: string;
  /** The tasks of one call of `runAll` have one number, those of `run` have 0. */
  readonly batch: number;
  readonly begun: number;
  readonly ended: number;
}

interface Pending<M extends TaskMap<M>> {
  readonly task: TaskOf<M>;
  readonly batch: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Told what share of the task is done, while it is. */
  readonly onShare: (share: number) => void;
}

/** Runs tasks of one job on several threads, in the order given, as many at a time as there are threads. */
export class WorkerPool<M extends TaskMap<M>>
  implements TaskPool<M>, AsyncDisposable
{
  readonly #processors: number;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #queue: Pending<M>[] = [];
  readonly #running = new Map<
    Worker,
    Pending<M> & { readonly begun: number }
  >();
  #nextId = 0;
  #batches = 0;
  /** Told what tasks read and write; nobody is, when undefined. */
  traceWatch: TraceWatch<M> | undefined;
  /** Why the last thread is gone. */
  #lost: Error | undefined;
  /** Processors that are left to others. */
  #spared = 0;

  /**
   * @param entry      script that answers a `WorkerRequest` with a `WorkerReply`
   * @param processors that the threads share with the rest of the job
   */
  constructor(
    entry: URL,
    threads: number,
    plan: JobPlan,
    processors = availableParallelism(),
  ) {
    this.#processors = processors;
    for (let i = 0; i < threads; i++) {
      const worker = new Worker(entry);
      worker.on("message", (reply: WorkerReply) => {
        this.#settle(worker, reply);
      });
      worker.on("error", (error) => {
        this.#fail(
          worker,
          error instanceof Error ? error : new Error(String(error)),
        );
      });
      worker.on("exit", () => {
        this.#fail(worker, new Error("a worker thread ended unexpectedly"));
      });
      this.#all.push(worker);
      this.#idle.push(worker);
    }
    this.open(plan);
  }

  /** Has all threads work from this plan; what they remembered of an earlier one is forgotten. No task may be running. */
  open(plan: JobPlan): void {
    for (const worker of this.#all) this.#send(worker, { kind: "open", plan });
  }

  /** Has all threads enlarge backgrounds where the main thread can; until the next plan. No task may be running. */
  enlargeWith(enlarge: EnlargeBackground): void {
    for (const worker of this.#all) {
      const port = serveEnlarging(enlarge);
      const request: WorkerRequest<M> = { kind: "enlarge", port };
      worker.postMessage(request, [port]);
    }
  }

  /**
   * Three threads on two processors would each get two thirds of one, and what everybody waits for would be late. A thread always
   * goes on.
   */
  spareProcessor(): Disposable {
    this.#spared++;
    return {
      [Symbol.dispose]: () => {
        this.#spared--;
        this.#dispatch();
      },
    };
  }

  /** How many threads may be at work. */
  get #most(): number {
    const left = this.#processors - this.#spared;
    return Math.max(1, Math.min(this.#all.length, left));
  }

  /**
   * Runs one task on the next free thread.
   *
   * @throws LaminaError whatever expected failure the task met
   */
  run<T extends TaskOf<M> & { readonly kind: keyof M }>(
    task: T,
  ): Promise<ResultOf<M, T>> {
    return this.#run(task, 0, () => undefined);
  }

  #run<T extends TaskOf<M> & { readonly kind: keyof M }>(
    task: T,
    batch: number,
    onShare: (share: number) => void,
  ): Promise<ResultOf<M, T>> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) {
        reject(this.#lost);
        return;
      }
      this.#queue.push({ task, batch, resolve, reject, onShare });
      this.#dispatch();
    });
  }

  /**
   * Runs all tasks; when one fails or the signal aborts, what has not begun is dropped and the first failure thrown, but
   * only once no thread is at work any more.
   *
   * @param onDone called after each task with how many are done, and with fractions while long ones are
   */
  async runAll<T extends TaskOf<M> & { readonly kind: keyof M }>(
    tasks: readonly T[],
    signal: AbortSignal,
    onDone: (done: number) => void,
  ): Promise<ResultOf<M, T>[]> {
    const batch = ++this.#batches;
    let done = 0;
    const begun = new Map<T, number>();
    const tell = (): void => {
      onDone([...begun.values()].reduce((sum, share) => sum + share, done));
    };
    const drop = (): void => {
      const dropped = this.#queue.splice(0);
      for (const { reject } of dropped)
        reject(new DOMException("cancelled", "AbortError"));
    };
    signal.addEventListener("abort", drop, { once: true });
    try {
      signal.throwIfAborted();
      const outcomes = await Promise.allSettled(
        tasks.map(async (task) => {
          try {
            const value = await this.#run(task, batch, (share) => {
              begun.set(task, share);
              tell();
            });
            begun.delete(task);
            done++;
            tell();
            return value;
          } catch (error) {
            drop();
            throw error;
          }
        }),
      );
      signal.throwIfAborted();
      const failures = outcomes.filter((o) => o.status === "rejected");
      const first =
        failures.find((o) => (o.reason as Error).name !== "AbortError") ??
        failures[0];
      if (first !== undefined) throw first.reason as Error;
      return outcomes.flatMap((o) =>
        o.status === "fulfilled" ? [o.value] : [],
      );
    } finally {
      signal.removeEventListener("abort", drop);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.#all) worker.removeAllListeners("exit");
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (
      this.#queue.length > 0 &&
      this.#idle.length > 0 &&
      this.#running.size < this.#most
    ) {
      // Who was at work last has the code compiled, and may remember what the next task reads.
      const worker = this.#idle.pop()!;
      const pending = this.#queue.shift()!;
      this.#running.set(worker, { ...pending, begun: performance.now() });
      this.#send(worker, {
        kind: "task",
        id: this.#nextId++,
        task: pending.task,
        ...(this.traceWatch?.wants(pending.task) === true && {
          isTraced: true,
        }),
      });
    }
  }

  #send(worker: Worker, request: WorkerRequest<M>): void {
    worker.postMessage(request);
  }

  #settle(worker: Worker, reply: WorkerReply): void {
    const pending = this.#running.get(worker);
    if ("share" in reply) {
      pending?.onShare(reply.share);
      return;
    }
    this.#running.delete(worker);
    this.#idle.push(worker);
    if (pending !== undefined && taskTimes.hasSubscribers) {
      const { task, batch, begun } = pending;
      const ended = performance.now();
      taskTimes.publish({ kind: String(task.kind), batch, begun, ended });
    }
    if (reply.ok) {
      const { value, trace } = reply;
      const watch = this.traceWatch;
      if (pending === undefined || trace === undefined || watch === undefined)
        pending?.resolve(value);
      else
        void watch.onTraced(pending.task, value, trace).then(() => {
          pending.resolve(value);
        }, pending.reject);
    } else if ("failure" in reply)
      pending?.reject(new LaminaError(reply.failure));
    else pending?.reject(new Error(reply.bug));
    this.#dispatch();
  }

  /** A thread is gone; the others go on. */
  #fail(worker: Worker, error: Error): void {
    this.#running.get(worker)?.reject(error);
    this.#running.delete(worker);
    for (const list of [this.#all, this.#idle]) {
      const at = list.indexOf(worker);
      if (at >= 0) list.splice(at, 1);
    }
    if (this.#all.length > 0) return;
    this.#lost ??= error;
    for (const { reject } of this.#queue.splice(0)) reject(this.#lost);
  }
}
