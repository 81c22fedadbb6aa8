import type { Homography } from "../../kernels/homography.ts";
import {
  type ComparedFrame,
  detailOf,
  refineMap,
} from "../../vision/motion/refine-map.ts";
import type { TaskContext } from "../execution/task-context.ts";

/**
 * Compares two frames outside the subjects.
 *
 * @param map takes pixels of `anchor` to `frame`, at working size
 * @returns   the same to fractions of a pixel
 */
export async function refineFrame(
  context: TaskContext,
  anchor: number,
  frame: number,
  map: Homography,
): Promise<Homography> {
  const compared = async (index: number): Promise<ComparedFrame> => ({
    detail: detailOf(await context.grey(index)),
    visible: await context.visible(index),
  });
  return refineMap(await compared(anchor), await compared(frame), map);
}
