import { DelayedError, type Job, WaitingError, type Worker } from "bullmq";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { wireFailure } from "../errors/failure-sentence.ts";
import { systemFailure } from "../errors/system-failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import type { OpenTrainingPlace } from "../training/training-place.ts";
import { queues } from "./connection.ts";
import { type QueueWorkerPlace, takeFrom } from "./queue-worker.ts";
import type { Runs } from "./runs.ts";
import type { Storage } from "./storage.ts";
import { versionSchema } from "./task-message.ts";
import {
  trainingDataSchema,
  trainingMessageSchema,
  type TrainingMessage,
  type TrainingReply,
  trainingSettingsSchema,
} from "./training-message.ts";
import type { ValueFiles } from "./value-files.ts";

/** What is not for this version waits so long before the next worker looks at it. */
const OTHER_VERSION_MS = 2000;
/** Progress is told, and whether anybody still wants it asked, so often. */
const TELL_MS = 1000;

/** What a worker that trains works with. */
export interface TrainingWorkerPlace extends QueueWorkerPlace {
  readonly storage: Storage;
  readonly values: ValueFiles;
  readonly runs: Runs;
  /** Where this machine trains. */
  readonly openPlace: OpenTrainingPlace;
  readonly onOtherVersion: () => void;
}

/** Takes networks to train, one at a time. */
export class TrainingWorker {
  readonly #place: TrainingWorkerPlace;
  readonly #worker: Worker;
  readonly #stop = new AbortController();

  constructor(place: TrainingWorkerPlace) {
    this.#place = place;
    this.#worker = takeFrom(
      queues.gpu,
      place,
      // Who asked counts how often it was tried.
      { concurrency: 1, deaths: 0 },
      (job, token) => this.#answer(job, token),
    );
  }

  /** Resolves once it takes messages. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Gives back what it is training, which goes on from its checkpoint elsewhere, and ends. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#worker.close();
  }

  async #answer(job: Job<unknown>, token?: string): Promise<TrainingReply> {
    const { runs, storage, values, onOtherVersion } = this.#place;
    if (!v.is(versionSchema, job.data)) {
      // A stray message must not end the farm's workers one after the other.
      if (await storage.isOurs())
        throw new Error("it is of another version than the farm");
      await job.moveToDelayed(Date.now() + OTHER_VERSION_MS, token);
      onOtherVersion();
      throw new DelayedError();
    }
    const message = v.parse(trainingMessageSchema, job.data);
    const { clip, run } = message;
    const sender = values.sender(storage.own("farm", clip));
    const unwanted = new AbortController();
    let told = 0;
    /** What is learnt by now of the frame that somebody looks at. */
    let learnt: Float32Array | undefined;
    const show = (support: Float32Array): void => {
      learnt = support;
    };
    const tell = (done: number, total: number): void => {
      const now = performance.now();
      if (now - told < TELL_MS) return;
      told = now;
      const asking = async (): Promise<void> => {
        const support = learnt;
        learnt = undefined;
        const preview = support && (await sender.send(support));
        await job.updateProgress({ done, total, ...(preview && { preview }) });
        if (await runs.isStale(clip, run)) unwanted.abort();
      };
      asking().catch(() => undefined);
    };
    if (await runs.isStale(clip, run)) return { stale: true };
    try {
      const signal = AbortSignal.any([this.#stop.signal, unwanted.signal]);
      return await this.#train(message, signal, tell, show);
    } catch (error) {
      if (unwanted.signal.aborted) return { stale: true };
      if (this.#stop.signal.aborted) {
        // Its place in the queue is the first again.
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const known = error instanceof LaminaError ? error : systemFailure(error);
      if (known === undefined) throw error;
      return { failure: wireFailure(known.failure) };
    }
  }

  async #train(
    message: TrainingMessage,
    signal: AbortSignal,
    tell: (done: number, total: number) => void,
    show: (support: Float32Array) => void,
  ): Promise<TrainingReply> {
    const { storage, values, openPlace } = this.#place;
    const data = await values.take(message.data);
    v.assert(trainingDataSchema, data);
    const settings = await values.take(message.settings);
    // Checked and left as it is: what a schema does not know may matter all the same.
    v.assert(trainingSettingsSchema, settings);
    const checkpoint = storage.place(message.checkpoint);
    // What a message makes us write is the clip's own, and no user's file.
    if (path.dirname(checkpoint) !== storage.own("farm", message.clip))
      throw new LaminaError({ code: "path-refused", path: checkpoint });
    await storage.check(checkpoint);
    const watch = { signal, notice: () => undefined };
    await using place = await openPlace(message.backend, watch);
    const result = await place.train(data, settings, {
      signal,
      onProgress: tell,
      ...(message.previewFrame !== undefined && {
        preview: { frame: message.previewFrame, show },
      }),
      checkpoint: {
        load: async () => {
          const bytes = await readFile(checkpoint).catch(() => undefined);
          return bytes && new Uint8Array(bytes);
        },
        save: (bytes) => writeWholeFile(checkpoint, bytes),
      },
    });
    const sender = values.sender(storage.own("farm", message.clip));
    return { result: await sender.send(result) };
  }
}
