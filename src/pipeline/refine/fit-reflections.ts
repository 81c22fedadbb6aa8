import { EVEN_FADE } from "../../vision/reflection/reflection-test.ts";
import type { RefineTasks } from "./refine-tasks.ts";
import { assert } from "../../errors/assert.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { EdgePrior } from "../../vision/matting/edge-prior.ts";
import {
  emptyFadeSums,
  fitLook,
  type ReflectionLook,
} from "../../vision/reflection/reflection-fade.ts";
import type {
  FramePose,
  ReflectionFit,
  ReflectionShape,
} from "../../vision/reflection/reflection-layer.ts";
import { learnReflectionPrior } from "../../vision/reflection/reflection-prior.ts";
import { isReflected } from "../../vision/reflection/reflection-test.ts";
import {
  trackLine,
  type CandidateCosts,
  type ReflectionCandidate,
} from "../../vision/reflection/reflection-track.ts";
import { pixelUnit } from "../../vision/image/pixel-unit.ts";
import type { PlacedReflection } from "./reflections.ts";
import type { ResultOf, TaskOf } from "../execution/task.ts";
import type { Job, Progress } from "../execution/job.ts";

/** Frames, spread over the clip, in which a reflection is looked for before anything is fitted; set once, with no other value on record. */
const TEST_FRAMES = 12;
/** Frames of a track in which the scales of its mirror image are tried; set once, with no other value on record. */
const SCALE_FRAMES = 8;
/** Frames of a track whose sums fit its fade and tint, and its edges; as many as fit an effect's colour. */
const POOLED_FRAMES = 40;
/** A mirror line through fewer frames is not believed: as few as the test of a reflection asks for. */
const FEWEST_LINE_FRAMES = 4;
const COARSE_DROPS = [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10] as const;
const MIRROR_SCALES = [0.85, 0.9, 0.95, 1, 1.05] as const;
const SCALE_DROPS = [-2, 0, 2] as const;
const FINE_DROPS = [-2, -1, 0, 1, 2] as const;
const TILTS = [-0.12, -0.08, -0.04, 0, 0.04, 0.08, 0.12] as const;
const UNTINTED: ReflectionLook = { tint: [1, 1, 1], fade: EVEN_FADE };
/** Passes over the frames, the test included. */
const FITTING_PASSES = 7;

/** What the steps of the fit know of one mirrored subject: its frames, and in each the candidate chosen so far. */
interface ReflectionTrack {
  readonly subject: number;
  readonly frames: readonly CandidateCosts[];
  readonly chosen: readonly ReflectionCandidate[];
}

/**
 * Finds which subjects are mirrored below themselves and how: first a cheap test on a few frames, then, for those that pass,
 * the mirror line in every frame, the vertical scale, the line's lean, the tint and fade, the rows' sideways shifts and
 * the edge.
 *
 * @param maps     per frame, the camera's map from frame 0, at working size
 * @param priors   per subject, what was learnt of its own edge
 * @returns        per subject; null when it has no reflection
 */
export async function fitReflections(
  job: Job<RefineTasks>,
  maps: readonly Homography[],
  priors: readonly EdgePrior[],
  progress: Progress,
): Promise<(ReflectionFit | null)[]> {
  return new ReflectionFitting(job, maps, priors, progress).run();
}

