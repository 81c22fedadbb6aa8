import { type Job, type Processor, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { PREFIX, type queues } from "./connection.ts";
import { workerName } from "./lane.ts";

/** What all workers of a farm have around them. */
export interface QueueWorkerPlace {
  readonly redis: Redis;
  /** What it calls itself. */
  readonly name: string;
  /** A worker that has not been heard of for so long is taken for dead. */
  readonly patienceMs: number;
  /** Told of what goes wrong beside the work. */
  readonly onTrouble: (error: unknown) => void;
}

/** How a queue's messages are taken. */
interface Taking {
  /** So many at a time. */
  readonly concurrency: number;
  /** So often may a worker die over a message before that is failed. */
  readonly deaths: number;
}

/** Takes messages from a queue, as all workers of a farm do. */
export function takeFrom(
  queue: keyof typeof queues,
  { redis, name, patienceMs, onTrouble }: QueueWorkerPlace,
  { concurrency, deaths }: Taking,
  take: Processor<unknown>,
): Worker {
  const worker = new Worker(
    queue,
    (job: Job<unknown>, token) => take(job, token),
    {
      connection: redis,
      prefix: PREFIX,
      concurrency,
      name: workerName(name, concurrency),
      lockDuration: patienceMs,
      stalledInterval: patienceMs / 2,
      maxStalledCount: deaths,
    },
  );
  worker.on("error", onTrouble);
  return worker;
}
