import { dilate } from "../../kernels/morphology.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { sampleLinear } from "../../kernels/warp.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";
import type { CanvasPlan, SampleView } from "./canvas.ts";
import { fuseSamples, type FusedSamples } from "./mode-fusion.ts";
import { viewField } from "./view-field.ts";
import type { AlignedSamples } from "./align-samples.ts";

/** Fewer samples than this say nothing about how much they differ. */
export const FEWEST_FOR_SPREAD = 3;
/** Spread where there are fewer. */
export const UNKNOWN_SPREAD = 0.03;

/** Weight of a sample at a subject's edge, 1 at half the height from it; from the study before the engine. */
const NEAREST_WEIGHT = 0.05;

/** Far from the subject a sample is better evidence of background: its effects reach beyond its mask. */
function distancePrior(subjects: Raster, vision: VisionLibrary): Raster {
  const { height, width } = subjects;
  const core = raster(1, height, width);
  let any = false;
  for (let i = 0; i < core.data.length; i++) {
    core.data[i] = subjects.data[i]! > 0.3 ? 1 : 0;
    any ||= core.data[i] === 1;
  }
  if (!any) return raster(1, height, width, core.data.fill(1));
  const prior = vision.distance(core);
  for (let i = 0; i < prior.data.length; i++) {
    const near = Math.min(1, prior.data[i]! / (height / 2));
    prior.data[i] = NEAREST_WEIGHT + (1 - NEAREST_WEIGHT) * near;
  }
  return prior;
}

/**
 * Fuses the samples of a canvas, those far from the subjects first; what no frame ever shows is filled from its rim.
 *
 * @param views in the order of `plan.samples`
 */
export function buildCanvas(
  plan: CanvasPlan,
  views: readonly SampleView[],
  aligned: AlignedSamples,
  vision: VisionLibrary,
): FusedSamples {
  const { height, width, colours, count } = aligned;
  const weightOf = (view: SampleView, k: number): Raster => {
    const field = viewField(plan, view);
    const weight = sampleLinear(distancePrior(view.subjects, vision), field, 0);
    const valid = aligned.valid[k]!.data;
    for (let i = 0; i < valid.length; i++) weight.data[i]! *= valid[i]!;
    return weight;
  };
  const weights = views.map((view, k) => scoped(() => weightOf(view, k)));
  const fused = fuseSamples({ height, width, colours, weights });
  for (let i = 0; i < fused.count.data.length; i++) {
    fused.count.data[i] = count.data[i]!;
    if (count.data[i]! < FEWEST_FOR_SPREAD)
      fused.spread.data[i] = UNKNOWN_SPREAD;
  }
  return { ...fused, colour: inpaintHoles(fused.colour, count, vision) };
}

/** Fills what was never seen, at half size: the fill is smooth anyway and the library's method is slow. */
function inpaintHoles(
  colour: Raster,
  count: Raster,
  vision: VisionLibrary,
): Raster {
  const { height, width } = colour;
  const area = height * width;
  let empty = 0;
  for (const n of count.data) if (n === 0) empty++;
  if (empty === 0 || empty === area) return colour;
  const h = Math.max(1, height >> 1);
  const w = Math.max(1, width >> 1);
  const hole = raster(1, height, width);
  for (let i = 0; i < area; i++) hole.data[i] = count.data[i] === 0 ? 1 : 0;
  const smallHole = dilate(shrink(hole, h, w), 1);
  for (let i = 0; i < smallHole.data.length; i++) {
    smallHole.data[i] = smallHole.data[i]! > 0.01 ? 1 : 0;
  }
  const filled = resizeLinear(
    vision.inpaint(shrink(colour, h, w), smallHole),
    height,
    width,
  );
  const out = raster(3, height, width, new Float32Array(colour.data));
  for (let i = 0; i < area; i++) {
    if (hole.data[i] === 0) continue;
    for (let c = 0; c < 3; c++)
      out.data[c * area + i] = filled.data[c * area + i]!;
  }
  return out;
}
