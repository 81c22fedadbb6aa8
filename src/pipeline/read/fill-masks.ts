import { interpolateMask, type MaskGap } from "../../vision/masks/mask-gaps.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** A gap in one subject's masks. */
export interface MaskFill extends MaskGap {
  readonly subject: number;
}

/** Fills the gaps that a frame has in some subjects' masks from the masks before and after. */
export async function fillMasks(
  context: TaskContext,
  frame: number,
  fills: readonly MaskFill[],
): Promise<void> {
  // Read past the context's memory: these files are about to change.
  const read = (index: number): Promise<Raster> =>
    context.artifacts.readMasks(index);
  const masks = await read(frame);
  const filled = raster(
    masks.channels,
    masks.height,
    masks.width,
    new Float32Array(masks.data),
  );
  for (const { subject, before, after } of fills) {
    const mask = interpolateMask(
      plane(await read(before), subject),
      plane(await read(after), subject),
      (frame - before) / (after - before),
      context.vision,
    );
    plane(filled, subject).data.set(mask.data);
  }
  await context.artifacts.write("mask", frame, { masks: filled });
}
