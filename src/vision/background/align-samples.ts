import { luma } from "../image/colour.ts";
import { compose, type Homography } from "../../kernels/homography.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import {
  displacedHomographyField,
  homographyField,
  sampleCubic,
  sampleLinear,
  sampleNearest,
} from "../../kernels/warp.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { medianOfSamples } from "../../kernels/samples.ts";
import { alignDense, gateAlignment, halfSizeLevels } from "./align.ts";
import { exposureGain, type CanvasPlan, type CanvasSample } from "./canvas.ts";

/** Samples of one canvas, aligned to one another and of one exposure, in the order of `plan.samples`. */
export interface AlignedSamples {
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
 * Warps the samples onto the canvas, aligned to their median and matched in exposure. The alignment is smooth, so it is
 * found at half size; each sample is then looked up once, straight from its frame, through the camera's map and the
 * displacement together.
 *
 * @param samples   in the order of `plan.samples`
 * @param onAligned after each sample, with how many there are by now
 */
export function alignSamples(
  plan: CanvasPlan,
  samples: readonly CanvasSample[],
  onAligned: (count: number) => void = () => undefined,
): AlignedSamples {
  const { width, height } = plan;
  const halves = samples.map((sample) =>
    scoped(() => halfSizeSample(plan, sample)),
  );
  const stack = {
    height: halves[0]!.colour.height,
    width: halves[0]!.colour.width,
    colours: halves.map((half) => half.colour),
    weights: halves.map((half) => half.valid),
  };
  const { colour: median, count: halfCount } = medianOfSamples(stack);
  const medianLuma = luma(median);
  const count = raster(1, height, width);
  const colours: Raster[] = [];
  const valid: Raster[] = [];
  for (const [k, sample] of samples.entries()) {
    const { colour, shown } = scoped(() => {
      const flow = alignToMedian(halves[k]!, median, medianLuma, halfCount);
      const displacement = enlargeFlow(flow.kept, height, width);
      const depth = sample.displaced?.(height, width);
      if (depth !== undefined)
        for (let i = 0; i < displacement.data.length; i++)
          displacement.data[i]! += depth.data[i]!;
      const field = displacedHomographyField(
        compose(sample.firstToFrame, plan.canvasToFirst),
        displacement,
      );
      const colour = sampleCubic(sample.rgb, field);
      divideByExposure(colour, flow.exposure);
      return { colour, shown: sampleNearest(sample.visible, field, 0) };
    });
    for (let i = 0; i < shown.data.length; i++)
      count.data[i]! += shown.data[i]!;
    colours.push(colour);
    valid.push(shown);
    onAligned(colours.length);
  }
  return { height, width, colours, valid, count };
}

interface HalfSizeSample {
  readonly colour: Raster;
  readonly valid: Raster;
}

/** A sample on the canvas at half size. */
function halfSizeSample(
  plan: CanvasPlan,
  sample: CanvasSample,
): HalfSizeSample {
  const height = Math.max(1, plan.height >> 1);
  const width = Math.max(1, plan.width >> 1);
  const { rgb } = sample;
  const frame = shrink(
    rgb,
    Math.max(1, rgb.height >> 1),
    Math.max(1, rgb.width >> 1),
  );
  const canvasToFrame = compose(sample.firstToFrame, plan.canvasToFirst);
  const toHalfFrame = scaling(
    frame.width / rgb.width,
    frame.height / rgb.height,
  );
  const fromHalfCanvas = scaling(plan.width / width, plan.height / height);
  const map = compose(toHalfFrame, compose(canvasToFrame, fromHalfCanvas));
  const depth = sample.displaced?.(height, width);
  const field =
    depth === undefined
      ? homographyField(map, height, width)
      : displacedHomographyField(map, depth);
  const small = shrink(sample.visible, frame.height, frame.width);
  return {
    colour: sampleLinear(frame, field),
    valid: sampleNearest(small, field, 0),
  };
}

/** Enlarges coordinates, pixel centres at half-integers of the area. */
const scaling = (x: number, y: number): Homography => [
  x,
  0,
  (x - 1) / 2,
  0,
  y,
  (y - 1) / 2,
  0,
  0,
  1,
];

/** The displacement that brings a sample to the median, where it helps, and the sample's exposure relative to it. */
function alignToMedian(
  sample: HalfSizeSample,
  median: Raster,
  medianLuma: Raster,
  count: Raster,
): { kept: Raster; exposure: readonly number[] } {
  const { colour, valid } = sample;
  const comparable = raster(1, colour.height, colour.width);
  for (let i = 0; i < comparable.data.length; i++) {
    comparable.data[i] = count.data[i]! > 0 && valid.data[i]! > 0.5 ? 1 : 0;
  }
  const flow = alignDense(medianLuma, luma(colour), comparable, halfSizeLevels);
  const aligned = gateAlignment(median, colour, flow, comparable, 2.5);
  const exposure = exposureGain(
    aligned.picture,
    median,
    (i) => comparable.data[i]! > 0 && count.data[i]! > 2,
    0.85,
    1.18,
  );
  return { kept: aligned.flow, exposure };
}

function enlargeFlow(flow: Raster, height: number, width: number): Raster {
  const out = resizeLinear(flow, height, width);
  const area = height * width;
  const x = width / flow.width;
  const y = height / flow.height;
  for (let i = 0; i < area; i++) {
    out.data[i]! *= x;
    out.data[area + i]! *= y;
  }
  return out;
}

/** Divides a sample, in place, by its exposure per channel. */
function divideByExposure(sample: Raster, exposure: readonly number[]): void {
  const area = sample.height * sample.width;
  for (let c = 0; c < 3; c++) {
    const gain = exposure[c]!;
    for (let i = c * area; i < (c + 1) * area; i++) {
      const value = (sample.data[i]! + 0.05) / gain - 0.05;
      sample.data[i] = Math.min(1, Math.max(0, value));
    }
  }
}
