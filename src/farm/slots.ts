import type { JobPlan } from "../pipeline/execution/job-plan.ts";
import type { TaskOf } from "../pipeline/execution/task.ts";
import { WorkerPool } from "../pipeline/execution/worker-pool.ts";
import type { PipelineTasks } from "../pipeline/run-stages.ts";

/** What a thread works from: messages with the same key find what it remembers still true. */
interface Opened {
  readonly key: string;
  readonly plan: JobPlan;
}

/** What does one message's tasks, one after the other. */
export interface TaskSlot {
  /** Whether it has no message in hand. */
  isFree: boolean;
  run(opened: Opened, task: TaskOf<PipelineTasks>): Promise<unknown>;
}

/** Where a worker has tasks done. */
export interface TaskSlots {
  /** A free slot, one that remembers the key's clip if there is any. */
  take(key: string): TaskSlot;
  close(): Promise<void>;
}

/** A worker thread that goes from clip to clip. */
class Slot implements TaskSlot {
  readonly #entry: URL;
  #pool: WorkerPool<PipelineTasks> | undefined;
  #key: string | undefined;
  isFree = true;

  constructor(entry: URL) {
    this.#entry = entry;
  }

  /** What it works from; undefined when it remembers nothing. */
  get key(): string | undefined {
    return this.#key;
  }

  /**
   * Does one task.
   *
   * @throws LaminaError whatever expected failure it meets; Error for a bug, and when the thread has died
   */
  async run(
    { key, plan }: Opened,
    task: TaskOf<PipelineTasks>,
  ): Promise<unknown> {
    if (this.#key !== key) {
      if (this.#pool === undefined)
        this.#pool = new WorkerPool(this.#entry, 1, plan);
      else this.#pool.open(plan);
      this.#key = key;
    }
    try {
      return await this.#pool!.run(task);
    } catch (error) {
      // What could not be read is remembered as such; and a thread that has died does nothing any more.
      await this.close();
      throw error;
    }
  }

  /** Ends the thread; the next task gets a new one. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#key = undefined;
    await pool?.[Symbol.asyncDispose]();
  }
}

/** A fixed number of threads, each for one message at a time. */
export class Slots implements TaskSlots {
  readonly #all: readonly Slot[];

  constructor(entry: URL, count: number) {
    this.#all = Array.from({ length: count }, () => new Slot(entry));
  }

  /** A free thread, one that remembers the key's clip if there is any; the caller never takes more than there are. */
  take(key: string): Slot {
    const free = this.#all.filter((slot) => slot.isFree);
    const slot =
      free.find((each) => each.key === key) ??
      free.find((each) => each.key === undefined) ??
      free[0]!;
    slot.isFree = false;
    return slot;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((slot) => slot.close()));
  }
}
