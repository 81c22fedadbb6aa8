import type { SubjectTasks } from "./subject-tasks.ts";
import type { TaskPool } from "../pipeline/execution/task.ts";
import { evenlySpaced } from "../units/evenly-spaced.ts";
import type { Homography } from "../kernels/homography.ts";
import { partAround } from "../vision/image/rect.ts";
import {
  emptyTrackSums,
  type TrackStatistics,
  speaksAgainst,
} from "../vision/segmentation/track-statistics.ts";
import { maskPlace } from "../vision/segmentation/prior-features.ts";
import type { TrackRank } from "../vision/segmentation/rank-tracks.ts";
import { shadowTone } from "../vision/segmentation/shadow-tone.ts";
import {
  expectedAt,
  type Expected,
} from "../vision/segmentation/segment-track.ts";
import type { DetectionTrack } from "../vision/segmentation/link-detections.ts";
import type { Size } from "../units/size.ts";
import type { Artifacts } from "../pipeline/execution/artifacts.ts";
import type { ExpectedFrame } from "./subject-refine.ts";
import { refinedFile, subjectFolder } from "./subject-files.ts";
import type {
  FrameMask,
  SubjectProposal,
  SubjectWatch,
} from "./subject-session.ts";

/** What subjects are proposed from. */
export interface ProposalClip {
  readonly size: Size;
  readonly frameCount: number;
  readonly artifacts: Artifacts;
  readonly maps: readonly Homography[];
  readonly pool: TaskPool<SubjectTasks>;
}

/** A track that may be a subject. */
export interface RankedTrack {
  readonly track: DetectionTrack;
  readonly rank: TrackRank;
}

/** Frames from which a subject's appearance is learnt. */
const TRAINING_FRAMES = 8;

/**
 * Turns tracks into masks. Detections are often broken or too wide, each in its own way; what is common to them is the
 * subject: its appearance is learnt from several frames and looked for in all.
 */
export async function refineTracks(
  ranked: readonly RankedTrack[],
  { size, frameCount, artifacts, pool }: ProposalClip,
  { signal, onProgress }: SubjectWatch,
): Promise<SubjectProposal[]> {
  const folder = subjectFolder(artifacts);
  const places = ranked.map(({ track }) => expectedPlaces(track));
  const expectedFrames = Array.from({ length: frameCount }, (_, frame) => ({
    frame,
    subjects: ranked.flatMap(({ track }, subject) => {
      const expected = places[subject]![frame];
      const mask = track.detections[frame]?.mask.data;
      const seed = mask && new Uint8Array(mask);
      return expected === undefined ? [] : [{ subject, expected, seed }];
    }),
  }));
  const allStatistics = await describeTracks(
    ranked.length,
    expectedFrames,
    pool,
    signal,
  );
  const framesToLearnFrom = ranked.map(({ rank }) =>
    trainingFrames(rank.frames),
  );
  const trainingSetTasks = [...new Set(framesToLearnFrom.flat())].map(
    (frame) => ({
      kind: "track-samples" as const,
      at: expectedFrames[frame]!,
      describedTracks: allStatistics.flatMap((statistics, subject) =>
        framesToLearnFrom[subject]!.includes(frame)
          ? [{ subject, statistics }]
          : [],
      ),
    }),
  );
  const trainingSets = await pool.runAll(
    trainingSetTasks,
    signal,
    () => undefined,
  );
  const forests = await pool.runAll(
    ranked.map((_, subject) => ({
      kind: "subject-appearance" as const,
      trainingSets: trainingSetTasks.flatMap(({ describedTracks }, k) => {
        const at = describedTracks.findIndex(
          (each) => each.subject === subject,
        );
        const trainingSet = at < 0 ? null : trainingSets[k]![at]!;
        return trainingSet === null ? [] : [trainingSet];
      }),
    })),
    signal,
    () => undefined,
  );
  const tasks = expectedFrames.map(({ frame, subjects }) => {
    const known = subjects.filter(
      ({ subject }) => forests[subject]!.length > 0,
    );
    return {
      kind: "subject-refine" as const,
      at: { frame, subjects: known },
      learnt: known.map(({ subject }) => ({
        trees: forests[subject]!,
        statistics: allStatistics[subject]!,
      })),
    };
  });
  const outcomes = await pool.runAll(tasks, signal, (done) => {
    onProgress(frameCount + done, 2 * frameCount);
  });
  const proposals: SubjectProposal[] = [];
  for (const [subject, { rank }] of ranked.entries()) {
    const frames: FrameMask[] = [];
    for (let frame = 0; frame < frameCount; frame++) {
      const at = tasks[frame]!.at.subjects.findIndex(
        (each) => each.subject === subject,
      );
      if (at < 0) {
        const mask = new Uint8Array(size.width * size.height);
        frames.push({ frame, mask, confidence: 0 });
        continue;
      }
      const { data } = await folder.readRaster(refinedFile(subject, frame));
      frames.push({
        frame,
        mask: probabilitiesToBytes(data),
        confidence: rank.confidence * outcomes[frame]![at]!,
      });
    }
    const shown = frames.filter(({ mask }) => mask.some((v) => v > 127));
    if (shown.length === 0) continue;
    proposals.push({
      confidence: rank.confidence,
      startInclusive: shown[0]!.frame,
      endExclusive: shown.at(-1)!.frame + 1,
      frames,
    });
  }
  return proposals;
}

