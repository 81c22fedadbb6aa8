import {
  fitLensShading,
  type LensShading,
  type ShadedView,
} from "../../vision/background/lens-shading.ts";
import type { Homography } from "../../kernels/homography.ts";
import { evenlySpacedWithEnds } from "../../units/evenly-spaced.ts";
import { factsFile } from "../execution/artifacts.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** How the clip's lens shades; null where it does not, or that cannot be told. It is there before the canvases are. */
export const lensShading = factsFile<LensShading | null>("background", "lens");

/** Frames, spread over the clip, by which shading is told. */
const MOST_LOOKED_AT = 10;

/** Finds and files how the clip's lens shades. */
export async function findLensTask(
  context: TaskContext,
  maps: readonly Homography[],
): Promise<LensShading | null> {
  const views: ShadedView[] = [];
  for (const t of evenlySpacedWithEnds(
    maps.length,
    Math.min(MOST_LOOKED_AT, maps.length),
  ))
    views.push({
      grey: await context.grey(t),
      visible: await context.visible(t),
      firstToFrame: maps[t]!,
    });
  const lens = fitLensShading(views);
  await context.artifacts.writeFacts(lensShading, lens);
  return lens;
}
