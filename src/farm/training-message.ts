import * as v from "valibot";
import { backendChoices } from "../job-contract/backend.ts";
import { taskMessageSchema, versionSchema } from "./task-message.ts";

const { clip, run, plan: sent } = taskMessageSchema.entries;

/** A network to train. */
export const trainingMessageSchema = v.strictObject({
  ...versionSchema.entries,
  clip,
  run,
  backend: v.picklist(backendChoices),
  data: sent,
  settings: sent,
  /** File in the storage from which a killed training goes on. */
  checkpoint: v.pipe(v.string(), v.maxLength(1000)),
  /** A frame, from 0, of which somebody wants to see what is learnt meanwhile. */
  previewFrame: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** The same as a type. */
export type TrainingMessage = v.InferOutput<typeof trainingMessageSchema>;

/** How far a training is. */
export const trainingProgressSchema = v.object({
  done: v.number(),
  total: v.number(),
  /** What is learnt of the frame that somebody looks at. */
  preview: v.exactOptional(sent),
});

/** The same as a type. */
export type TrainingProgress = v.InferOutput<typeof trainingProgressSchema>;

/** What training found, or nothing because its attempt is over. */
export const trainingReplySchema = v.union([
  v.strictObject({ result: sent }),
  v.strictObject({ stale: v.literal(true) }),
  v.strictObject({ failure: v.looseObject({ code: v.string() }) }),
]);

/** The same as a type. */
export type TrainingReply = v.InferOutput<typeof trainingReplySchema>;

const integer = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a network is trained on. */
export const trainingDataSchema = v.pipe(
  v.object({
    frameCount: integer,
    subjectCount: integer,
    height: integer,
    width: integer,
    mask: v.instance(Float32Array),
    evidence: v.instance(Float32Array),
    flow: v.instance(Float32Array),
  }),
  v.check(
    ({ frameCount, subjectCount, height, width, mask, evidence, flow }) => {
      const area = frameCount * height * width;
      return (
        mask.length === area * subjectCount &&
        evidence.length === area &&
        flow.length === area * 2
      );
    },
    "the arrays have other sizes than they say",
  ),
);

/** How it is trained. */
export const trainingSettingsSchema = v.object({
  seed: integer,
  steps: integer,
  batch: integer,
  sparsity: v.number(),
  seeds: integer,
  design: v.exactOptional(
    v.object({
      baseChannels: v.exactOptional(integer),
      flowInput: v.exactOptional(v.boolean()),
      ambientWeight: v.exactOptional(v.number()),
      temporalWeight: v.exactOptional(v.number()),
      temporalMotion: v.exactOptional(v.picklist(["subject", "flow"])),
    }),
  ),
});

/** What came of it. */
export const trainingResultSchema = v.object({
  support: v.instance(Float32Array),
  finalLoss: v.number(),
  millisecondsPerStep: v.number(),
  steps: v.number(),
});
