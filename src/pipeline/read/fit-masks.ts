import { fitMasks, type MaskFit } from "../../vision/masks/mask-fit.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** Tells how well each mask lies on what a frame shows. */
export async function fitMasksTask(
  { artifacts }: TaskContext,
  frame: number,
): Promise<MaskFit[]> {
  // Past what the context remembers: it is too early for that.
  const { colour } = await artifacts.read("frame", frame);
  const { masks } = await artifacts.read("mask", frame);
  return fitMasks(colour, masks);
}
