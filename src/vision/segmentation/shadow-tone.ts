import { gaussian } from "../../kernels/gaussian.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import { cut, type Part } from "../image/rect.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { FrameChanges } from "./frame-view.ts";
import { differenceFrom } from "./frame-features.ts";

/**
 * The colour of a clip's shadows: how a shadow dims the background beneath it. In the logarithm of what is left of each channel
 * all of a shadow, its core and its soft edge, lies nearly on one line through the origin, while what a subject has in its place
 * does not (compare the direction of light in Finlayson et al., "On the removal of shadows from images", 2006).
 */
export interface ShadowTone {
  /** Of the line, red, green and blue; of length 1, none positive. */
  readonly direction: readonly [number, number, number];
  /** How far along it the darkest shadows lie. */
  readonly depth: number;
}

/** Keeps the logarithm of dark pixels from being noise. */
const DARK_OFFSET = 0.02;
/** What is dimmed by less, in the mean logarithm, tells no tone. */
const DIMMED_LOG = 0.12;
/** A background as sure as this is compared with. */
const SURE_BACKGROUND = 0.7;
/** Places of a frame whose tone is kept; bounds memory, set once, with no other value on record. */
const MOST_TONE_SAMPLES = 300;
/** Smoothing (σ) of the logarithms, in pixels at half size; set once, with no other value on record. */
const TONE_SMOOTHING_PIXELS = 1;

/**
 * Samples of what is dimmed in a part of a frame.
 *
 * @param subjects `[1, h, w]` of the frame: 1 where any subject is
 * @returns        red, green, blue, red … logarithms of what is left
 */
export function dimmedSamples(
  changes: FrameChanges,
  part: Part,
  subjects: Raster,
): Float32Array {
  const left = gaussian(remainder(changes, part), TONE_SMOOTHING_PIXELS);
  const taken = cut(subjects, part).data;
  const sure = cut(changes.sure, part).data;
  const area = sure.length;
  const [r, g, b] = [0, 1, 2].map((c) => plane(left, c).data) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const found: number[] = [];
  for (let i = 0; i < area; i++) {
    if (taken[i]! > 0.5 || sure[i]! < SURE_BACKGROUND) continue;
    if (r[i]! + g[i]! + b[i]! < -3 * DIMMED_LOG) found.push(i);
  }
  const count = Math.min(MOST_TONE_SAMPLES, found.length);
  const samples = new Float32Array(3 * count);
  for (let k = 0; k < count; k++) {
    const i = found[Math.floor((k * found.length) / count)]!;
    samples.set([r[i]!, g[i]!, b[i]!], 3 * k);
  }
  return samples;
}

/** Turns of weighting and fitting the line; set once, with no other value on record. */
const TONE_ROUNDS = 10;
/** Off the line by this much is half believed. */
const OFF = 0.05;
/** A tone is believed when half of the samples lie this near to its line, and there are as many as this. */
const CLOSE = 0.035;
/** The count: what one frame gives at most. */
const ENOUGH_TONE_SAMPLES = 300;
/** A shadow dims every channel by at least this share of the direction. */
const EVERY_CHANNEL = 0.3;
/** The darkest shadows: this share of the samples on the line is lighter. */
const DARKEST = 0.9;

/**
 * Finds the line on which samples lie, if they lie on one.
 *
 * @param samples as `dimmedSamples` gives them, of all frames
 */
export function shadowTone(samples: Float32Array): ShadowTone | undefined {
  const count = samples.length / 3;
  if (count < ENOUGH_TONE_SAMPLES) return undefined;
  const weights = new Float32Array(count).fill(1);
  const off = new Float32Array(count);
  const along = new Float32Array(count);
  let direction: [number, number, number] = [0, 0, 0];
  for (let round = 0; round < TONE_ROUNDS; round++) {
    const sum: [number, number, number] = [0, 0, 0];
    for (let i = 0; i < samples.length; i++)
      sum[i % 3]! += weights[Math.floor(i / 3)]! * samples[i]!;
    const length = Math.hypot(...sum);
    direction = [sum[0] / length, sum[1] / length, sum[2] / length];
    for (let k = 0; k < count; k++) {
      const at = samples.subarray(3 * k, 3 * k + 3);
      along[k] = dot(direction, at);
      off[k] = distance(direction, along[k]!, at);
      weights[k] = 1 / (1 + (off[k]! / OFF) ** 2);
    }
  }
  if (direction.some((share) => share > -EVERY_CHANNEL)) return undefined;
  if (orderStatistic(off.slice(), count >> 1) > CLOSE) return undefined;
  const depths = along.filter((_, k) => off[k]! < OFF);
  const depth = orderStatistic(depths, Math.floor(DARKEST * depths.length));
  return { direction, depth };
}

/** Off the line by this much it is no shadow. */
const FAR_FROM_TONE = 0.12;
/** What is dimmed by a smaller share of the depth may be anything, and by a larger share is too dark. */
const FAINT = 0.25;
/** The upper of the two: a fifth darker than the core; set once, with no other value on record. */
const TOO_DARK = 1.2;

/**
 * How like a shadow each pixel of a part is.
 *
 * @returns `[h·w]` 0 to 1
 */
export function shadowLikeness(
  { direction, depth }: ShadowTone,
  changes: FrameChanges,
  part: Part,
): Float32Array {
  const left = remainder(changes, part);
  const sure = cut(changes.sure, part).data;
  const area = sure.length;
  const off = raster(1, left.height, left.width);
  const deep = raster(1, left.height, left.width);
  for (let i = 0; i < area; i++) {
    const at = [0, 1, 2].map((c) => left.data[c * area + i]!);
    const along = Math.max(0, dot(direction, at));
    deep.data[i] = along;
    off.data[i] = distance(direction, Math.min(along, TOO_DARK * depth), at);
  }
  const smooth = gaussian(off, TONE_SMOOTHING_PIXELS).data;
  return sure.map((known, i) =>
    deep.data[i]! < FAINT * depth
      ? 0
      : known * Math.min(1, Math.max(0, 2 - (2 * smooth[i]!) / FAR_FROM_TONE)),
  );
}

/** The logarithm of what is left of the background in a part of a frame, `[3, h, w]`. */
function remainder(changes: FrameChanges, part: Part): Raster {
  const rgb = cut(changes.rgb, part);
  const difference = differenceFrom(cut(changes.change, part));
  const out = raster(3, rgb.height, rgb.width);
  for (let i = 0; i < out.data.length; i++) {
    const background = rgb.data[i]! - difference.data[i]!;
    out.data[i] = Math.log(
      (rgb.data[i]! + DARK_OFFSET) / (Math.max(0, background) + DARK_OFFSET),
    );
  }
  return out;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;

/** From a place on the line to a point. */
const distance = (
  direction: ArrayLike<number>,
  along: number,
  point: ArrayLike<number>,
): number =>
  Math.hypot(
    point[0]! - along * direction[0]!,
    point[1]! - along * direction[1]!,
    point[2]! - along * direction[2]!,
  );
