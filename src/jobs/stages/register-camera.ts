import { LaminaError } from "../../errors/failure.ts";
import {
  compose,
  identity,
  type Homography,
} from "../../matte/image/homography.ts";
import {
  chained,
  chooseKeyframes,
  resolveDrift,
  type CameraMotion,
  type KeyframeMotion,
} from "../../matte/registration.ts";
import type { PairOutcome } from "../tasks/motion.ts";
import type { FrameFacts } from "../tasks/read-frame.ts";
import type { Job, Progress } from "./job.ts";

/** The camera's path. */
export interface Registration {
  /** Per frame, the map from frame 0. */
  readonly maps: readonly Homography[];
  /** Share of frames whose motion no homography explains. */
  readonly unexplained: number;
}

/**
 * Measures the camera's motion between neighbours and against keyframes, and files the subjects' own motion.
 *
 * @throws LaminaError `clip-has-cut`
 */
export async function registerCamera(
  job: Job,
  facts: readonly FrameFacts[],
  progress: Progress,
): Promise<Registration> {
  const { working, clip } = job.plan;
  const total = 3 * clip.frameCount - 1;
  const later = Array.from({ length: clip.frameCount - 1 }, (_, t) => t + 1);
  const pairs = await job.pool.runAll(
    later.map((frame) => ({ kind: "pair-motion" as const, frame })),
    job.signal,
    (done) => {
      progress(done, total);
    },
  );
  refuseCut(pairs, facts);
  const still: CameraMotion = {
    map: identity,
    inliers: 0,
    tracked: 0,
    model: "none",
  };
  const chain = [still, ...pairs.map((pair) => pair.motion)];
  const chainMaps = chain.map((motion) => motion.map);

  const keyframes = chooseKeyframes(chainMaps, working.width, working.height);
  const measured = later.filter((t) => keyframes[t]! < t - 1);
  const motions = await job.pool.runAll(
    measured.map((frame) => ({
      kind: "keyframe-motion" as const,
      frame,
      keyframe: keyframes[frame]!,
      expected: chained(chainMaps, keyframes[frame]!, frame),
    })),
    job.signal,
    (done) => {
      progress(later.length + done, total);
    },
  );
  const direct: (KeyframeMotion | undefined)[] = new Array<undefined>(
    clip.frameCount,
  );
  measured.forEach((frame, k) => (direct[frame] = motions[k]));
  const maps = resolveDrift(chain, direct, working.width, working.height);

  await job.pool.runAll(
    maps.map((_, frame) => ({
      kind: "neighbour-flow" as const,
      frame,
      camera: chain[frame + 1],
    })),
    job.signal,
    (done) => {
      progress(2 * later.length + done, total);
    },
  );
  const unexplained =
    pairs.filter((pair) => pair.motion.model !== "homography").length /
    Math.max(1, pairs.length);
  return { maps: maps.map((map) => compose(map, identity)), unexplained };
}

const CUT_HISTOGRAM_OVERLAP = 0.6;
const CUT_ERROR = 0.08;
const CUT_ERROR_RATIO = 4;
const CUT_INLIER_SHARE = 0.35;

/**
 * Two shots are told from a fast move by four signs together: few tracks agree, the pixels stay far apart after the best
 * motion, much farther than around it, and the brightness is distributed otherwise.
 */
function refuseCut(
  pairs: readonly PairOutcome[],
  facts: readonly FrameFacts[],
): void {
  const errors = pairs.map((pair) => pair.error ?? 1);
  pairs.forEach((pair, k) => {
    const before = facts[k]!.histogram;
    const after = facts[k + 1]!.histogram;
    const overlap = before.reduce(
      (sum, share, i) => sum + Math.min(share, after[i]!),
      0,
    );
    const around = errors
      .filter((_, other) => other !== k && Math.abs(other - k) <= 5)
      .sort((a, b) => a - b);
    const usual = around[around.length >> 1] ?? 0;
    const agreeing =
      pair.motion.tracked === 0 ? 0 : pair.motion.inliers / pair.motion.tracked;
    const signs = [
      errors[k]! > CUT_ERROR,
      errors[k]! > CUT_ERROR_RATIO * usual + 0.01,
      pair.motion.tracked < 60 || agreeing < CUT_INLIER_SHARE,
    ];
    const alike = overlap > CUT_HISTOGRAM_OVERLAP && errors[k]! < 2 * CUT_ERROR;
    if (signs.every(Boolean) && !alike) {
      throw new LaminaError({ code: "clip-has-cut", frame: k + 2 });
    }
  });
}
