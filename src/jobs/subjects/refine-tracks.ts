import type { Homography } from "../../matte/image/homography.ts";
import { partAround } from "../../matte/image/part.ts";
import { resizeLinear } from "../../matte/image/resample.ts";
import { raster } from "../../matte/raster.ts";
import type { Tree } from "../../matte/subjects/forest.ts";
import { maskPlace } from "../../matte/subjects/prior-features.ts";
import type { TrackRank } from "../../matte/subjects/rank-tracks.ts";
import {
  expectedAt,
  learnAppearance,
  type Expected,
} from "../../matte/subjects/refine.ts";
import type { Track } from "../../matte/subjects/tracks.ts";
import type { Size } from "../../units/size.ts";
import type { JobFolder } from "../job-folder.ts";
import type { WorkerPool } from "../worker-pool.ts";
import { refinedFile, seedFile, seedsFile } from "./subject-files.ts";
import type {
  FrameMask,
  SubjectProposal,
  SubjectWatch,
} from "./subject-session.ts";

/** What subjects are proposed from. */
export interface ProposalClip {
  readonly size: Size;
  readonly frameCount: number;
  readonly folder: JobFolder;
  readonly maps: readonly Homography[];
  readonly pool: WorkerPool;
}

/** A track that may be a subject. */
export interface RankedTrack {
  readonly track: Track;
  readonly rank: TrackRank;
}

/** Frames from which a subject's appearance is learnt. */
const LESSONS = 8;

/**
 * Turns tracks into masks. Detections are often broken or too wide, each in its own way; what is common to them is the
 * subject: its appearance is learnt from several frames and looked for in all.
 */
export async function refineTracks(
  ranked: readonly RankedTrack[],
  { size, frameCount, folder, pool }: ProposalClip,
  { signal, onProgress }: SubjectWatch,
): Promise<SubjectProposal[]> {
  const expected = ranked.map(({ track }) => expectedPlaces(track));
  const taught = ranked.map(({ rank: { frames } }) =>
    Array.from(
      { length: LESSONS },
      (_, k) =>
        frames[Math.round(((k + 0.5) / LESSONS) * frames.length - 0.5)]!,
    ),
  );
  for (let frame = 0; frame < frameCount; frame++) {
    signal.throwIfAborted();
    const seeds = raster(1, size.height >> 1, size.width >> 1);
    for (const [subject, { track }] of ranked.entries()) {
      const mask = track.detections[frame]?.mask;
      if (mask === undefined) continue;
      await folder.writeRaster(seedFile(subject, frame), mask, "unit8");
      mask.data.forEach((m, i) => {
        if (m > 0.5) seeds.data[i] = 1;
      });
    }
    await folder.writeRaster(seedsFile(frame), seeds, "unit8");
  }
  const lessonFrames = [...new Set(taught.flat())];
  const lessonTasks = lessonFrames.map((frame) => ({
    kind: "subject-lessons" as const,
    frame,
    subjects: ranked.flatMap((_, subject) =>
      taught[subject]!.includes(frame)
        ? [{ subject, expected: expected[subject]![frame]! }]
        : [],
    ),
  }));
  const lessons = await pool.runAll(lessonTasks, signal, () => undefined);
  const forests: Tree[][] = ranked.map((_, subject) => {
    const own = lessonTasks.flatMap((task, k) => {
      const at = task.subjects.findIndex((each) => each.subject === subject);
      const lesson = at < 0 ? null : lessons[k]![at]!;
      return lesson === null ? [] : [lesson];
    });
    return own.length === 0 ? [] : learnAppearance(own);
  });
  const tasks = Array.from({ length: frameCount }, (_, frame) => ({
    kind: "subject-refine" as const,
    frame,
    subjects: ranked.flatMap(({ track }, subject) => {
      const where = expected[subject]![frame];
      const trees = forests[subject]!;
      return where === undefined || trees.length === 0
        ? []
        : [
            {
              subject,
              expected: where,
              trees,
              seeded: track.detections[frame] !== undefined,
            },
          ];
    }),
  }));
  const outcomes = await pool.runAll(tasks, signal, (done) => {
    onProgress(frameCount + done, 2 * frameCount);
  });
  const proposals: SubjectProposal[] = [];
  for (const [subject, { rank }] of ranked.entries()) {
    const frames: FrameMask[] = [];
    for (let frame = 0; frame < frameCount; frame++) {
      const at = tasks[frame]!.subjects.findIndex(
        (each) => each.subject === subject,
      );
      if (at < 0) {
        const mask = new Uint8Array(size.width * size.height);
        frames.push({ frame, mask, confidence: 0 });
        continue;
      }
      const small = await folder.readRaster(refinedFile(subject, frame));
      const { data } = resizeLinear(small, size.height, size.width);
      frames.push({
        frame,
        mask: Uint8Array.from(data, (p) => Math.round(p * 255)),
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

/** Where a track is in every frame between its first and its last; where it was not detected, between those around. */
function expectedPlaces(track: Track): (Expected | undefined)[] {
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
