import {
  apply,
  compose,
  invert,
  translation,
  type Homography,
} from "../../kernels/homography.ts";
import { dilate } from "../../kernels/morphology.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import type { Raster } from "../../kernels/raster.ts";

/** A local background mosaic around one key frame, in that frame's coordinates moved by its origin. */
export interface CanvasPlan {
  readonly keyframe: number;
  readonly width: number;
  readonly height: number;
  /** Takes canvas pixels to pixels of frame 0, from where every frame can be reached. */
  readonly canvasToFirst: Homography;
  /** Frames that are aligned to this canvas. */
  readonly samples: readonly number[];
  /** Frames of which is known how they see the canvas's places beside the camera's homography, ascending; absent where one plane explains the clip. */
  readonly followed?: readonly number[];
}

/** Frames from canvas to canvas; from the study before the engine. */
const KEYFRAME_SPACING_FRAMES = 8;
/** Frames to either side from which a canvas takes samples; from the study before the engine: all of a clip cost .6 dB. */
const SAMPLE_REACH_FRAMES = 40;
/** Samples in a canvas; from the study before the engine. */
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
 * made of 21 samples from ±40 frames.
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
    Math.max(2, Math.ceil(last / KEYFRAME_SPACING_FRAMES) + 1),
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
      Math.max(0, keyframe - SAMPLE_REACH_FRAMES),
      Math.min(last, keyframe + SAMPLE_REACH_FRAMES),
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

/** Where a frame that is aligned to a canvas comes from. */
export interface SampleView {
  /** `[1, H, W]`: union of the subjects' masks. */
  readonly subjects: Raster;
  readonly firstToFrame: Homography;
  /** How the canvas's places move beside the map, `[2, height, width]` pixels of the canvas at that size; absent where they do not. */
  readonly displaced?: ((height: number, width: number) => Raster) | undefined;
}

/** What a canvas needs of one frame. */
export interface CanvasSample extends SampleView {
  /** `[3, H, W]` */
  readonly rgb: Raster;
  /** `[1, H, W]`, `backgroundArea` of the subjects. */
  readonly visible: Raster;
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

/** Pixels that two pictures must share for the ratio of their exposures to be believed; set once, with no other value on record. */
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
  const pixels = new Uint32Array(Math.ceil(area / stride));
  let n = 0;
  for (let i = 0; i < area; i += stride) if (counts(i)) pixels[n++] = i;
  if (n * stride < FEWEST_EXPOSURE_PIXELS) return [1, 1, 1];
  const ratios = new Float32Array(n);
  return [0, area, 2 * area].map((channel) => {
    for (let k = 0; k < n; k++) {
      const at = channel + pixels[k]!;
      ratios[k] = (picture.data[at]! + 0.05) / (reference.data[at]! + 0.05);
    }
    return Math.min(most, Math.max(least, orderStatistic(ratios, n >> 1)));
  }) as [number, number, number];
}
