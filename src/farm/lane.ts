import { Queue, QueueEvents } from "bullmq";
import type { Redis } from "ioredis";
import { PREFIX } from "./connection.ts";
import { keepNone } from "./kept-messages.ts";

/** Pause between two looks at what has been asked and not answered. */
const LOOK_MS = 1000;
/** So many of what has waited longest are looked at in a turn. */
const LOOKED_AT = 20;
/** A message that is nowhere in two looks has been lost; in the first its answer may be under way. */
const LOOKS_TO_LOSE = 2;
/** Machines come and go; how many there are is asked again after so long. */
const SLOTS_KNOWN_MS = 5000;

/** A message, and who waits for its answer. */
export interface Asked {
  /** Letters, digits, dashes. */
  readonly id: string;
  readonly data: object;
  readonly priority: number;
  /** A worker has begun it. */
  readonly onBegun?: () => void;
  /** How far the worker is. */
  readonly onProgress?: (progress: unknown) => void;
  readonly onReply: (reply: unknown) => void;
  /** Its worker failed, or died over it. */
  readonly onFailed: (reason: string) => void;
  /** Redis knows nothing of it any more. */
  readonly onLost: () => void;
}

/**
 * One queue as those see it who put messages in and wait for answers. Answers come with the queue's events; what is lost on the way, with
 * an event or with Redis itself, is noticed by looking.
 */
export class Lane implements AsyncDisposable {
  readonly queue: Queue;
  readonly #events: QueueEvents;
  readonly #asked = new Map<string, { asked: Asked; missing: number }>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #slots: { readonly count: number; readonly until: number } | undefined;

  private constructor(queue: Queue, events: QueueEvents) {
    this.queue = queue;
    this.#events = events;
    // What Redis cannot do while it is away is done when it is back.
    queue.on("error", () => undefined);
    events.on("error", () => undefined);
    events.on("active", ({ jobId }) => {
      this.#asked.get(jobId)?.asked.onBegun?.();
    });
    events.on("progress", ({ jobId, data }) => {
      this.#asked.get(jobId)?.asked.onProgress?.(data);
    });
    events.on("completed", ({ jobId, returnvalue }) => {
      this.#settle(jobId)?.onReply(returnvalue as unknown);
    });
    events.on("failed", ({ jobId, failedReason }) => {
      this.#settle(jobId)?.onFailed(failedReason);
    });
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look()
        .catch(() => undefined)
        .finally(() => {
          this.#looking = undefined;
        });
    }, LOOK_MS);
    this.#timer.unref();
  }

  /** Listens from now on. */
  static async open(redis: Redis, name: string): Promise<Lane> {
    // By the server's clock: from "the end", what happens before the first question would be missed.
    const [seconds] = await redis.time();
    const base = { connection: redis, prefix: PREFIX };
    const queue = new Queue(name, base);
    const events = new QueueEvents(name, {
      ...base,
      lastEventId: `${Number(seconds) * 1000}-0`,
    });
    await events.waitUntilReady();
    return new Lane(queue, events);
  }

  /** Sends messages; each will be answered, fail, or be lost. */
  async ask(messages: readonly Asked[]): Promise<void> {
    for (const asked of messages)
      this.#asked.set(asked.id, { asked, missing: 0 });
    await this.queue.addBulk(
      messages.map(({ id, data, priority }) => ({
        name: "message",
        data,
        opts: {
          jobId: id,
          ...(priority > 0 && { priority }),
          ...keepNone,
        },
      })),
    );
  }

  /**
   * Takes a message back that no worker has begun; nobody is told.
   *
   * @returns whether it could be taken back
   */
  async drop(id: string): Promise<boolean> {
    const isGone = await this.queue
      .remove(id)
      .then((removed) => removed === 1)
      .catch(() => false);
    if (isGone) this.#asked.delete(id);
    return isGone;
  }

  /** Nobody waits for this answer any more. */
  forget(id: string): void {
    this.#asked.delete(id);
  }

  /** How many messages all workers of this queue can have in hand at a time; at least 1. */
  async slots(): Promise<number> {
    const now = performance.now();
    if (this.#slots !== undefined && this.#slots.until > now)
      return this.#slots.count;
    const workers = await this.queue.getWorkers();
    const count = workers.reduce(
      (sum, worker) => sum + slotsIn(worker["rawname"]),
      0,
    );
    this.#slots = { count: Math.max(1, count), until: now + SLOTS_KNOWN_MS };
    return this.#slots.count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#events.close();
    await this.queue.close();
  }

  #settle(id: string): Asked | undefined {
    const found = this.#asked.get(id)?.asked;
    this.#asked.delete(id);
    return found;
  }

  async #look(): Promise<void> {
    const oldest = [...this.#asked.keys()].slice(0, LOOKED_AT);
    if (!(await this.#lookAt(oldest))) return;
    // Where one is lost, Redis may have lost them all.
    await this.#lookAt([...this.#asked.keys()].slice(LOOKED_AT));
  }

  /** @returns whether any was lost */
  async #lookAt(ids: readonly string[]): Promise<boolean> {
    const states = await Promise.all(
      ids.map((id) => this.queue.getJobState(id)),
    );
    let isAnyMissing = false;
    for (const [k, id] of ids.entries()) {
      const waiting = this.#asked.get(id);
      if (waiting === undefined || states[k] !== "unknown") continue;
      isAnyMissing = true;
      if (++waiting.missing >= LOOKS_TO_LOSE) this.#settle(id)?.onLost();
    }
    return isAnyMissing;
  }
}

/** A worker's name, which ends in how many messages it takes at a time. */
export const workerName = (place: string, slots: number): string =>
  `${place}-x${slots}`;

const slotsIn = (name: string | undefined): number =>
  Number(/-x(\d+)$/.exec(name ?? "")?.[1] ?? 1);
