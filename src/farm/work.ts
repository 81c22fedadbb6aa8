import { hostname } from "node:os";
import type { OpenTrainingPlace } from "../training/training-place.ts";
import { LaminaError } from "../errors/failure.ts";
import type { FarmAddress } from "../protocol/farm-address.ts";
import { ClipLeader } from "./clip-leader.ts";
import { connect, queues } from "./connection.ts";
import { farmVersion } from "./farm-version.ts";
import { Lane } from "./lane.ts";
import { Runs } from "./runs.ts";
import { Slots } from "./slots.ts";
import { Storage } from "./storage.ts";
import { StorageIdentity } from "./storage-identity.ts";
import { enqueueForgotten, Submissions } from "./submissions.ts";
import { TaskWorker } from "./task-worker.ts";
import { TrainingWorker } from "./training-worker.ts";
import { ValueFiles } from "./value-files.ts";

/** What a worker can be for: tasks, and leading clips; or training networks. */
export type WorkerKind = "cpu" | "gpu";

/** What a worker is told. */
export interface WorkRequest extends FarmAddress {
  readonly kinds: readonly WorkerKind[];
  /** Tasks at a time. */
  readonly concurrency: number;
  /** A worker that was not heard of for so long is taken for dead. */
  readonly patienceSeconds: number;
}

/** What a worker has around it. */
export interface WorkContext {
  readonly openPlace: OpenTrainingPlace;
  /** Script of the worker threads. */
  readonly entry: URL;
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Works for a farm until the signal aborts: then it finishes its tasks, gives clip and training back, and returns.
 *
 * @throws LaminaError `farm-other-version`, `farm-other-storage`, `input-missing`, `output-unwritable`, and what `connect` throws
 */
export async function work(
  request: WorkRequest,
  { openPlace, entry, signal, say, onTrouble }: WorkContext,
): Promise<void> {
  const storage = await Storage.open(request.storage);
  const redis = await connect(request);
  try {
    const values = new ValueFiles(storage);
    const runs = new Runs(redis);
    const submissions = new Submissions(storage);
    const ended = new AbortController();
    const otherVersion = (): void => {
      ended.abort(
        new LaminaError({
          code: "farm-other-version",
          theirs: "another",
          ours: `${farmVersion.protocol}-${farmVersion.artifacts}`,
          mark: storage.own("farm.json"),
        }),
      );
    };
    const base = {
      redis,
      storage,
      values,
      runs,
      name: `${hostname()}-${process.pid}`,
      patienceMs: 1000 * request.patienceSeconds,
      onTrouble: quietly(onTrouble),
      onOtherVersion: otherVersion,
    };
    using _announced = await StorageIdentity.announce(
      redis,
      storage,
      base.onTrouble,
    );
    await using cpu = await Lane.open(redis, queues.cpu);
    await using gpu = await Lane.open(redis, queues.gpu);
    await using clips = await Lane.open(redis, queues.clips);
    const parts: { ready(): Promise<void>; close(): Promise<void> }[] = [];
    if (request.kinds.includes("cpu")) {
      const { concurrency } = request;
      const slots = new Slots(entry, concurrency);
      parts.push(new ClipLeader({ ...base, submissions, cpu, gpu, say }));
      parts.push(new TaskWorker({ ...base, slots, concurrency }));
    }
    if (request.kinds.includes("gpu"))
      parts.push(new TrainingWorker({ ...base, openPlace }));
    await Promise.all(parts.map((part) => part.ready()));
    const forgotten = (): void => {
      enqueueForgotten(clips.queue, submissions, onTrouble).catch(
        base.onTrouble,
      );
    };
    forgotten();
    // A server that was away may have come back empty.
    redis.on("ready", forgotten);
    say(`Works for ${storage.root}: ${describe(request)}.`);
    await aborted(AbortSignal.any([signal, ended.signal]));
    redis.off("ready", forgotten);
    say("Stops: finishes what is in hand and gives the rest back.");
    await Promise.all(parts.map((part) => part.close()));
    if (ended.signal.aborted) throw ended.signal.reason as Error;
  } finally {
    redis.disconnect();
  }
}

const describe = ({ kinds, concurrency }: WorkRequest): string =>
  [
    ...(kinds.includes("cpu")
      ? [
          `leads clips, does ${concurrency} task${concurrency === 1 ? "" : "s"} at a time`,
        ]
      : []),
    ...(kinds.includes("gpu") ? ["trains"] : []),
  ].join(", ");

const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => {
        signal.addEventListener(
          "abort",
          () => {
            resolve();
          },
          { once: true },
        );
      });

/** The same trouble is told once in a row: a connection that is away says so with every attempt. */
function quietly(tell: (error: unknown) => void): (error: unknown) => void {
  let last = "";
  return (error) => {
    const text = error instanceof Error ? error.message : String(error);
    if (text === last) return;
    last = text;
    tell(error);
  };
}
