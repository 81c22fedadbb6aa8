import { resizeLinear } from "../../matte/image/resample.ts";
import { raster, type Raster } from "../../matte/raster.ts";
import type { Samples } from "../../matte/subjects/forest.ts";
import {
  addView,
  emptyPortrait,
  portraitView,
  type PortraitSums,
} from "../../matte/subjects/portrait.ts";
import {
  appearance,
  refine,
  surePixels,
  type Expected,
  type Learnt,
} from "../../matte/subjects/refine.ts";
import {
  ownMotionFile,
  readEvidence,
  readGlance,
  refinedFile,
} from "../subjects/subject-files.ts";
import type { TaskContext } from "../task-context.ts";

/** A proposed subject in one frame. */
interface ExpectedSubject {
  /** Number of the subject. */
  readonly subject: number;
  readonly expected: Expected;
  /** `[h, w]` at half size, 1 where it was detected; absent where it was not. */
  readonly seed?: Uint8Array | undefined;
}

/** The subjects that are expected in a frame. */
export interface ExpectedFrame {
  readonly frame: number;
  readonly subjects: readonly ExpectedSubject[];
}

/** Adds up what frames show around each subject's place, by the subject's number; absent where none of them shows it. */
export async function subjectPortraits(
  { folder }: TaskContext,
  frames: readonly ExpectedFrame[],
): Promise<readonly (PortraitSums | undefined)[]> {
  const sums: (PortraitSums | undefined)[] = [];
  for (const { frame, subjects } of frames) {
    const glance = await readGlance(folder, frame);
    const moving = await folder.readRaster(ownMotionFile(frame));
    const view = portraitView(glance, moving);
    for (const { subject, expected, seed } of subjects) {
      if (seed !== undefined)
        addView((sums[subject] ??= emptyPortrait()), view, expected.place);
    }
  }
  return sums;
}

/** A subject's number and `speaksAgainst` of its portrait. */
export interface Portrayed {
  readonly subject: number;
  readonly against: Raster;
}

/** What a frame teaches of some of its subjects; null where that is too little. */
export async function subjectLessons(
  { folder }: TaskContext,
  { frame, subjects }: ExpectedFrame,
  pupils: readonly Portrayed[],
): Promise<readonly (Samples | null)[]> {
  const { rgb } = await readGlance(folder, frame);
  const evidence = await readEvidence(folder, frame);
  const seeds = raster(1, rgb.height, rgb.width);
  for (const { seed } of subjects) {
    seed?.forEach((inside, i) => {
      if (inside > 0) seeds.data[i] = 1;
    });
  }
  return pupils.map(({ subject, against }) => {
    const own = subjects.find((each) => each.subject === subject);
    if (own?.seed === undefined) return null;
    const features = appearance(rgb, own.expected);
    const seed = seedRaster(own.seed, rgb);
    const lesson = surePixels(
      features,
      own.expected,
      seed,
      seeds,
      evidence,
      against,
      frame,
    );
    return lesson ?? null;
  });
}

/**
 * Files the mask of each subject in a frame, at the session's size, and answers their confidences.
 *
 * @param learnt in the order of the frame's subjects
 */
export async function subjectRefine(
  { folder, plan }: TaskContext,
  { frame, subjects }: ExpectedFrame,
  learnt: readonly Learnt[],
): Promise<readonly number[]> {
  const { rgb } = await readGlance(folder, frame);
  const evidence = await readEvidence(folder, frame);
  const { height, width } = plan.working;
  const confidences: number[] = [];
  for (const [k, { subject, expected, seed }] of subjects.entries()) {
    const { mask, confidence } = refine(
      learnt[k]!,
      rgb,
      expected,
      seed && seedRaster(seed, rgb),
      evidence,
    );
    await folder.writeRaster(
      refinedFile(subject, frame),
      resizeLinear(mask, height, width),
      "unit8",
    );
    confidences.push(confidence);
  }
  return confidences;
}

const seedRaster = (seed: Uint8Array, { height, width }: Raster): Raster =>
  raster(1, height, width, Float32Array.from(seed));
