import { shrink } from "../../matte/image/resample.ts";
import { frameName, maskName, type TaskContext } from "../task-context.ts";

/** What the job must know of a frame before it begins. */
export interface FrameFacts {
  /** Mask area per subject, in working-size pixels. */
  readonly maskAreas: readonly number[];
}

/** Shrinks a frame and its masks to working size and files them. */
export async function readFrameTask(
  context: TaskContext,
  frame: number,
): Promise<FrameFacts> {
  const { width, height } = context.plan.working;
  const picture = shrink(await context.source(frame), height, width);
  const masks = shrink(await context.sourceMasks(frame), height, width);
  await context.folder.writeRaster(frameName(frame), picture, "unit16");
  await context.folder.writeRaster(maskName(frame), masks, "unit8");
  const area = width * height;
  const maskAreas = Array.from({ length: masks.channels }, (_, k) => {
    let sum = 0;
    for (let i = k * area; i < (k + 1) * area; i++)
      if (masks.data[i]! > 0.5) sum++;
    return sum;
  });
  return { maskAreas };
}
