import { type MaskFill, fillMasks } from "./fill-masks.ts";
import { type FrameFacts, readFrameTask, readMasksTask } from "./read-frame.ts";
import type { MaskFit } from "../../vision/masks/mask-fit.ts";
import { fitMasksTask } from "./fit-masks.ts";
import type { TaskRunners } from "../execution/task.ts";

/** Work that the stage `read` gives to workers. */
export interface ReadTasks {
  "read-frame": { input: { readonly frame: number }; output: undefined };
  "read-masks": { input: { readonly frame: number }; output: FrameFacts };
  "fit-masks": {
    input: { readonly frame: number };
    output: readonly MaskFit[];
  };
  "fill-masks": {
    input: { readonly frame: number; readonly fills: readonly MaskFill[] };
    output: undefined;
  };
}

/** What does the work of the stage `read`. */
export const readTasks: TaskRunners<ReadTasks> = {
  "read-frame": async (context, task) => {
    await readFrameTask(context, task.frame);
    return undefined;
  },
  "read-masks": (context, task) => readMasksTask(context, task.frame),
  "fit-masks": (context, task) => fitMasksTask(context, task.frame),
  "fill-masks": async (context, task) => {
    await fillMasks(context, task.frame, task.fills);
    return undefined;
  },
};
