import { gaussian } from "../../kernels/gaussian.ts";
import { compose, type Homography } from "../../kernels/homography.ts";
import { shrink } from "../../kernels/resize.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { CanvasPlan, SampleView } from "../background/canvas.ts";
import type { AlignedSamples } from "../background/align-samples.ts";

/** One sample of a canvas at half the canvas's size. */
export interface HalfSample {
  /** Index of the frame it comes from. */
  readonly frame: number;
  /** Takes half-size canvas pixels to pixels of the frame. */
  readonly toFrame: Homography;
  /** `[3, h, w]` */
  readonly colour: Raster;
  /** `[1, h, w]`: 1 where it shows nothing but background, else 0. */
  readonly valid: Raster;
  /** `[3, h, w]`: local mean of the valid colours. */
  readonly mean: Raster;
}

/** Reach of the local mean in half-size pixels: what lies above it is texture. */
const MEAN_SIGMA = 2;
/** Share of the four pixels under a half-size one that must be known: all, but for rounding. */
const WHOLLY_VALID = 0.99;

/**
 * The samples of a canvas at half size, where an effect's amount shows as well and costs a quarter.
 *
 * @param views in the order of `plan.samples`
 */
export function halveSamples(
  plan: CanvasPlan,
  views: readonly SampleView[],
  aligned: AlignedSamples,
): HalfSample[] {
  const { height, width } = halfSize(aligned);
  const across = aligned.width / width;
  const down = aligned.height / height;
  // Pixel centres: half-size pixel q covers the canvas from q·across − ½ on.
  const enlarge: Homography = [
    across,
    0,
    (across - 1) / 2,
    0,
    down,
    (down - 1) / 2,
    0,
    0,
    1,
  ];
  const halve = (full: Raster, k: number): HalfSample => {
    const colour = shrink(full, height, width);
    const valid = shrink(aligned.valid[k]!, height, width);
    for (let i = 0; i < valid.data.length; i++)
      valid.data[i] = valid.data[i]! > WHOLLY_VALID ? 1 : 0;
    return {
      frame: plan.samples[k]!,
      toFrame: compose(
        compose(views[k]!.firstToFrame, plan.canvasToFirst),
        enlarge,
      ),
      colour,
      valid,
      mean: maskedMean(colour, valid),
    };
  };
  return aligned.colours.map((full, k) => scoped(() => halve(full, k)));
}

/** Half the size, at least one pixel. */
export const halfSize = (full: {
  readonly height: number;
  readonly width: number;
}): { height: number; width: number } => ({
  height: Math.max(1, full.height >> 1),
  width: Math.max(1, full.width >> 1),
});

/**
 * Local mean over what counts: `G₂(x·m) / (G₂(m) + 0.001)`.
 *
 * @param picture `[C, H, W]`
 * @param counts  `[1, H, W]` in [0, 1]
 */
export function maskedMean(picture: Raster, counts: Raster): Raster {
  const { channels, height, width } = picture;
  const area = height * width;
  const masked = raster(channels, height, width);
  for (let at = 0; at < masked.data.length; at++)
    masked.data[at] = picture.data[at]! * counts.data[at % area]!;
  const mean = gaussian(masked, MEAN_SIGMA);
  const support = gaussian(counts, MEAN_SIGMA);
  for (let at = 0; at < mean.data.length; at++)
    mean.data[at]! /= support.data[at % area]! + 1e-3;
  return mean;
}
