import * as v from "valibot";
import type { JobPlan } from "../pipeline/execution/job-plan.ts";
import { filingStages } from "../pipeline/execution/artifacts.ts";
import type { PipelineTasks } from "../pipeline/run-stages.ts";
import type { Storage } from "./storage.ts";

const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e7));
const list = v.array(v.looseObject({}));
const listOrNull = v.nullable(list);
const homography = v.pipe(v.array(v.number()), v.length(9));
const maps = v.array(homography);
const canvas = v.looseObject({
  keyframe: index,
  width: index,
  height: index,
  canvasToFirst: homography,
  samples: v.array(index),
});
const path = v.looseObject({});

/** What a worker takes of others: what each kind of task is told, and the plan. */
export interface TaskSchemas {
  readonly tasks: Readonly<Record<keyof PipelineTasks, v.GenericSchema>>;
  readonly plan: v.GenericSchema;
}

/** Schemas in which every file must lie in the storage. */
export function taskSchemas(storage: Storage): TaskSchemas {
  const file = v.pipe(
    v.string(),
    v.check((named) => storage.shared(named) !== undefined, "outside storage"),
  );
  const size = v.object({ width: index, height: index });
  const reflectionFrame = { frame: index, priors: list };
  return {
    tasks: {
      "read-frame": v.object({ frame: index }),
      "read-masks": v.object({ frame: index }),
      "fit-masks": v.object({ frame: index }),
      "fill-masks": v.object({ frame: index, fills: list }),
      "pair-motion": v.object({ frame: index, corners: index }),
      "keyframe-motion": v.object({
        frame: index,
        keyframe: index,
        expected: homography,
        corners: index,
      }),
      "long-gap": v.object({ from: index, to: index, map: homography }),
      "neighbour-flow": v.object({ frame: index }),
      "subject-centre": v.object({ frame: index }),
      "find-lens": v.object({ maps }),
      "follow-depth": v.object({ index, canvases: v.array(canvas), maps }),
      "smoke-evidence": v.object({ index, canvas, maps, path: v.unknown() }),
      "smoke-shape": v.object({
        index,
        canvas,
        maps,
        path: v.unknown(),
        colours: v.unknown(),
      }),
      "build-canvas": v.object({
        index,
        canvas,
        maps,
        trail: v.nullable(path),
      }),
      "fill-canvas": v.object({ index, canvas, others: list }),
      "render-frame": v.object({
        frame: index,
        map: homography,
        canvases: v.array(v.object({ index, canvas })),
        unrest: v.nullable(v.number()),
      }),
      "outline-profiles": v.object({ frame: index }),
      "edge-histograms": v.object({
        frame: index,
        priors: listOrNull,
        effects: listOrNull,
      }),
      "effect-evidence": v.object({
        frame: index,
        priors: list,
        mirrors: v.array(v.nullable(v.looseObject({}))),
      }),
      "test-reflections": v.object(reflectionFrame),
      "search-reflections": v.object({ ...reflectionFrame, searches: list }),
      "place-reflections": v.object({ ...reflectionFrame, placings: list }),
      "sample-reflections": v.object({ ...reflectionFrame, images: list }),
      "preview-frame": v.object({
        frame: index,
        folder: file,
        files: v.array(file),
      }),
      "compose-frame": v.object({
        frame: index,
        maps,
        subjects: list,
        files: v.array(file),
        confidence: v.optional(file),
        apart: v.exactOptional(file),
      }),
      "measure-canvas": v.object({ index, canvas, maps }),
      "measure-frame": v.object({ frame: index, file }),
      "refine-map": v.object({ frame: index, anchor: index, map: homography }),
    },
    plan: v.object({
      clip: v.variant("kind", [
        v.object({
          kind: v.literal("images"),
          files: v.array(file),
          frameCount: index,
          ...size.entries,
        }),
        v.object({
          kind: v.literal("raw"),
          file,
          frameCount: index,
          ...size.entries,
        }),
      ]),
      masks: v.array(
        v.variant("kind", [
          v.object({ kind: v.literal("images"), files: v.array(file) }),
          v.object({ kind: v.literal("raw"), file }),
        ]),
      ),
      working: size,
      grid: size,
      folders: v.object(
        Object.fromEntries(filingStages.map((stage) => [stage, file])),
      ),
    }),
  };
}

/** All files and folders that a task which fits its schema names: whatever `file` stands for above. */
export const filesOfTask = ({
  folder,
  files = [],
  confidence,
}: {
  readonly folder?: string;
  readonly files?: readonly string[];
  readonly confidence?: string;
}): string[] => [
  ...files,
  ...[folder, confidence].filter((each) => each !== undefined),
];

/** All files and folders that a plan names. */
export const filesOfPlan = ({ clip, masks, folders }: JobPlan): string[] => [
  ...(clip.kind === "raw" ? [clip.file] : clip.files),
  ...masks.flatMap((mask) => (mask.kind === "raw" ? [mask.file] : mask.files)),
  ...Object.values(folders),
];
