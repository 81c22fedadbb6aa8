import * as v from "valibot";
import { stageNames } from "../job-contract/stages.ts";

const integer = v.pipe(v.number(), v.integer(), v.minValue(0));

const progressSchema = v.object({
  stage: v.picklist(stageNames),
  done: v.number(),
  total: v.number(),
  secondsLeft: v.exactOptional(v.number()),
  resumed: v.boolean(),
  /** Tasks that workers have answered, a minute, over the last minute. */
  tasksPerMinute: v.exactOptional(v.number()),
  /** The latest pictures for who looks. */
  preview: v.exactOptional(
    v.object({
      number: integer,
      frame: integer,
      pictures: v.pipe(integer, v.maxValue(100)),
    }),
  ),
});

/** How far a clip is, as its leader tells. */
export type ClipProgress = v.InferOutput<typeof progressSchema>;

/** Reads what a leader has told; undefined when that is nothing, or of another version. */
export function readProgress(told: unknown): ClipProgress | undefined {
  const result = v.safeParse(progressSchema, told);
  return result.success ? result.output : undefined;
}
