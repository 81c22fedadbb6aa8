import type { CanvasPlan } from "../../vision/background/canvas.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { TaskRunners } from "../execution/task.ts";
import {
  type CanvasMeasure,
  type FrameMeasure,
  measureCanvas,
  measureFrame,
} from "./measure-tasks.ts";
import { refineFrame } from "./refine-frame.ts";

/** Work that the stage `finish` gives to workers. */
export interface FinishTasks {
  "measure-canvas": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      readonly maps: readonly Homography[];
    };
    output: CanvasMeasure;
  };
  "measure-frame": {
    input: {
      readonly frame: number;
      /** The frame's confidence map. */
      readonly file: string;
    };
    output: FrameMeasure;
  };
  "refine-map": {
    input: {
      readonly frame: number;
      /** The frame that it is compared with. */
      readonly anchor: number;
      /** Takes pixels of that to the frame's, as registration has it. */
      readonly map: Homography;
    };
    /** The same to fractions of a pixel. */
    output: Homography;
  };
}

/** What does the work of the stage `finish`. */
export const finishTasks: TaskRunners<FinishTasks> = {
  "measure-canvas": (context, task) =>
    measureCanvas(context, task.index, task.canvas, task.maps),
  "measure-frame": (context, task) =>
    measureFrame(context, task.frame, task.file),
  "refine-map": (context, { anchor, frame, map }) =>
    refineFrame(context, anchor, frame, map),
};
