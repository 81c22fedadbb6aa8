import { scoped } from "../../kernels/memory.ts";
import { dilate } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { sampleNearest } from "../../kernels/warp.ts";
import type { CanvasPlan, SampleView } from "../background/canvas.ts";
import { viewField } from "../background/view-field.ts";

/** A subject's effects are looked for this far around it, of its height: about as far as a shadow under a high sun. */
const REACH_OF_HEIGHT = 0.5;
/** Pixels at working size that they are looked for at least. */
const LEAST_REACH_PIXELS = 8;
/** The most, of the frame's height: a canvas has little left beyond it. */
const MOST_REACH_OF_FRAME = 0.2;

/** How much of a subject's surroundings has been seen without it. */
export interface Surroundings {
  /** Pixels around the subjects in the key frame. */
  readonly pixels: number;
  /** Those that no sample shows with the subjects elsewhere: an effect that lies there all the time passes for background. */
  readonly neverFree: number;
}

/**
 * Looks whether the places around the subjects have been seen with the subjects elsewhere.
 *
 * @param samples in the order of `plan.samples`
 */
export function lookAround(
  plan: CanvasPlan,
  samples: readonly SampleView[],
): Surroundings {
  const { height, width } = plan;
  const key = plan.samples.indexOf(plan.keyframe);
  const reach = reachAround(samples[key]!.subjects);
  const free = raster(1, height, width);
  let around: Raster | undefined;
  for (const [k, sample] of samples.entries()) {
    const { subjects } = sample;
    const { near, ring } = scoped(() => {
      const grown = dilate(subjects, reach);
      const field = viewField(plan, sample);
      // What lies beyond a frame has not been seen in it.
      const near = sampleNearest(grown, field, 1);
      if (k !== key) return { near, ring: undefined };
      for (let i = 0; i < grown.data.length; i++)
        grown.data[i] =
          grown.data[i]! > 0.5 && subjects.data[i]! <= 0.1 ? 1 : 0;
      return { near, ring: sampleNearest(grown, field, 0) };
    });
    around ??= ring;
    for (let i = 0; i < free.data.length; i++)
      if (near.data[i]! <= 0.5) free.data[i]!++;
  }
  let pixels = 0;
  let neverFree = 0;
  for (let i = 0; i < free.data.length; i++) {
    if (around!.data[i] === 0) continue;
    pixels++;
    if (free.data[i] === 0) neverFree++;
  }
  return { pixels, neverFree };
}

/** Pixels around the subjects in which their effects are looked for, from the height of what is there of them. */
export function reachAround({ height, width, data }: Raster): number {
  let top = height;
  let bottom = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (data[y * width + x]! > 0.5) {
        top = Math.min(top, y);
        bottom = y + 1;
      }
  const reach = REACH_OF_HEIGHT * Math.max(0, bottom - top);
  return Math.round(
    Math.max(LEAST_REACH_PIXELS, Math.min(reach, MOST_REACH_OF_FRAME * height)),
  );
}
