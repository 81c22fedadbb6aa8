import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import type { AssociationResult } from "../training/train-association.ts";
import type { OpenTrainingPlace } from "../training/training-place.ts";
import { readWireFailure } from "../protocol/wire-failure.ts";
import { farmVersion } from "./farm-version.ts";
import type { Lane } from "./lane.ts";
import {
  trainingProgressSchema,
  trainingReplySchema,
  trainingResultSchema,
  type TrainingMessage,
  type TrainingProgress,
} from "./training-message.ts";
import type { SentValue, ValueFiles, ValueSender } from "./value-files.ts";

/** A training that fails so often fails its clip. */
const MOST_TRIES = 3;

/** What training on the farm needs of its clip. */
export interface FarmPlaceOptions {
  readonly lane: Lane;
  readonly values: ValueFiles;
  readonly sender: ValueSender;
  readonly clip: string;
  readonly run: string;
  readonly priority: number;
  /** Where a clip's checkpoints lie, from the storage's root. */
  readonly folder: string;
}

/** Trains wherever in the farm a worker of kind `gpu` is free. */
export const farmPlace =
  (options: FarmPlaceOptions): OpenTrainingPlace =>
  (choice) =>
    Promise.resolve({
      backend: choice === "auto" ? "cpu" : choice,
      reason: "a worker of the farm that trains is asked",
      train: async (data, settings, watch) => {
        const { sender, clip, run, folder } = options;
        const sent = await sender.send(data);
        const message: TrainingMessage = {
          ...farmVersion,
          clip,
          run,
          backend: choice,
          data: sent,
          settings: await sender.send(settings),
          checkpoint: `${folder}/checkpoint-${nameOf(sent)}.bin`,
          ...(watch.preview && { previewFrame: watch.preview.frame }),
        };
        const { height, width, subjectCount } = data;
        const area = height * width * subjectCount;
        const preview = async (value: SentValue): Promise<void> => {
          const support = await options.values.take(value);
          if (support instanceof Float32Array && support.length === area)
            watch.preview?.show(support);
        };
        const signal = watch.signal ?? new AbortController().signal;
        return ask(options, message, signal, (told) => {
          watch.onProgress?.(told.done, told.total);
          // Training does not depend on it.
          if (told.preview) preview(told.preview).catch(() => undefined);
        });
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });

async function ask(
  options: FarmPlaceOptions,
  message: TrainingMessage,
  signal: AbortSignal,
  onProgress: (told: TrainingProgress) => void,
): Promise<AssociationResult> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    const answer = await askOnce(
      options,
      message,
      `${message.run}-train-${tries}`,
      signal,
      onProgress,
    );
    if ("reply" in answer) {
      const reply = v.parse(trainingReplySchema, answer.reply);
      if ("stale" in reply) throw new DOMException("superseded", "AbortError");
      if ("result" in reply)
        return v.parse(
          trainingResultSchema,
          await options.values.take(reply.result),
        );
      const known = readWireFailure(reply.failure);
      if (known !== undefined) throw new LaminaError(known);
    }
    if (tries < MOST_TRIES) continue;
    const reason = "failed" in answer ? answer.failed : "its answer is unknown";
    throw new LaminaError({
      code: "farm-task-failed",
      task: "train",
      place: "the clip",
      times: tries,
      reason: /stalled/.test(reason)
        ? "its worker ended in the middle of it"
        : reason,
    });
  }
}

type Answer = { readonly reply: unknown } | { readonly failed: string };

function askOnce(
  { lane, priority }: FarmPlaceOptions,
  data: TrainingMessage,
  id: string,
  signal: AbortSignal,
  onProgress: (told: TrainingProgress) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      // A worker that has begun finds out by itself that nobody wants it any more.
      void lane.drop(id).then(() => {
        lane.forget(id);
        reject(signal.reason as Error);
      });
    };
    const settle = (answer: Answer): void => {
      signal.removeEventListener("abort", stop);
      resolve(answer);
    };
    signal.addEventListener("abort", stop, { once: true });
    lane
      .ask([
        {
          id,
          data,
          priority,
          onProgress: (progress) => {
            const told = v.safeParse(trainingProgressSchema, progress);
            if (told.success) onProgress(told.output);
          },
          onReply: (reply) => {
            settle({ reply });
          },
          onFailed: (failed) => {
            settle({ failed });
          },
          onLost: () => {
            settle({ failed: "Redis has forgotten it" });
          },
        },
      ])
      .catch((error: unknown) => {
        settle({ failed: String(error) });
      });
  });
}

const nameOf = (
  sent: { readonly bytes: string } | { readonly file: string },
) =>
  "file" in sent
    ? sent.file.replace(/^.*\//, "").replace(/\.bin$/, "")
    : "small";
