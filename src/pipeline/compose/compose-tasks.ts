import {
  type ComposeInput,
  type ComposeOutcome,
  composeFrame,
} from "./compose-frame.ts";
import type { TaskRunners } from "../execution/task.ts";

/** Work that the stage `compose` gives to workers. */
export interface ComposeTasks {
  "compose-frame": { input: ComposeInput; output: ComposeOutcome };
}

/** What does the work of the stage `compose`. */
export const composeTasks: TaskRunners<ComposeTasks> = {
  "compose-frame": composeFrame,
};
