import type { ReadTasks } from "../pipeline/read/read-tasks.ts";
import type { RegisterTasks } from "../pipeline/register/register-tasks.ts";
import type { SegmentationTasks } from "./segmentation-tasks.ts";

/** Work of a session: the frames and the camera's path as a job has them, and the subjects. */
export interface SubjectTasks
  extends ReadTasks, RegisterTasks, SegmentationTasks {}
