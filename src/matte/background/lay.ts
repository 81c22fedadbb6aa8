import { luma } from "../image/colour.ts";
import { compose } from "../image/homography.ts";
import {
  flowField,
  homographyField,
  sampleCubic,
  sampleNearest,
} from "../image/sampling.ts";
import { raster, type Raster } from "../raster.ts";
import { alignDense, coarseLevels, gateAlignment } from "./align.ts";
import {
  backgroundArea,
  exposureGain,
  type CanvasPlan,
  type CanvasSample,
} from "./canvas.ts";
import { medianOfSamples } from "./fuse.ts";

/** Samples of one canvas, aligned to one another and of one exposure, in the order of `plan.samples`. */
export interface LaidSamples {
  readonly height: number;
  readonly width: number;
  /** Per sample `[3, H, W]`. */
  readonly colours: readonly Raster[];
  /** Per sample `[1, H, W]`: 1 where it shows background, else 0. */
  readonly valid: readonly Raster[];
  /** `[1, H, W]`: samples that show background here. */
  readonly count: Raster;
}

/**
 * Lays the samples onto the canvas, aligns each to their median and matches its exposure.
 *
 * @param samples in the order of `plan.samples`
 */
export function laySamples(
  plan: CanvasPlan,
  samples: readonly CanvasSample[],
): LaidSamples {
  const { width, height } = plan;
  const laid = samples.map((sample) => {
    const field = homographyField(
      compose(sample.firstToFrame, plan.canvasToFirst),
      height,
      width,
    );
    return {
      colour: sampleCubic(sample.rgb, field),
      valid: sampleNearest(backgroundArea(sample.subjects), field, 0),
    };
  });
  const { colour: median, count } = medianOfSamples({
    height,
    width,
    colours: laid.map((s) => s.colour),
    weights: laid.map((s) => s.valid),
  });
  const medianLuma = luma(median);
  const colours: Raster[] = [];
  const valid: Raster[] = [];
  for (const sample of laid) {
    const comparable = raster(1, height, width);
    for (let i = 0; i < comparable.data.length; i++) {
      comparable.data[i] = count.data[i]! > 0 ? sample.valid.data[i]! : 0;
    }
    const flow = alignDense(
      medianLuma,
      luma(sample.colour),
      comparable,
      coarseLevels,
    );
    const aligned = gateAlignment(median, sample.colour, flow, comparable, 5);
    const shown = sampleNearest(sample.valid, flowField(aligned.flow), 0);
    matchExposure(aligned.picture, median, shown, count);
    colours.push(aligned.picture);
    valid.push(shown);
  }
  return { height, width, colours, valid, count };
}

/** Divides a sample, in place, by its exposure relative to the median: per channel the median ratio, bounded. */
function matchExposure(
  sample: Raster,
  median: Raster,
  valid: Raster,
  count: Raster,
): void {
  const gains = exposureGain(
    sample,
    median,
    (i) => valid.data[i]! > 0 && count.data[i]! > 2,
    0.85,
    1.18,
  );
  const area = sample.height * sample.width;
  for (let c = 0; c < 3; c++) {
    const gain = gains[c]!;
    for (let i = c * area; i < (c + 1) * area; i++) {
      sample.data[i] = Math.min(
        1,
        Math.max(0, (sample.data[i]! + 0.05) / gain - 0.05),
      );
    }
  }
}
