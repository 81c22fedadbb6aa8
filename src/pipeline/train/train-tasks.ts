import { type PreviewInput, previewFrame } from "./preview-frame.ts";
import type { TaskRunners } from "../execution/task.ts";

/** Work that the stage `train` gives to workers. */
export interface TrainTasks {
  "preview-frame": { input: PreviewInput; output: undefined };
}

/** What does the work of the stage `train`. */
export const trainTasks: TaskRunners<TrainTasks> = {
  "preview-frame": async (context, task) => {
    await previewFrame(context, task);
    return undefined;
  },
};
