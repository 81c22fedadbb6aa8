import type { Samples, Tree } from "../../matte/subjects/forest.ts";
import {
  appearance,
  refine,
  surePixels,
  type Expected,
} from "../../matte/subjects/refine.ts";
import {
  readEvidence,
  readGlance,
  refinedFile,
  seedFile,
  seedsFile,
} from "../subjects/subject-files.ts";
import type { TaskContext } from "../task-context.ts";

/** A proposed subject in one frame. */
export interface ExpectedSubject {
  /** Number of the subject, for the names of its files. */
  readonly subject: number;
  readonly expected: Expected;
}

/** The same with what was learnt of it. */
export interface RefinedSubject extends ExpectedSubject {
  readonly trees: readonly Tree[];
  /** Whether it was detected in the frame. */
  readonly seeded: boolean;
}

/** What a frame teaches of each subject that was detected in it; null where that is too little. */
export async function subjectLessons(
  { folder }: TaskContext,
  frame: number,
  subjects: readonly ExpectedSubject[],
): Promise<readonly (Samples | null)[]> {
  const { rgb } = await readGlance(folder, frame);
  const evidence = await readEvidence(folder, frame);
  const seeds = await folder.readRaster(seedsFile(frame));
  const lessons: (Samples | null)[] = [];
  for (const { subject, expected } of subjects) {
    const seed = await folder.readRaster(seedFile(subject, frame));
    const features = appearance(rgb, expected);
    lessons.push(
      surePixels(features, expected, seed, seeds, evidence, frame) ?? null,
    );
  }
  return lessons;
}

/** Files the mask of each subject in a frame and answers their confidences. */
export async function subjectRefine(
  { folder }: TaskContext,
  frame: number,
  subjects: readonly RefinedSubject[],
): Promise<readonly number[]> {
  const { rgb } = await readGlance(folder, frame);
  const evidence = await readEvidence(folder, frame);
  const confidences: number[] = [];
  for (const { subject, expected, trees, seeded } of subjects) {
    const seed = seeded
      ? await folder.readRaster(seedFile(subject, frame))
      : undefined;
    const { mask, confidence } = refine(trees, rgb, expected, seed, evidence);
    await folder.writeRaster(refinedFile(subject, frame), mask, "unit8");
    confidences.push(confidence);
  }
  return confidences;
}
