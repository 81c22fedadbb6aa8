import type { RegisterTasks } from "./register-tasks.ts";
import {
  compose,
  identity,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import {
  chained,
  chooseKeyframes,
  resolveDrift,
  type CameraMotion,
  type KeyframeMotion,
} from "../../vision/motion/camera-motion.ts";
import { longGaps, stoodStill } from "../../vision/motion/standing-camera.ts";
import { factsFile } from "../execution/artifacts.ts";
import type { Job, Progress } from "../execution/job.ts";
import { refuseCut } from "../../vision/motion/shot-cut.ts";

/** The camera's path. */
export interface Registration {
  /** Per frame, the map from frame 0. */
  readonly maps: readonly Homography[];
  /** Share of frames whose motion no homography explains. */
  readonly unexplained: number;
  /** Of the corners that were followed from key frames, the share that agree with one homography; 1 where none were. */
  readonly agreeing: number;
}

/** Where registration leaves the camera's path. */
export const registrationFacts = factsFile<Registration>("register");

/** How closely the camera is followed. */
export interface CameraEffort {
  /** How many corners are followed from frame to frame, at most. */
  readonly corners: number;
  /** Every how many frames a frame is compared with its keyframe; what lies between follows from the frames around. */
  readonly keyframeStep: number;
}

/** What the decomposition needs. */
const FULL_EFFORT: CameraEffort = { corners: 800, keyframeStep: 1 };

/** The camera's path with what it was measured from. */
export interface CameraPath extends Registration {
  /** Per frame, the motion from the one before it. */
  readonly steps: readonly CameraMotion[];
}

/**
 * Measures the camera's motion, and files the subjects' own.
 *
 * @throws LaminaError `clip-has-cut`
 */
export async function registerCamera(
  job: Job<RegisterTasks>,
  progress: Progress,
): Promise<Registration> {
  const { frameCount } = job.plan.clip;
  const { steps, ...registration } = await followCamera(
    job,
    (done, total) => {
      progress(done, total + frameCount);
    },
    FULL_EFFORT,
  );
  const before = 2 * (frameCount - 1);
  await job.pool.runAll(
    steps.map((_, frame) => ({
      kind: "neighbour-flow" as const,
      frame,
      camera: steps[frame + 1],
    })),
    job.signal,
    (done) => {
      progress(before + done, before + frameCount);
    },
  );
  return registration;
}

/**
 * Measures the camera's motion between neighbours and against keyframes.
 *
 * @throws LaminaError `clip-has-cut`
 */
export async function followCamera(
  job: Job<RegisterTasks>,
  progress: Progress,
  effort: CameraEffort,
): Promise<CameraPath> {
  const { corners } = effort;
  const { working, clip } = job.plan;
  const total = 2 * (clip.frameCount - 1);
  const later = Array.from({ length: clip.frameCount - 1 }, (_, t) => t + 1);
  const pairs = await job.pool.runAll(
    later.map((frame) => ({ kind: "pair-motion" as const, frame, corners })),
    job.signal,
    (done) => {
      progress(done, total);
    },
  );
  refuseCut(pairs);
  const still: CameraMotion = {
    map: identity,
    inliers: 0,
    tracked: 0,
    corners: 0,
    model: "none",
  };
  const steps = [still, ...pairs.map((pair) => pair.motion)];
  const chainMaps = steps.map((motion) => motion.map);

  const keyframes = chooseKeyframes(chainMaps, working.width, working.height);
  const measured = later.filter(
    (t) => keyframes[t]! < t - 1 && t % effort.keyframeStep === 0,
  );
  const motions = await job.pool.runAll(
    measured.map((frame) => ({
      kind: "keyframe-motion" as const,
      frame,
      keyframe: keyframes[frame]!,
      corners,
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
  const maps = resolveDrift(steps, direct, working.width, working.height);
  const unexplained =
    pairs.filter((pair) => pair.motion.model !== "homography").length /
    Math.max(1, pairs.length);
  const gaps = longGaps(
    clip.frameCount,
    (from, to) => compose(maps[to]!, invert(maps[from]!)),
    working.width,
    working.height,
  );
  const errors = await job.pool.runAll(
    gaps.map((gap) => ({ kind: "long-gap" as const, ...gap })),
    job.signal,
    () => undefined,
  );
  if (stoodStill(errors))
    return {
      maps: maps.map(() => identity),
      steps: steps.map(() => still),
      unexplained: 0,
      agreeing: 1,
    };
  return {
    maps: maps.map((map) => compose(map, identity)),
    steps,
    unexplained,
    agreeing: shareAgreeing(motions),
  };
}

/** A clip with depth has frames far apart in which many corners are not where one plane would have them. */
function shareAgreeing(motions: readonly KeyframeMotion[]): number {
  let inliers = 0;
  let tracked = 0;
  for (const { motion } of motions) {
    inliers += motion.inliers;
    tracked += motion.tracked;
  }
  return tracked === 0 ? 1 : inliers / tracked;
}