/** Probabilities as bytes; a plain loop, for these are millions. */
function probabilitiesToBytes(probabilities: Float32Array): Uint8Array {
  const bytes = new Uint8Array(probabilities.length);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Math.round(probabilities[i]! * 255);
  return bytes;
}

/** Frames spread over those in which a subject was detected. */
const trainingFrames = (frames: readonly number[]): number[] =>
  evenlySpaced(frames.length, TRAINING_FRAMES).map((k) => frames[k]!);

/** Frames that one task looks at. */
const STATISTICS_CHUNK = 12;

/** What is common to all frames around each subject. */
async function describeTracks(
  subjects: number,
  frames: readonly ExpectedFrame[],
  pool: TaskPool<SubjectTasks>,
  signal: AbortSignal,
): Promise<TrackStatistics[]> {
  const chunks = Array.from(
    { length: Math.ceil(frames.length / STATISTICS_CHUNK) },
    (_, k) => ({
      kind: "track-statistics" as const,
      frames: frames.slice(k * STATISTICS_CHUNK, (k + 1) * STATISTICS_CHUNK),
    }),
  );
  const parts = await pool.runAll(chunks, signal, () => undefined);
  return Array.from({ length: subjects }, (_, subject) => {
    const sums = emptyTrackSums();
    const dimmed: number[] = [];
    for (const part of parts) {
      const sketch = part[subject];
      sketch?.sums.data.forEach((value, i) => {
        sums.data[i]! += value;
      });
      for (const samples of sketch?.dimmed ?? []) dimmed.push(...samples);
    }
    const shadow = shadowTone(Float32Array.from(dimmed));
    return { against: speaksAgainst(sums), shadow };
  });
}

/** Where a track is in every frame between its first and its last; where it was not detected, between those around. */
function expectedPlaces(track: DetectionTrack): (Expected | undefined)[] {
  const known = track.detections.map((detection) => {
    const place = detection && maskPlace(detection.mask);
    const box = detection && partAround(detection.mask, 0.5, 0);
    return place && box && { place, box, mask: detection.mask };
  });
  return known.map((own, t) => {
    const before = known.slice(0, t + 1).findLast((k) => k !== undefined);
    const after = known.slice(t).find((k) => k !== undefined);
    if (before === undefined || after === undefined) return undefined;
    const { height, width } = before.mask;
    const a = own ?? before;
    const b = own ?? after;
    const mean = (p: number, q: number): number => (p + q) / 2;
    return expectedAt(
      {
        x: mean(a.place.x, b.place.x),
        y: mean(a.place.y, b.place.y),
        size: mean(a.place.size, b.place.size),
      },
      {
        left: Math.min(a.box.left, b.box.left),
        top: Math.min(a.box.top, b.box.top),
        right: Math.max(a.box.right, b.box.right),
        bottom: Math.max(a.box.bottom, b.box.bottom),
      },
      height,
      width,
    );
  });
}
