import * as v from "valibot";
import { backendChoices } from "../job-contract/backend.ts";
import { layerFormats } from "../job-contract/image-format.ts";
import { qualities } from "../job-contract/quality.ts";
import {
  alphaChoices,
  fieldChoices,
  matrixChoices,
} from "../job-contract/source-choices.ts";
import type { DecomposeRequest, SubjectRequest } from "../pipeline/request.ts";
import { isFrameRate } from "../units/frame-rate.ts";
import type { Storage } from "./storage.ts";

/** A path from the storage's root. */
const shared = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const integer = v.pipe(v.number(), v.integer(), v.minValue(0));
const part = v.strictObject({
  name,
  maskPath: shared,
  label: v.exactOptional(
    v.strictObject({ colour: v.string(), among: v.array(v.string()) }),
  ),
});

/** A clip to take apart, as it is kept in the storage: its files by their path there. */
export const clipRequestSchema = v.strictObject({
  clipPath: shared,
  subjects: v.array(
    v.strictObject({ ...part.entries, parts: v.exactOptional(v.array(part)) }),
  ),
  labelPaths: v.exactOptional(v.array(shared)),
  merges: v.exactOptional(
    v.array(v.strictObject({ name: v.string(), names: v.array(v.string()) })),
  ),
  order: v.exactOptional(v.literal("auto")),
  outputPath: shared,
  range: v.exactOptional(
    v.strictObject({ startInclusive: integer, endExclusive: integer }),
  ),
  frameRate: v.exactOptional(
    v.pipe(
      v.strictObject({ numerator: integer, denominator: integer }),
      v.check(({ numerator, denominator }) =>
        isFrameRate(numerator, denominator),
      ),
    ),
  ),
  quality: v.picklist(qualities),
  backend: v.picklist(backendChoices),
  seed: integer,
  prores: v.boolean(),
  partFrames: v.exactOptional(v.boolean()),
  overwrite: v.boolean(),
  allowDamaged: v.exactOptional(v.boolean()),
  allowGaps: v.exactOptional(v.boolean()),
  matrix: v.exactOptional(v.picklist(matrixChoices)),
  fields: v.exactOptional(v.picklist(fieldChoices)),
  alpha: v.exactOptional(v.picklist(alphaChoices)),
  format: v.exactOptional(v.picklist(layerFormats)),
  /** What is found on the way stays in the farm's cache, for corrections. */
  keepIntermediates: v.exactOptional(v.boolean()),
});

/** What is this machine's own, and nobody else's. */
type OwnOption = "cachePath" | "shard" | "waitForOthers";

// An option that is not sent would be lost without a word.
clipRequestSchema.entries satisfies Record<
  Exclude<keyof DecomposeRequest, OwnOption>,
  unknown
>;

/** The same as a type. */
export type ClipRequest = v.InferOutput<typeof clipRequestSchema>;

/**
 * A request as all machines understand it.
 *
 * @throws LaminaError `farm-outside-storage`
 */
export async function sharedRequest(
  request: DecomposeRequest,
  storage: Storage,
): Promise<ClipRequest> {
  const { labelPaths } = request;
  return v.parse(v.object(clipRequestSchema.entries), {
    ...request,
    clipPath: await storage.sharedReal(request.clipPath),
    outputPath: await storage.sharedReal(request.outputPath),
    subjects: await Promise.all(
      request.subjects.map((subject) => sharedSubject(subject, storage)),
    ),
    ...(labelPaths !== undefined && {
      labelPaths: await Promise.all(
        labelPaths.map((path) => storage.sharedReal(path)),
      ),
    }),
  });
}

async function sharedSubject(
  subject: SubjectRequest,
  storage: Storage,
): Promise<object> {
  const { parts } = subject;
  return {
    ...subject,
    maskPath: await storage.sharedReal(subject.maskPath),
    ...(parts !== undefined && {
      parts: await Promise.all(
        parts.map((each) => sharedSubject(each, storage)),
      ),
    }),
  };
}

/**
 * The same on this machine.
 *
 * @throws LaminaError `path-refused` when a path leads out of the storage
 */
export async function localRequest(
  request: ClipRequest,
  storage: Storage,
): Promise<DecomposeRequest> {
  const place = async (path: string): Promise<string> => {
    const file = storage.place(path);
    await storage.check(file);
    return file;
  };
  const localPart = async (
    subject: v.InferOutput<typeof part>,
  ): Promise<SubjectRequest> => ({
    ...subject,
    maskPath: await place(subject.maskPath),
  });
  const { labelPaths, subjects } = request;
  return {
    ...request,
    clipPath: await place(request.clipPath),
    outputPath: await place(request.outputPath),
    subjects: await Promise.all(
      subjects.map(async ({ parts, ...subject }) => ({
        ...(await localPart(subject)),
        ...(parts !== undefined && {
          parts: await Promise.all(parts.map(localPart)),
        }),
      })),
    ),
    ...(labelPaths !== undefined && {
      labelPaths: await Promise.all(labelPaths.map(place)),
    }),
    cachePath: storage.cache,
    waitForOthers: true,
  };
}
