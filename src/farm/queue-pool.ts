import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { failureSentence } from "../errors/failure-sentence.ts";
import type { JobPlan } from "../pipeline/execution/job-plan.ts";
import type { ResultOf, TaskOf, TaskPool } from "../pipeline/execution/task.ts";
import type { PipelineTasks } from "../pipeline/run-stages.ts";
import { readWireFailure } from "../protocol/wire-failure.ts";
import { farmVersion } from "./farm-version.ts";
import type { Lane } from "./lane.ts";
import {
  MOST_IN_MESSAGE,
  outcomesSchema,
  taskReplySchema,
  type TaskMessage,
} from "./task-message.ts";
import type { SentValue, ValueFiles, ValueSender } from "./value-files.ts";

/** A task that fails so often fails its clip. */
const MOST_TRIES = 3;
/** Messages that each worker's slot gets of a batch: fewer, and the last ones are waited for; more, and neighbours are torn apart. */
export const MESSAGES_A_SLOT = 4;
/** A message that takes so much longer than the longest that is done is given to a second worker as well. */
const STRAGGLER_RATIO = 4;
/** But none is before so many milliseconds. */
const STRAGGLER_MS = 5000;
/** Pause between two looks for stragglers. */
const LOOK_MS = 1000;
/** What has begun when a job is cancelled is waited for so long, in milliseconds; its worker may have died. */
const LONGEST_END_MS = 60_000;

type Task = TaskOf<PipelineTasks>;

/** What a pool needs of its clip. */
export interface PoolPlace {
  readonly lane: Lane;
  readonly values: ValueFiles;
  readonly sender: ValueSender;
  /** Which clip, and which attempt at it. */
  readonly clip: string;
  readonly run: string;
  /** 0 for before all others. */
  readonly priority: number;
  /** Told when another attempt at the clip has taken over. */
  readonly onSuperseded: () => void;
  /** What takes less is no straggler, in milliseconds; `STRAGGLER_MS` when absent. */
  readonly stragglerMs?: number;
  /** Told of tasks that were done. */
  readonly onAnswered?: (tasks: number) => void;
}

/** Tasks that were asked for together. */
interface Batch {
  readonly tasks: readonly Task[];
  readonly outcomes: ({ readonly value: unknown } | undefined)[];
  readonly tries: number[];
  readonly common: ReadonlySet<string>;
  /** What is under way. */
  readonly open: Set<Sending>;
  readonly plan: Promise<SentValue>;
  readonly epoch: number;
  /** Longest time from begin to answer so far, in milliseconds. */
  longest: number;
  done: number;
  /** Why no more of it is done. */
  failure: Error | undefined;
  readonly onDone: (done: number) => void;
  readonly settled: () => void;
}

/** Tasks of a batch in one message, under one id or, when it has a second worker, two. */
interface Sending {
  readonly indices: readonly number[];
  readonly ids: string[];
  begun: number | undefined;
}

/**
 * Has a clip's tasks done by workers of a farm. A task may be done twice, by two workers, or again after its answer was lost: what it
 * leaves is named by what it is of, and written in one step, so that this changes nothing.
 */
export class QueuePool implements TaskPool<PipelineTasks>, AsyncDisposable {
  readonly #place: PoolPlace;
  readonly #batches = new Set<Batch>();
  readonly #timer: NodeJS.Timeout;
  readonly #prefix: string;
  #plan: JobPlan;
  #epoch = 0;
  #messages = 0;

