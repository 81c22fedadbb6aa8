import { luma } from "../image/colour.ts";
import {
  apply,
  compose,
  invert,
  translation,
  type Homography,
} from "../image/homography.ts";
import { dilate } from "../image/morphology.ts";
import { resizeLinear, shrink } from "../image/resample.ts";
import {
  flowField,
  homographyField,
  sampleCubic,
  sampleLinear,
  sampleNearest,
} from "../image/sampling.ts";
import { raster, type Raster } from "../raster.ts";
import type { Vision } from "../vision.ts";
import { alignDense, coarseLevels, gateAlignment } from "./align.ts";
import { fuseSamples, medianOfSamples, type Fused } from "./fuse.ts";

/** A local background mosaic around one key frame, in that frame's coordinates moved by its origin. */
export interface CanvasPlan {
  readonly keyframe: number;
  readonly width: number;
  readonly height: number;
  /** Takes canvas pixels to pixels of frame 0, from where every frame can be reached. */
  readonly canvasToFirst: Homography;
  /** Frames that are laid onto this canvas. */
  readonly samples: readonly number[];
}

const KEYFRAME_SPACING = 8;
const SAMPLE_REACH = 40;
const SAMPLE_COUNT = 21;
/** A canvas reaches at most this share of the frame beyond it on each side. */
const LARGEST_OVERHANG = 0.6;

const spaced = (from: number, to: number, count: number): number[] => {
  const steps = Math.max(1, count - 1);
  const values = Array.from({ length: count }, (_, i) =>
    Math.trunc(from + ((to - from) * i) / steps),
  );
  return [...new Set(values)];
};

/**
 * Key frames about every eighth frame, each with a canvas that covers what the frames up to its neighbours see and is
 * laid with 21 samples from ±40 frames.
 *
 * @param firstToFrame one map per frame
 */
export function planCanvases(
  firstToFrame: readonly Homography[],
  width: number,
  height: number,
): CanvasPlan[] {
  const frameCount = firstToFrame.length;
  const last = frameCount - 1;
  const keys = spaced(
    0,
    last,
    Math.max(2, Math.ceil(last / KEYFRAME_SPACING) + 1),
  );
  return keys.map((keyframe, index) => {
    const from = keys[Math.max(0, index - 1)]!;
    const to = keys[Math.min(keys.length - 1, index + 1)]!;
    let left = 0;
    let top = 0;
    let right = width;
    let bottom = height;
    for (let t = from; t <= to; t++) {
      const toKey = compose(firstToFrame[keyframe]!, invert(firstToFrame[t]!));
      for (const [x, y] of [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ] as const) {
        const [u, v] = apply(toKey, x, y);
        if (!Number.isFinite(u) || !Number.isFinite(v)) continue;
        left = Math.min(left, u);
        right = Math.max(right, u);
        top = Math.min(top, v);
        bottom = Math.max(bottom, v);
      }
    }
    left = Math.max(Math.floor(left), Math.ceil(-width * LARGEST_OVERHANG));
    top = Math.max(Math.floor(top), Math.ceil(-height * LARGEST_OVERHANG));
    right = Math.min(
      Math.ceil(right),
      Math.floor(width * (1 + LARGEST_OVERHANG)),
    );
    bottom = Math.min(
      Math.ceil(bottom),
      Math.floor(height * (1 + LARGEST_OVERHANG)),
    );
    const reachable = spaced(
      Math.max(0, keyframe - SAMPLE_REACH),
      Math.min(last, keyframe + SAMPLE_REACH),
      SAMPLE_COUNT,
    );
    return {
      keyframe,
      width: right - left,
      height: bottom - top,
      canvasToFirst: compose(
        invert(firstToFrame[keyframe]!),
        translation(left, top),
      ),
      samples: [...new Set([...reachable, keyframe])].sort((a, b) => a - b),
    };
  });
}

/** What a canvas needs of one frame. */
export interface CanvasSample {
  /** `[3, H, W]` */
  readonly rgb: Raster;
  /** `[1, H, W]`: union of the subjects' masks. */
  readonly subjects: Raster;
  readonly firstToFrame: Homography;
}

/** Pixels this near to a mask are not taken for background. */
const MASK_MARGIN = 4;

/**
 * Where a frame shows background for certain: outside the slightly grown masks.
 *
 * @param subjects `[1, H, W]` union of the masks
 * @returns        `[1, H, W]`, 1 or 0
 */
export function backgroundArea(subjects: Raster): Raster {
  const grown = dilate(subjects, MASK_MARGIN);
  for (let i = 0; i < grown.data.length; i++)
    grown.data[i] = grown.data[i]! > 0.1 ? 0 : 1;
  return grown;
}

const NEAREST_WEIGHT = 0.05;

/** Far from the subject a sample is better evidence of background: its effects reach beyond its mask. */
function distancePrior(subjects: Raster, vision: Vision): Raster {
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
 * Lays the samples onto the canvas, aligns each to their median, matches its exposure and fuses them; what no frame ever
 * shows is filled from its rim.
 *
 * @param samples in the order of `plan.samples`
 */
export function buildCanvas(
  plan: CanvasPlan,
  samples: readonly CanvasSample[],
  vision: Vision,
): Fused {
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
      prior: sampleLinear(distancePrior(sample.subjects, vision), field, 0),
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
  const weights: Raster[] = [];
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
    const valid = sampleNearest(sample.valid, flowField(aligned.flow), 0);
    matchExposure(aligned.picture, median, valid, count);
    for (let i = 0; i < valid.data.length; i++)
      valid.data[i]! *= sample.prior.data[i]!;
    colours.push(aligned.picture);
    weights.push(valid);
  }
  const fused = fuseSamples({ height, width, colours, weights });
  for (let i = 0; i < fused.count.data.length; i++) {
    fused.count.data[i] = count.data[i]!;
    if (count.data[i]! < 3) fused.spread.data[i] = 0.03;
  }
  return { ...fused, colour: fillHoles(fused.colour, count, vision) };
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

const FEWEST_EXPOSURE_PIXELS = 500;

/**
 * Exposure of `picture` relative to `reference`: per channel the median of `(picture+.05)/(reference+.05)` over the pixels
 * that count, bounded; 1 where too few count.
 *
 * @param picture   `[3, H, W]`
 * @param reference `[3, H, W]`
 * @param counts    whether the pixel with this index counts
 */
export function exposureGain(
  picture: Raster,
  reference: Raster,
  counts: (index: number) => boolean,
  least: number,
  most: number,
): [number, number, number] {
  const area = picture.height * picture.width;
  // A few thousand pixels fix a median; striding keeps the sort short.
  const stride = Math.max(1, Math.floor(area / 20000));
  const ratios: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < area; i += stride) {
    if (!counts(i)) continue;
    for (let c = 0; c < 3; c++) {
      const at = c * area + i;
      ratios[c as 0 | 1 | 2].push(
        (picture.data[at]! + 0.05) / (reference.data[at]! + 0.05),
      );
    }
  }
  if (ratios[0].length * stride < FEWEST_EXPOSURE_PIXELS) return [1, 1, 1];
  return ratios.map((values) => {
    const sorted = Float32Array.from(values).sort();
    return Math.min(most, Math.max(least, sorted[sorted.length >> 1]!));
  }) as [number, number, number];
}

/** Fills what was never seen, at half size: the fill is smooth anyway and the library's method is slow. */
function fillHoles(colour: Raster, count: Raster, vision: Vision): Raster {
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
