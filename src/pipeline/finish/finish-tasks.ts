import type { CanvasPlan } from "../../vision/background/canvas.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { TaskRunners } from "../execution/task.ts";
import {
  type CanvasMeasure,
  type FrameMeasure,
  measureCanvas,
  measureFrame,
} from "./measure-tasks.ts";

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
}

/** What does the work of the stage `finish`. */
export const finishTasks: TaskRunners<FinishTasks> = {
  "measure-canvas": (context, task) =>
    measureCanvas(context, task.index, task.canvas, task.maps),
  "measure-frame": (context, task) =>
    measureFrame(context, task.frame, task.file),
};
