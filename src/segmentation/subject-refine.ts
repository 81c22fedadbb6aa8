import { resizeLinear } from "../kernels/resize.ts";
import { raster, type Raster } from "../kernels/raster.ts";
import type { Samples, Tree } from "../vision/segmentation/forest.ts";
import {
  addView,
  emptyTrackSums,
  type TrackStatistics,
  trackView,
  type TrackSums,
  refutation,
} from "../vision/segmentation/track-statistics.ts";
import {
  appearance,
  segmentTrack,
  surePixels,
  type Expected,
} from "../vision/segmentation/segment-track.ts";
import { dimmedSamples } from "../vision/segmentation/shadow-tone.ts";
import {
  ownMotionFile,
  readEvidence,
  readFrameChanges,
  refinedFile,
  subjectFolder,
} from "./subject-files.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";

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

/** What some frames show around a subject's place. */
export interface TrackSketch {
  readonly sums: TrackSums;
  /** As `dimmedSamples` gives them. */
  readonly dimmed: Float32Array[];
}

/** Adds up what frames show around each subject's place, by the subject's number; absent where none of them shows it. */
export async function trackStatistics(
  { artifacts }: TaskContext,
  frames: readonly ExpectedFrame[],
): Promise<readonly (TrackSketch | undefined)[]> {
  const folder = subjectFolder(artifacts);
  const sketches: (TrackSketch | undefined)[] = [];
  for (const at of frames) {
    const changes = await readFrameChanges(folder, at.frame);
    const moving = await folder.readRaster(ownMotionFile(at.frame));
    const view = trackView(changes, moving);
    const detected = detectedIn(at, changes.rgb);
    for (const { subject, expected, seed } of at.subjects) {
      if (seed === undefined) continue;
      const sketch = (sketches[subject] ??= {
        sums: emptyTrackSums(),
        dimmed: [],
      });
      addView(sketch.sums, view, expected.place);
      sketch.dimmed.push(dimmedSamples(changes, expected.part, detected));
    }
  }
  return sketches;
}

/** `[1, h, w]`, 1 where anything was detected. */
function detectedIn(
  { subjects }: ExpectedFrame,
  { height, width }: Raster,
): Raster {
  const detected = raster(1, height, width);
  for (const { seed } of subjects) {
    seed?.forEach((inside, i) => {
      if (inside > 0) detected.data[i] = 1;
    });
  }
  return detected;
}

/** A subject's number and its track's statistics. */
export interface DescribedTrack {
  readonly subject: number;
  readonly statistics: TrackStatistics;
}

/** What a frame teaches of some of its subjects; null where that is too little. */
export async function trainingSamplesOfTracks(
  { artifacts }: TaskContext,
  at: ExpectedFrame,
  describedTracks: readonly DescribedTrack[],
): Promise<readonly (Samples | null)[]> {
  const folder = subjectFolder(artifacts);
  const { frame, subjects } = at;
  const changes = await readFrameChanges(folder, frame);
  const { rgb } = changes;
  const evidence = await readEvidence(folder, frame);
  const detected = detectedIn(at, rgb);
  return describedTracks.map(({ subject, statistics }) => {
    const own = subjects.find((each) => each.subject === subject);
    if (own?.seed === undefined) return null;
    const { place, part } = own.expected;
    const features = appearance(rgb, own.expected);
    const seed = seedRaster(own.seed, rgb);
    const trainingSet = surePixels(
      features,
      own.expected,
      seed,
      detected,
      evidence,
      refutation(statistics, changes, place, part),
      frame,
    );
    return trainingSet ?? null;
  });
}

/** What was learnt of a subject. */
export interface Learnt {
  readonly trees: readonly Tree[];
  readonly statistics: TrackStatistics;
}

/**
 * Files the mask of each subject in a frame, at the session's size, and answers their confidences.
 *
 * @param learnt in the order of the frame's subjects
 */
export async function subjectRefine(
  { artifacts, plan }: TaskContext,
  { frame, subjects }: ExpectedFrame,
  learnt: readonly Learnt[],
): Promise<readonly number[]> {
  const folder = subjectFolder(artifacts);
  const changes = await readFrameChanges(folder, frame);
  const { rgb } = changes;
  const evidence = await readEvidence(folder, frame);
  const { height, width } = plan.working;
  const confidences: number[] = [];
  for (const [k, { subject, expected, seed }] of subjects.entries()) {
    const { trees, statistics } = learnt[k]!;
    const { mask, confidence } = segmentTrack(
      trees,
      rgb,
      expected,
      seed && seedRaster(seed, rgb),
      evidence,
      refutation(statistics, changes, expected.place, expected.part),
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
