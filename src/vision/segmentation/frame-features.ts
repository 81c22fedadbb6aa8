import { gaussian } from "../../kernels/gaussian.ts";
import { cut, resizePart, type Part } from "../image/rect.ts";
import { dilate, erode } from "../../kernels/morphology.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { FrameView } from "./frame-view.ts";

/** Smoothing (σ) of the fine colours, in pixels; set once, with no other value on record. */
const FINE_SIGMA_PIXELS = 1.2;
/** Smoothing (σ) of the coarse ones, in pixels; set once, with no other value on record. */
const COARSE_SIGMA_PIXELS = 5;
/** Values (0…1): the noise floor of the residual. */
const FEATURE_NOISE = 0.012;

/** A shadow takes no more than this share of the light. */
const DARKEST_SHADOW = 0.25;

/**
 * What a pixel looks like, by itself and beside its background, in a part of a frame: nothing here knows of any mask.
 * Colours are brightness and two opponent colours, so that a decision on one feature can tell hues apart.
 *
 * @returns one plane `[h·w]` per feature
 */
export function frameFeatures(frame: FrameView, part: Part): Float32Array[] {
  const rgb = cut(frame.rgb, part);
  const colour = opponent(rgb);
  const fine = gaussian(colour, FINE_SIGMA_PIXELS);
  const coarse = gaussian(colour, COARSE_SIGMA_PIXELS);
  const texture = gaussian(contrast(colour, fine), 2);
  const { height, width } = frame.rgb;
  const change = resizePart(frame.change, height, width, part);
  return [
    ...planes(colour),
    ...planes(fine),
    ...planes(coarse),
    ...planes(texture),
    ...planes(gaussian(change, FINE_SIGMA_PIXELS)),
    ...planes(gaussian(change, COARSE_SIGMA_PIXELS)).slice(0, 2),
  ];
}

const planes = (picture: Raster): Float32Array[] =>
  Array.from({ length: picture.channels }, (_, c) => plane(picture, c).data);

/** Brightness and two opponent colours. */
export function opponent(rgb: Raster): Raster {
  const area = rgb.height * rgb.width;
  const out = raster(3, rgb.height, rgb.width);
  for (let i = 0; i < area; i++) {
    const r = rgb.data[i]!;
    const g = rgb.data[area + i]!;
    const b = rgb.data[2 * area + i]!;
    out.data[i] = (r + g + b) / 3;
    out.data[area + i] = r - b;
    out.data[2 * area + i] = g - (r + b) / 2;
  }
  return out;
}

function contrast(colour: Raster, smooth: Raster): Raster {
  const area = colour.height * colour.width;
  const out = raster(1, colour.height, colour.width);
  for (let i = 0; i < area; i++)
    out.data[i] = Math.abs(colour.data[i]! - smooth.data[i]!);
  return out;
}

/**
 * How a frame differs from its background: the difference that neither noise nor a pixel of misregistration explains, what
 * of it a shadow does not explain either (a shadow dims all channels by nearly one share and keeps the texture), and the signed
 * differences in opponent colours. Where the background is hardly known, nothing differs.
 *
 * @returns `[5, h, w]`
 */
export function changeFrom(
  rgb: Raster,
  background: Raster,
  spread: Raster,
  count: Raster,
): Raster {
  const { height, width } = rgb;
  const area = height * width;
  const low = erode(background, 1).data;
  const high = dilate(background, 1).data;
  const share = shadowShare(rgb, background);
  const out = raster(5, height, width);
  for (let i = 0; i < area; i++) {
    const known = Math.min(1, Math.max(0, (count.data[i]! - 1) / 4));
    if (known === 0) continue;
    const tolerance = FEATURE_NOISE + spread.data[i]!;
    let plain = 0;
    let shaded = 0;
    let dimmed = 0;
    for (let at = i; at < 3 * area; at += area) {
      const value = rgb.data[at]!;
      const b = background.data[at]!;
      const under = b - 0.5 * (b - low[at]!);
      const over = b + 0.5 * (high[at]! - b);
      const k = share.data[at]!;
      dimmed += (1 - k) * b;
      plain += Math.max(0, under - value, value - over);
      shaded += Math.max(0, k * under - value, value - k * over);
    }
    out.data[i] = known * Math.log1p(plain / (3 * tolerance));
    const loose = 3 * tolerance + PENUMBRA * dimmed;
    out.data[area + i] = known * Math.log1p(shaded / loose);
    const dr = rgb.data[i]! - background.data[i]!;
    const dg = rgb.data[area + i]! - background.data[area + i]!;
    const db = rgb.data[2 * area + i]! - background.data[2 * area + i]!;
    out.data[2 * area + i] = (known * (dr + dg + db)) / 3;
    out.data[3 * area + i] = known * (dr - db);
    out.data[4 * area + i] = known * (dg - (dr + db) / 2);
  }
  return out;
}

/**
 * The signed difference from the background that `changeFrom` has written down.
 *
 * @param change `[5, h, w]`
 * @returns      `[3, h, w]`, where the background is hardly known less than it is
 */
export function differenceFrom(change: Raster): Raster {
  const { height, width } = change;
  const area = height * width;
  const out = raster(3, height, width);
  for (let i = 0; i < area; i++) {
    const mean = change.data[2 * area + i]!;
    const redLessBlue = change.data[3 * area + i]!;
    const green = mean + (change.data[4 * area + i]! * 2) / 3;
    const redAndBlue = 3 * mean - green;
    out.data[i] = (redAndBlue + redLessBlue) / 2;
    out.data[area + i] = green;
    out.data[2 * area + i] = (redAndBlue - redLessBlue) / 2;
  }
  return out;
}

/** Share of the light that a shadow takes by which it may vary from pixel to pixel, as at its edges. */
const PENUMBRA = 0.15;

/** A shadow is tinted by the sky: by so much its share of a channel may differ from that of all. */
const TINT = 0.15;

/** The light that a shadow would leave here, around each pixel and per channel: the frame beside the background, at most 1. */
function shadowShare(rgb: Raster, background: Raster): Raster {
  const area = rgb.height * rgb.width;
  const seen = gaussian(rgb, 2).data;
  const lit = gaussian(background, 2).data;
  const out = raster(3, rgb.height, rgb.width);
  for (let i = 0; i < area; i++) {
    let sum = 0.02;
    let full = 0.02;
    for (let at = i; at < 3 * area; at += area) {
      sum += seen[at]!;
      full += lit[at]!;
    }
    const k = Math.min(1, Math.max(DARKEST_SHADOW, sum / full));
    for (let at = i; at < 3 * area; at += area) {
      const own = (seen[at]! + 0.01) / (lit[at]! + 0.01);
      const tinted = Math.min(k * (1 + TINT), Math.max(k * (1 - TINT), own));
      out.data[at] = Math.min(1, tinted);
    }
  }
  return out;
}