  constructor(place: PoolPlace, plan: JobPlan) {
    this.#place = place;
    this.#plan = plan;
    this.#prefix = `${place.run}-${randomBytes(3).toString("hex")}`;
    this.#timer = setInterval(() => {
      this.#copyStragglers();
    }, LOOK_MS);
    this.#timer.unref();
  }

  /** What workers remember of an earlier plan counts no longer. */
  open(plan: JobPlan): void {
    this.#plan = plan;
    this.#epoch++;
  }

  /** Workers enlarge for themselves, to the same bits. */
  enlargeWith(): void {
    // There is nothing to tell them.
  }

  /** Workers are other processes, of which none waits for another. */
  spareProcessor(): Disposable {
    return { [Symbol.dispose]: () => undefined };
  }

  async run<T extends Task>(task: T): Promise<ResultOf<PipelineTasks, T>> {
    const never = new AbortController();
    const [value] = await this.runAll([task], never.signal, () => undefined);
    return value!;
  }

  async runAll<T extends Task>(
    tasks: readonly T[],
    signal: AbortSignal,
    onDone: (done: number) => void,
  ): Promise<ResultOf<PipelineTasks, T>[]> {
    signal.throwIfAborted();
    if (tasks.length === 0) return [];
    let settled = (): void => undefined;
    const end = new Promise<void>((resolve) => {
      settled = resolve;
    });
    const batch: Batch = {
      tasks,
      outcomes: tasks.map(() => undefined),
      tries: tasks.map(() => 0),
      common: commonFields(tasks),
      open: new Set(),
      plan: this.#place.sender.sendCommon(this.#plan),
      epoch: this.#epoch,
      longest: 0,
      done: 0,
      failure: undefined,
      onDone,
      settled,
    };
    const stop = (): void => {
      this.#fail(batch, signal.reason as Error);
    };
    signal.addEventListener("abort", stop, { once: true });
    this.#batches.add(batch);
    try {
      const slots = await this.#place.lane.slots();
      const each = Math.min(
        MOST_IN_MESSAGE,
        Math.max(1, Math.ceil(tasks.length / (slots * MESSAGES_A_SLOT))),
      );
      const all = tasks.map((_, index) => index);
      const parts: number[][] = [];
      for (let at = 0; at < all.length; at += each)
        parts.push(all.slice(at, at + each));
      await this.#send(batch, parts);
      await end;
      if (batch.failure !== undefined) throw batch.failure;
      return batch.outcomes.map(
        (outcome) => outcome!.value as ResultOf<PipelineTasks, T>,
      );
    } finally {
      signal.removeEventListener("abort", stop);
      this.#batches.delete(batch);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async #send(
    batch: Batch,
    parts: readonly (readonly number[])[],
  ): Promise<void> {
    const sendings = parts.map((indices): Sending => {
      const sending = { indices, ids: [this.#newId()], begun: undefined };
      batch.open.add(sending);
      return sending;
    });
    try {
      const messages = [];
      for (const sending of sendings)
        messages.push(await this.#message(batch, sending, sending.ids[0]!));
      if (batch.failure === undefined) await this.#place.lane.ask(messages);
      // It was given up while its messages were written.
      else for (const each of sendings) this.#close(batch, each);
    } catch (error) {
      for (const each of sendings) batch.open.delete(each);
      this.#fail(batch, error as Error);
    }
  }

  async #message(
    batch: Batch,
    sending: Sending,
    id: string,
  ): Promise<Parameters<Lane["ask"]>[0][number]> {
    const { sender, clip, run, priority } = this.#place;
    const first = batch.tasks[sending.indices[0]!]!;
    const common: Record<string, SentValue> = {};
    for (const [key, value] of Object.entries(first))
      if (batch.common.has(key))
        common[key] = await sender.sendCommon(value as object);
    const own: SentValue[] = [];
    for (const index of sending.indices) {
      const fields = Object.entries(batch.tasks[index]!).filter(
        ([key]) => key !== "kind" && !batch.common.has(key),
      );
      own.push(await sender.send(Object.fromEntries(fields)));
    }
    const data: TaskMessage = {
      ...farmVersion,
      clip,
      run,
      plan: await batch.plan,
      epoch: batch.epoch,
      kind: first.kind,
      common,
      own,
    };
    return {
      id,
      data,
      priority,
      onBegun: () => {
        sending.begun = performance.now();
      },
      onReply: (reply) => {
        void this.#take(batch, sending, reply).catch((error: unknown) => {
          this.#again(batch, sending, String(error));
        });
      },
      onFailed: (reason) => {
        this.#again(batch, sending, workerEnded(reason));
      },
      onLost: () => {
        this.#again(batch, sending, undefined);
      },
    };
  }

  async #take(batch: Batch, sending: Sending, reply: unknown): Promise<void> {
    const { values, onSuperseded } = this.#place;
    const answer = v.parse(taskReplySchema, reply);
    if ("stale" in answer) {
      this.#close(batch, sending);
      this.#fail(batch, new DOMException("superseded", "AbortError"));
      onSuperseded();
      return;
    }
    const outcomes = v.parse(
      outcomesSchema,
      await values.take(answer.outcomes),
    );
    if (!batch.open.has(sending)) return;
    if (sending.begun !== undefined)
      batch.longest = Math.max(
        batch.longest,
        performance.now() - sending.begun,
      );
    const again: number[] = [];
    for (const [k, index] of sending.indices.entries()) {
      const outcome = outcomes[k];
      if (batch.outcomes[index] !== undefined) continue;
      // A worker that was told to stop leaves the rest to others.
      if (outcome === undefined) again.push(index);
      else if (outcome.ok) {
        batch.outcomes[index] = { value: outcome.value };
        this.#place.onAnswered?.(1);
        batch.onDone(++batch.done);
      } else if (this.#mayTry(batch, index, errorOf(outcome)))
        again.push(index);
    }
    if (again.length > 0 && batch.failure === undefined)
      await this.#send(
        batch,
        again.map((index) => [index]),
      );
    this.#close(batch, sending);
  }

  /**
   * What a message asked is asked again, each task by itself, because one of them may have brought the worker down.
   *
   * @param reason undefined when nobody has tried
   */
  #again(batch: Batch, sending: Sending, reason: string | undefined): void {
    if (!batch.open.has(sending)) return;
    const parts = sending.indices
      .filter((index) => batch.outcomes[index] === undefined)
      .filter(
        (index) => reason === undefined || this.#mayTry(batch, index, reason),
      )
      .map((index) => [index]);
    if (batch.failure !== undefined || parts.length === 0) {
      this.#close(batch, sending);
      return;
    }
    void this.#send(batch, parts).finally(() => {
      this.#close(batch, sending);
    });
  }

  /** Counts a failure; the third of one task is the batch's. */
  #mayTry(batch: Batch, index: number, error: Error | string): boolean {
    if (++batch.tries[index]! < MOST_TRIES) return true;
    const failure =
      typeof error === "string"
        ? taskFailure(batch.tasks[index]!, error)
        : error;
    this.#fail(batch, failure);
    return false;
  }

  #close(batch: Batch, sending: Sending): void {
    batch.open.delete(sending);
    for (const id of sending.ids) this.#place.lane.forget(id);
    // A second worker that has not begun need not.
    if (sending.ids.length > 1)
      for (const id of sending.ids) void this.#place.lane.drop(id);
    if (batch.open.size === 0) batch.settled();
  }

  /** Gives the rest of a batch up: what has not begun is taken back, what has is waited for. */
  #fail(batch: Batch, error: Error): void {
    if (batch.failure !== undefined) return;
    batch.failure = error;
    if (batch.open.size === 0) batch.settled();
    setTimeout(batch.settled, LONGEST_END_MS).unref();
    for (const sending of batch.open)
      void Promise.all(sending.ids.map((id) => this.#place.lane.drop(id))).then(
        (dropped) => {
          if (dropped.every(Boolean)) this.#close(batch, sending);
        },
      );
  }

  #copyStragglers(): void {
    const now = performance.now();
    for (const batch of this.#batches) {
      const limit = Math.max(
        this.#place.stragglerMs ?? STRAGGLER_MS,
        STRAGGLER_RATIO * batch.longest,
      );
      if (batch.done < batch.tasks.length / 2) continue;
      for (const sending of batch.open) {
        const { begun, ids } = sending;
        if (begun === undefined || now - begun < limit || ids.length > 1)
          continue;
        const id = this.#newId();
        ids.push(id);
        void this.#message(batch, sending, id)
          .then((message) => this.#place.lane.ask([message]))
          // The first worker is still at it.
          .catch(() => undefined);
      }
    }
  }

  #newId(): string {
    return `${this.#prefix}-${++this.#messages}`;
  }
}

