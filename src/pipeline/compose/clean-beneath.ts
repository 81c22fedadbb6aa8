import { compose, invert, type Homography } from "../../kernels/homography.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { resizeLinear } from "../../kernels/resize.ts";
import {
  homographyField,
  sampleCubic,
  sampleLinear,
} from "../../kernels/warp.ts";
import type { FrameEvidence } from "../../vision/frame-evidence.ts";
import {
  cleaningGain,
  type CleanSample,
} from "../../vision/corrections/clean-background.ts";
import type { ReadStroke } from "../../vision/corrections/correct-evidence.ts";
import { strokeArea } from "../../vision/corrections/stroke.ts";
import { type TaskContext, unionOf } from "../execution/task-context.ts";

/** How far from a leftover, and from a subject, another frame's background can be relied on, in pixels. */
const CLEAR_PIXELS = 4;

/**
 * Takes what strokes say is left over out of a frame's background, in place.
 *
 * @param background `[3, H, W]` at the clip's own size
 * @param coarse     at working size
 * @param maps       per frame, the map from frame 0, at working size
 */
export async function cleanBeneath(
  context: TaskContext,
  frame: number,
  background: Raster,
  coarse: FrameEvidence,
  strokes: readonly ReadStroke[],
  maps: readonly Homography[],
): Promise<void> {
  const { clip, working } = context.plan;
  for (const { stroke } of strokes) {
    if (stroke.kind !== "clean") continue;
    const where = strokeArea(stroke, clip, working);
    const samples: CleanSample[] = [];
    for (const other of stroke.elsewhere) {
      const map = compose(maps[other.frame]!, invert(maps[frame]!));
      const lies = {
        points: other.points,
        radius: stroke.radius + CLEAR_PIXELS,
      };
      const spoilt = unionOf(await context.masks(other.frame)).data;
      const leftover = strokeArea(lies, clip, working).data;
      const usable = raster(1, working.height, working.width);
      for (let i = 0; i < usable.data.length; i++)
        usable.data[i] = leftover[i]! > 0 || spoilt[i]! > 0.1 ? 0 : 1;
      const field = homographyField(map, working.height, working.width);
      const { colour } = await context.artifacts.read(
        "background",
        other.frame,
      );
      samples.push({
        background: sampleCubic(colour, field),
        usable: sampleLinear(usable, field, 0),
      });
    }
    const gain = cleaningGain(
      coarse.background,
      where,
      unionOf(coarse.masks),
      samples,
      coarse.unit,
      stroke.isPainted,
    );
    const { height, width, data } = background;
    const fine = resizeLinear(gain, height, width).data;
    for (let i = 0; i < data.length; i++)
      if (fine[i] !== 1) data[i] = Math.min(1, data[i]! * fine[i]!);
  }
}
