import { interpolateMask, type MaskGap } from "../../matte/mask-gaps.ts";
import { plane, raster } from "../../matte/raster.ts";
import { maskName, type TaskContext } from "../task-context.ts";

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
  const masks = await context.masks(frame);
  const filled = raster(
    masks.channels,
    masks.height,
    masks.width,
    new Float32Array(masks.data),
  );
  for (const { subject, before, after } of fills) {
    const mask = interpolateMask(
      plane(await context.masks(before), subject),
      plane(await context.masks(after), subject),
      (frame - before) / (after - before),
      context.vision,
    );
    plane(filled, subject).data.set(mask.data);
  }
  await context.folder.writeRaster(maskName(frame), filled, "unit8");
}