/** Fields that hold the same object in all tasks, and can be written once for all of them. */
function commonFields(tasks: readonly Task[]): ReadonlySet<string> {
  const [first] = tasks;
  if (first === undefined || tasks.length < 2) return new Set();
  const shared = Object.entries(first).filter(
    ([key, value]) =>
      value !== null &&
      typeof value === "object" &&
      tasks.every(
        (task) => (task as unknown as Record<string, unknown>)[key] === value,
      ),
  );
  return new Set(shared.map(([key]) => key));
}

type Failed = Extract<
  v.InferOutput<typeof outcomesSchema>[number],
  { readonly ok: false }
>;

function errorOf(outcome: Failed): Error | string {
  if ("bug" in outcome) return outcome.bug;
  const failure = readWireFailure(outcome.failure);
  if (failure === undefined) return outcome.failure.code;
  // The system names no frame; of the others the user knows what to do.
  return failure.code === "system-refused"
    ? failureSentence(failure)
    : new LaminaError(failure);
}

function taskFailure(task: Task, reason: string): LaminaError {
  const { kind, frame, index } = task as Task & {
    readonly frame?: number;
    readonly index?: number;
  };
  const place =
    frame !== undefined
      ? `frame ${frame + 1}`
      : index !== undefined
        ? `canvas ${index + 1}`
        : "the clip";
  const [firstLine = "for no reason given"] = reason.split("\n");
  return new LaminaError({
    code: "farm-task-failed",
    task: kind,
    place,
    times: MOST_TRIES,
    reason: firstLine.replace(/^Error: /, "").replace(/\.$/, ""),
  });
}

/** BullMQ's words for a worker that has died, in ours. */
const workerEnded = (reason: string): string =>
  /stalled/.test(reason) ? "its worker ended in the middle of it" : reason;
