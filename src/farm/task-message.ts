import * as v from "valibot";
import { farmVersion } from "./farm-version.ts";
import type { SentValue } from "./value-files.ts";

/** Tasks in one message, at most: a worker takes them one after the other. */
export const MOST_IN_MESSAGE = 16;
/** Bytes of a value that lies in a message, as base64; a bound on what is taken, far above what is sent. */
const MOST_LETTERS = 64_000;

const name = v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/));
const sentValue: v.GenericSchema<unknown, SentValue> = v.union([
  v.strictObject({
    bytes: v.pipe(v.string(), v.base64(), v.maxLength(MOST_LETTERS)),
  }),
  v.strictObject({ file: v.pipe(v.string(), v.maxLength(1000)) }),
]);

/** Says of which version a message is; looked at before all else. */
export const versionSchema = v.object({
  protocol: v.literal(farmVersion.protocol),
  artifacts: v.literal(farmVersion.artifacts),
});

/** Some tasks of one batch, of which the frames are neighbours, so that what one has read serves the next. */
export const taskMessageSchema = v.strictObject({
  ...versionSchema.entries,
  /** Which clip. */
  clip: name,
  /** Which attempt at the clip: a later one has no use for what an earlier one asked. */
  run: name,
  /** What every task works from. */
  plan: sentValue,
  /** How often workers were told to forget what they remembered. */
  epoch: v.pipe(v.number(), v.integer(), v.minValue(0)),
  kind: v.string(),
  /** What all tasks are told. */
  common: v.record(name, sentValue),
  /** What each is told. */
  own: v.pipe(v.array(sentValue), v.minLength(1), v.maxLength(MOST_IN_MESSAGE)),
});

/** The same as a type. */
export type TaskMessage = v.InferOutput<typeof taskMessageSchema>;

/** What became of a message: an answer per task, or nothing because its attempt is over. */
export const taskReplySchema = v.union([
  v.strictObject({ outcomes: sentValue }),
  v.strictObject({ stale: v.literal(true) }),
]);

/** The same as a type. */
export type TaskReply = v.InferOutput<typeof taskReplySchema>;

/** What became of each task of a message, once its values are taken. */
export const outcomesSchema = v.array(
  v.union([
    v.strictObject({ ok: v.literal(true), value: v.unknown() }),
    v.strictObject({
      ok: v.literal(false),
      /** A failure that was expected, as it goes over a wire. */
      failure: v.looseObject({ code: v.string() }),
    }),
    v.strictObject({ ok: v.literal(false), bug: v.string() }),
  ]),
);

/** The same as a type. */
export type Outcomes = v.InferOutput<typeof outcomesSchema>;
