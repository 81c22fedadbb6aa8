import { pairMotion, keyframeMotion, neighbourFlow } from "./camera-motion.ts";
import type { Homography } from "../../kernels/homography.ts";
import type {
  PairOutcome,
  KeyframeMotion,
  CameraMotion,
} from "../../vision/motion/camera-motion.ts";
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
  "neighbour-flow": async (context, task) => {
    await neighbourFlow(context, task.frame, task.camera);
    return undefined;
  },
};
