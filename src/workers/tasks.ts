import {
  backgroundTasks,
  type BackgroundTasks,
} from "../pipeline/background/background-tasks.ts";
import {
  composeTasks,
  type ComposeTasks,
} from "../pipeline/compose/compose-tasks.ts";
import {
  finishTasks,
  type FinishTasks,
} from "../pipeline/finish/finish-tasks.ts";
import { readTasks, type ReadTasks } from "../pipeline/read/read-tasks.ts";
import {
  refineTasks,
  type RefineTasks,
} from "../pipeline/refine/refine-tasks.ts";
import {
  registerTasks,
  type RegisterTasks,
} from "../pipeline/register/register-tasks.ts";
import { trainTasks, type TrainTasks } from "../pipeline/train/train-tasks.ts";
import {
  segmentationTasks,
  type SegmentationTasks,
} from "../segmentation/segmentation-tasks.ts";
import type {
  ResultOf,
  TaskOf,
  TaskRunners,
} from "../pipeline/execution/task.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";

/** Every piece of work that a worker can be given. */
export interface Tasks
  extends
    BackgroundTasks,
    ComposeTasks,
    FinishTasks,
    ReadTasks,
    RefineTasks,
    RegisterTasks,
    TrainTasks,
    SegmentationTasks {}

const runners: TaskRunners<Tasks> = {
  ...backgroundTasks,
  ...composeTasks,
  ...finishTasks,
  ...readTasks,
  ...refineTasks,
  ...registerTasks,
  ...trainTasks,
  ...segmentationTasks,
};

/**
 * Does one piece of work.
 *
 * @throws LaminaError whatever expected failure it meets
 */
export async function runTask(
  context: TaskContext,
  task: TaskOf<Tasks>,
): Promise<ResultOf<Tasks, TaskOf<Tasks>>> {
  // A task is what the runner of its kind takes, which the compiler cannot follow from a union.
  const run = runners[task.kind] as (
    context: TaskContext,
    task: TaskOf<Tasks>,
  ) => Promise<ResultOf<Tasks, TaskOf<Tasks>>>;
  return run(context, task);
}