class ReflectionFitting {
  readonly #job: Job<RefineTasks>;
  readonly #maps: readonly Homography[];
  readonly #progress: Progress;
  readonly #unit: number;
  readonly #shared: {
    readonly priors: readonly EdgePrior[];
  };
  #step = 0;

  constructor(
    job: Job<RefineTasks>,
    maps: readonly Homography[],
    priors: readonly EdgePrior[],
    progress: Progress,
  ) {
    const { working } = job.plan;
    this.#job = job;
    this.#maps = maps;
    this.#progress = progress;
    this.#unit = pixelUnit(working.height, working.width);
    this.#shared = { priors };
  }

  async run(): Promise<(ReflectionFit | null)[]> {
    const subjects = await this.#test();
    const fits: (ReflectionFit | null)[] = this.#job.plan.masks.map(() => null);
    if (subjects.length === 0) return fits;
    const coarse = await this.#findRows(subjects);
    const scales = await this.#findScales(coarse);
    const tracks = await this.#findLines(coarse, scales);
    const rough = await this.#place(
      tracks.map((track) => evenFrames(track, POOLED_FRAMES)),
      tracks.map(() => UNTINTED),
      "coarse",
    );
    const looks = rough.map(lookOf);
    const placed = await this.#place(tracks, looks, "fine");
    const { working } = this.#job.plan;
    const shapes = tracks.map((track, k): ReflectionShape => ({
      height: working.height,
      width: working.width,
      kappa: track.chosen[0]!.scale,
      ...lookOf(placed[k]!),
    }));
    const poses = tracks.map((track, k) =>
      placed[k]!.map((one, at) => poseOf(one, track.chosen[at]!.tilt)),
    );
    const edges = await this.#learnEdges(tracks, shapes, poses);
    tracks.forEach((track, k) => {
      const byFrame: (FramePose | null)[] = this.#maps.map(() => null);
      track.frames.forEach(({ frame }, at) => {
        byFrame[frame] = poses[k]![at]!;
      });
      fits[track.subject] = { ...shapes[k]!, poses: byFrame, prior: edges[k]! };
    });
    return fits;
  }

  /** Subjects that pass the test. */
  async #test(): Promise<number[]> {
    const { frameCount } = this.#job.plan.clip;
    const answers = await this.#onFrames(
      evenly(range(frameCount), TEST_FRAMES),
      (frame) => ({
        kind: "test-reflections" as const,
        frame,
        ...this.#shared,
      }),
    );
    return range(this.#job.plan.masks.length).filter((subject) =>
      isReflected(answers.flatMap((answer) => answer[subject] ?? [])),
    );
  }

  /** The mirror line's row in every frame that shows the subject's foot. */
  async #findRows(subjects: readonly number[]): Promise<ReflectionTrack[]> {
    const candidates = COARSE_DROPS.map((drop) => this.#candidate(drop, 0, 1));
    const answers = await this.#onFrames(range(this.#maps.length), (frame) => ({
      kind: "search-reflections" as const,
      frame,
      ...this.#shared,
      searches: subjects.map((subject) => ({
        subject,
        candidates,
        fade: EVEN_FADE,
      })),
    }));
    return subjects.flatMap((subject, k) => {
      const frames = answers.flatMap((answer) => answer[k] ?? []);
      if (frames.length < FEWEST_LINE_FRAMES) return [];
      const path = trackLine(
        frames,
        frames.map(() => candidates),
        this.#maps,
        this.#unit,
      );
      return {
        subject,
        frames,
        chosen: Array.from(path, (state) => candidates[state]!),
      };
    });
  }

  /** The vertical scale of each track that explains a few of its frames best. */
  async #findScales(tracks: readonly ReflectionTrack[]): Promise<number[]> {
    const costs = await this.#search(
      tracks.map((track) => evenFrames(track, SCALE_FRAMES)),
      (known) =>
        MIRROR_SCALES.flatMap((scale) =>
          SCALE_DROPS.map((drop) =>
            this.#candidate(known.drop / this.#unit + drop, 0, scale),
          ),
        ),
    );
    return costs.map((frames) => {
      const sums = MIRROR_SCALES.map((_, k) =>
        frames.reduce((sum, { costs: all }) => {
          const own = all.slice(
            k * SCALE_DROPS.length,
            (k + 1) * SCALE_DROPS.length,
          );
          return sum + Math.min(...own);
        }, 0),
      );
      return MIRROR_SCALES[sums.indexOf(Math.min(...sums))]!;
    });
  }

  /** Row and tilt in every frame. */
  async #findLines(
    tracks: readonly ReflectionTrack[],
    scales: readonly number[],
  ): Promise<ReflectionTrack[]> {
    const near = (
      known: ReflectionCandidate,
      k: number,
    ): ReflectionCandidate[] =>
      FINE_DROPS.flatMap((drop) =>
        TILTS.map((tilt) =>
          this.#candidate(known.drop / this.#unit + drop, tilt, scales[k]!),
        ),
      );
    const costs = await this.#search(tracks, near);
    return tracks.map((track, k) => {
      const candidates = track.chosen.map((known) => near(known, k));
      const path = trackLine(costs[k]!, candidates, this.#maps, this.#unit);
      return {
        ...track,
        chosen: track.chosen.map((_, at) => candidates[at]![path[at]!]!),
      };
    });
  }

  /** Costs of the candidates near the chosen ones, per track and frame. */
  async #search(
    tracks: readonly ReflectionTrack[],
    near: (known: ReflectionCandidate, track: number) => ReflectionCandidate[],
  ): Promise<CandidateCosts[][]> {
    const places = placesByFrame(tracks);
    const answers = await this.#onFrames([...places.keys()], (frame) => ({
      kind: "search-reflections" as const,
      frame,
      ...this.#shared,
      searches: places.get(frame)!.map(({ track, at }) => ({
        subject: tracks[track]!.subject,
        candidates: near(tracks[track]!.chosen[at]!, track),
        fade: EVEN_FADE,
      })),
    }));
    return present(byTrack(tracks.length, places, answers));
  }

  /** Places the mirror images row by row, per track and frame. */
  async #place(
    tracks: readonly ReflectionTrack[],
    looks: readonly ReflectionLook[],
    grain: "coarse" | "fine",
  ): Promise<PlacedReflection[][]> {
    const places = placesByFrame(tracks);
    const answers = await this.#onFrames([...places.keys()], (frame) => ({
      kind: "place-reflections" as const,
      frame,
      ...this.#shared,
      placings: places.get(frame)!.map(({ track, at }) => ({
        subject: tracks[track]!.subject,
        candidate: tracks[track]!.chosen[at]!,
        grain,
        look: looks[track]!,
      })),
    }));
    return present(byTrack(tracks.length, places, answers));
  }

  async #learnEdges(
    tracks: readonly ReflectionTrack[],
    shapes: readonly ReflectionShape[],
    poses: readonly (readonly FramePose[])[],
  ): Promise<EdgePrior[]> {
    const places = placesByFrame(
      tracks.map((track) => evenFrames(track, POOLED_FRAMES)),
    );
    const answers = await this.#onFrames([...places.keys()], (frame) => ({
      kind: "sample-reflections" as const,
      frame,
      ...this.#shared,
      images: places.get(frame)!.map(({ track }) => ({
        subject: tracks[track]!.subject,
        shape: shapes[track]!,
        pose: poses[track]![
          tracks[track]!.frames.findIndex((known) => known.frame === frame)
        ]!,
      })),
    }));
    return byTrack(tracks.length, places, answers).map((samples) =>
      learnReflectionPrior(samples.flatMap((sample) => sample ?? [])),
    );
  }

  #candidate(drop: number, tilt: number, scale: number): ReflectionCandidate {
    return { drop: drop * this.#unit, tilt, scale };
  }

  async #onFrames<T extends TaskOf<RefineTasks>>(
    frames: readonly number[],
    taskFor: (frame: number) => T,
  ): Promise<ResultOf<RefineTasks, T>[]> {
    const share = 1 / FITTING_PASSES;
    const step = this.#step++;
    return this.#job.pool.runAll(
      frames.map(taskFor),
      this.#job.signal,
      (done) => {
        this.#progress(share * (step + done / frames.length), 1);
      },
    );
  }
}

