import type { AlignedSamples } from "../../vision/background/align-samples.ts";
import type { CanvasPlan, SampleView } from "../../vision/background/canvas.ts";
import { fillCanvas } from "../../vision/background/fill-canvas.ts";
import {
  hiddenArea,
  type HiddenArea,
} from "../../vision/background/first-to-fill.ts";
import type { FusedSamples } from "../../vision/background/mode-fusion.ts";
import { neverSeen } from "../../vision/background/never-seen.ts";
import type { TaskContext } from "../execution/task-context.ts";
import type { NumberedCanvas } from "./numbered-canvas.ts";

/** Of a canvas on which nothing is to be filled. */
export const NOTHING_HIDDEN: HiddenArea = { pixels: 0, surrounded: 1 };

/**
 * Files what is needed to fill a canvas, if no frame shows some of it.
 *
 * @returns what is to be filled
 */
export async function fileNeverSeen(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  views: readonly SampleView[],
  laid: AlignedSamples,
  fused: FusedSamples,
): Promise<HiddenArea> {
  const hidden = neverSeen(canvas, views, laid, fused);
  if (hidden === undefined) return NOTHING_HIDDEN;
  await context.artifacts.write("never-seen", index, hidden);
  return hiddenArea(hidden.wanted, fused.count);
}

/**
 * Fills one canvas.
 *
 * @param others filled before, in the order in which they are believed
 * @returns      pixels that were invented on it
 */
export async function fillCanvasTask(
  { artifacts }: TaskContext,
  { index, canvas }: NumberedCanvas,
  others: readonly NumberedCanvas[],
): Promise<number> {
  const filled = fillCanvas(
    canvas,
    await artifacts.read("canvas", index),
    await artifacts.read("never-seen", index),
    await Promise.all(
      others.map(async (other) => ({
        plan: other.canvas,
        canvas: {
          ...(await artifacts.read("canvas", other.index)),
          ...(await artifacts.read("invented", other.index)),
        },
      })),
    ),
  );
  await artifacts.write("invented", index, filled);
  await artifacts.write("canvas", index, filled);
  return filled.invented.data.reduce((sum, v) => sum + v, 0);
}
