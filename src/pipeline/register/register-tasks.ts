import {
  pairMotion,
  keyframeMotion,
  longGapErrors,
  neighbourFlow,
} from "./camera-motion.ts";
import type { Homography } from "../../kernels/homography.ts";
import type {
  PairOutcome,
  KeyframeMotion,
  CameraMotion,
} from "../../vision/motion/camera-motion.ts";
import type { LongGap } from "../../vision/motion/standing-camera.ts";
import type { TaskRunners } from "../execution/task.ts";

/** Work that the stage `register` gives to workers. */
export interface RegisterTasks {
  "pair-motion": {
    input: { readonly frame: number; readonly corners: number };
    output: PairOutcome;
  };
  "keyframe-motion": {
    input: {
      readonly frame: number;
      readonly keyframe: number;
      readonly expected: Homography;
      readonly corners: number;
    };
    output: KeyframeMotion;
  };
  "long-gap": {
    input: {
      readonly from: number;
      readonly to: number;
      readonly map: Homography;
    };
    output: LongGap;
  };
  "neighbour-flow": {
    input: {
      readonly frame: number;
      readonly camera: CameraMotion | undefined;
    };
    output: undefined;
  };
}

/** What does the work of the stage `register`. */
export const registerTasks: TaskRunners<RegisterTasks> = {
  "pair-motion": (context, task) =>
    pairMotion(context, task.frame, task.corners),
  "keyframe-motion": (context, task) =>
    keyframeMotion(
      context,
      task.frame,
      task.keyframe,
      task.expected,
      task.corners,
    ),
  "long-gap": (context, task) =>
    longGapErrors(context, task.from, task.to, task.map),
  "neighbour-flow": async (context, task) => {
    await neighbourFlow(context, task.frame, task.camera);
    return undefined;
  },
};