/** Where a frame's answers belong: a track, and the position in it. */
interface TrackPlace {
  readonly track: number;
  readonly at: number;
}

function placesByFrame(
  tracks: readonly ReflectionTrack[],
): Map<number, TrackPlace[]> {
  const places = new Map<number, TrackPlace[]>();
  tracks.forEach(({ frames }, track) => {
    frames.forEach(({ frame }, at) => {
      const known = places.get(frame) ?? [];
      places.set(frame, [...known, { track, at }]);
    });
  });
  return places;
}

/** Answers given frame by frame, sorted by track and position. */
function byTrack<T>(
  trackCount: number,
  places: ReadonlyMap<number, readonly TrackPlace[]>,
  answers: readonly (readonly T[])[],
): T[][] {
  const sorted = Array.from({ length: trackCount }, (): T[] => []);
  [...places.values()].forEach((own, k) => {
    own.forEach(({ track, at }, j) => {
      sorted[track]![at] = answers[k]![j]!;
    });
  });
  return sorted;
}

/** Answers for frames that are known to show the subject's foot. */
function present<T>(answers: readonly (readonly (T | null)[])[]): T[][] {
  return answers.map((own) =>
    own.map((answer) => {
      assert(answer !== null, "a foot that was seen is not seen any more");
      return answer;
    }),
  );
}

/** At most `most` of a track's frames, evenly chosen. */
const evenFrames = (track: ReflectionTrack, most: number): ReflectionTrack => ({
  ...track,
  frames: evenly(track.frames, most),
  chosen: evenly(track.chosen, most),
});

function evenly<T>(items: readonly T[], most: number): T[] {
  const stride = Math.max(1, Math.ceil(items.length / most));
  return items.filter((_, k) => k % stride === 0);
}

const range = (count: number): number[] => [...new Array(count).keys()];

function lookOf(placed: readonly PlacedReflection[]): ReflectionLook {
  const sums = emptyFadeSums();
  for (const one of placed) one.sums.forEach((value, k) => (sums[k]! += value));
  return fitLook(sums);
}

const round = (value: number, digits: number): number =>
  Math.round(value * 10 ** digits) / 10 ** digits;

const poseOf = (placed: PlacedReflection, tilt: number): FramePose => ({
  row: round(placed.row, 3),
  tilt,
  centre: round(placed.centre, 2),
  top: placed.top,
  shifts: Array.from(placed.shifts, (shift) => round(shift, 2)),
});
