import { DelayedError, type Job, type Worker } from "bullmq";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { wireFailure } from "../errors/failure-sentence.ts";
import type { JobPlan } from "../pipeline/execution/job-plan.ts";
import type { TaskOf } from "../pipeline/execution/task.ts";
import type { PipelineTasks } from "../pipeline/run-stages.ts";
import { queues } from "./connection.ts";
import { type QueueWorkerPlace, takeFrom } from "./queue-worker.ts";
import type { Runs } from "./runs.ts";
import type { TaskSlot, TaskSlots } from "./slots.ts";
import type { Storage } from "./storage.ts";
import {
  type Outcomes,
  type TaskMessage,
  type TaskReply,
  taskMessageSchema,
  versionSchema,
} from "./task-message.ts";
import {
  filesOfPlan,
  filesOfTask,
  type TaskSchemas,
  taskSchemas,
} from "./task-schemas.ts";
import type { ValueFiles } from "./value-files.ts";

/** What is not for this version waits so long before the next worker looks at it. */
const OTHER_VERSION_MS = 2000;

/** What a worker of tasks works with. */
export interface TaskWorkerPlace extends QueueWorkerPlace {
  readonly storage: Storage;
  readonly values: ValueFiles;
  readonly runs: Runs;
  readonly slots: TaskSlots;
  readonly concurrency: number;
  /** Told once when a message came that is another version's. */
  readonly onOtherVersion: () => void;
}

/** Takes messages with tasks and does them on threads of this process. */
export class TaskWorker {
  readonly #place: TaskWorkerPlace;
  readonly #schemas: TaskSchemas;
  readonly #worker: Worker;
  readonly #stop = new AbortController();
  /** Plans that were looked at, by what sends them. */
  readonly #plans = new Map<string, Promise<JobPlan>>();

  constructor(place: TaskWorkerPlace) {
    this.#place = place;
    this.#schemas = taskSchemas(place.storage);
    this.#worker = takeFrom(
      queues.cpu,
      place,
      // Who asked for the tasks counts how often each was tried.
      { concurrency: place.concurrency, deaths: 0 },
      (job, token) => this.#answer(job, token),
    );
  }

  /** Resolves once it takes messages. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Finishes the tasks in hand, leaves the rest of their messages to others, and ends. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#worker.close();
    await this.#place.slots.close();
  }

  async #answer(job: Job<unknown>, token?: string): Promise<TaskReply> {
    const { runs, slots, values, storage } = this.#place;
    if (!v.is(versionSchema, job.data)) {
      // A stray message must not end the farm's workers one after the other.
      if (await storage.isOurs())
        throw new Error("it is of another version than the farm");
      await job.moveToDelayed(Date.now() + OTHER_VERSION_MS, token);
      this.#place.onOtherVersion();
      throw new DelayedError();
    }
    const message = v.parse(taskMessageSchema, job.data);
    if (await runs.isStale(message.clip, message.run)) return { stale: true };
    const planKey = JSON.stringify(message.plan);
    const opened = `${message.run} ${message.epoch} ${planKey}`;
    const slot = slots.take(opened);
    try {
      const outcomes: Outcomes = [];
      for (const own of message.own.keys()) {
        if (this.#stop.signal.aborted && own > 0) break;
        outcomes.push(await this.#outcome(slot, opened, message, own));
      }
      const folder = storage.own("farm", message.clip);
      return { outcomes: await values.sender(folder).send(outcomes) };
    } finally {
      slot.isFree = true;
    }
  }

  /** Does one task; while the storage is away it waits, because that is not the task's fault. */
  async #outcome(
    slot: TaskSlot,
    key: string,
    message: TaskMessage,
    own: number,
  ): Promise<Outcomes[number]> {
    const { storage } = this.#place;
    for (;;) {
      try {
        const plan = await this.#plan(message);
        const task = await this.#task(message, own);
        return { ok: true, value: await slot.run({ key, plan }, task) };
      } catch (error) {
        if (
          !this.#stop.signal.aborted &&
          !(await storage.isThere()) &&
          (await storage.untilThere(this.#stop.signal).catch(() => false))
        )
          continue;
        if (error instanceof LaminaError)
          return { ok: false, failure: wireFailure(error.failure) };
        const bug = error instanceof Error ? error.message : String(error);
        return { ok: false, bug };
      }
    }
  }

  #plan({ plan }: TaskMessage): Promise<JobPlan> {
    const key = JSON.stringify(plan);
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const loading = this.#load(plan);
    this.#plans.set(key, loading);
    loading.catch(() => this.#plans.delete(key));
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > this.#place.concurrency + 1)
      this.#plans.delete(oldest!);
    return loading;
  }

  async #load(sent: TaskMessage["plan"]): Promise<JobPlan> {
    const { storage, values } = this.#place;
    const found = await values.take(sent);
    v.assert(this.#schemas.plan, found);
    const plan = found as JobPlan;
    for (const file of filesOfPlan(plan)) await storage.check(file);
    return plan;
  }

  async #task(
    message: TaskMessage,
    own: number,
  ): Promise<TaskOf<PipelineTasks>> {
    const { storage, values } = this.#place;
    const { kind, common } = message;
    const schema = Object.hasOwn(this.#schemas.tasks, kind)
      ? this.#schemas.tasks[kind as keyof PipelineTasks]
      : undefined;
    if (schema === undefined)
      throw new LaminaError({
        code: "request-invalid",
        detail: `there is no task called ${kind}`,
      });
    const fields = (await values.take(message.own[own]!)) as object;
    const task: Record<string, unknown> = { ...fields };
    for (const [key, sent] of Object.entries(common))
      task[key] = await values.take(sent);
    v.assert(schema, task);
    for (const file of filesOfTask(task)) await storage.check(file);
    return { ...task, kind } as TaskOf<PipelineTasks>;
  }
}
