import { shrink } from "../../kernels/resize.ts";
import {
  measureMask,
  type MaskShape,
} from "../../vision/masks/mask-anomalies.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** What the job must know of a frame before it begins. */
export interface FrameFacts {
  /** Per subject, at working size. */
  readonly masks: readonly MaskShape[];
}

/** Shrinks a frame to working size and files it. */
export async function readFrameTask(
  context: TaskContext,
  frame: number,
): Promise<void> {
  const { width, height } = context.plan.working;
  const picture = shrink(await context.source(frame), height, width);
  await context.artifacts.write("frame", frame, { colour: picture });
}

/** Shrinks a frame's masks to working size and files them. */
export async function readMasksTask(
  context: TaskContext,
  frame: number,
): Promise<FrameFacts> {
  const { width, height } = context.plan.working;
  const masks = shrink(await context.sourceMasks(frame), height, width);
  await context.artifacts.write("mask", frame, { masks });
  return {
    masks: Array.from({ length: masks.channels }, (_, k) =>
      measureMask(masks, k),
    ),
  };
}
