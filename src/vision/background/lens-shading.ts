import { boxMean } from "../../kernels/gaussian.ts";
import {
  apply,
  compose,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import { scoped } from "../../kernels/memory.ts";
import { erode } from "../../kernels/morphology.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import type { Raster } from "../../kernels/raster.ts";
import { undoShading } from "../../kernels/undo-shading.ts";
import { solvePositive } from "../image/solve.ts";

/**
 * How a lens darkens a picture away from its middle. A value is `(x′ + o)·exp(R) − o` of what it would be in the middle, `x′`, where
 * `R = (a + b·r + (c + d·r)·v)·r`, `r` the squared distance from the middle, 1 in the corners, and `v` the mean of the channels of `x′`: bright values are
 * compressed by the camera's curve and lose less.
 */
export type LensShading = readonly [a: number, b: number, c: number, d: number];

/** A frame by which shading is told. */
export interface ShadedView {
  /** `[1, h, w]`, 0…1. */
  readonly grey: Raster;
  /** `[1, h, w]`, 1 where it shows background for certain. */
  readonly visible: Raster;
  readonly firstToFrame: Homography;
}

/** Values (0…1) added before the logarithm, so that dark noise does not lead; as where frames are shaded. */
const OFFSET = 0.04;
/** Pixels from point to point, and around each over which it is averaged: misregistration of edges is no shading. */
const STEP_PIXELS = 8;
const AVERAGED_PIXELS = 2;
/** Pixels around masks that do not count: effects are strongest there. */
const MASK_MARGIN_PIXELS = 8;
/** Values beyond these are crushed or burnt out. */
const DARKEST = 0.03;
const BRIGHTEST = 0.95;
/** Points that two frames must share. */
const FEWEST_POINTS = 60;
/** Difference of `r` from which a place is seen at two distances from the middle, and how many such points tell shading. */
const FAR_APART = 0.2;
const FEWEST_FAR_APART = 500;
/** Scales of the errors that count, from round to round. */
const ERROR_SCALES = [0.3, 0.2, 0.1, 0.07, 0.05, 0.05];
/** How firmly the terms are held near zero, beside as many points as there are. */
const RIDGE = [1e-5, 3e-5, 1e-5, 3e-5];
/** Share of the error between far places that may be left; of clips with a lens's dark corners .26 and .48 are. */
const LARGEST_LEFT = 0.7;
/** Natural logarithm, in the corners of a picture of this grey: less is not worth compensating, more is no lens. */
const GREY = 0.3;
const LEAST_SHADING = 0.06;
const MOST_SHADING = 1;

/**
 * Fits the shading of a clip's lens to what the same places show at different distances from the middle: per pair of frames
 * `log((y + o)/(x + o)) = R(r_y, v) − R(r_x, v) + e`, `v` the mean of both, `e` the pair's exposure; robustly.
 *
 * @returns null where the camera does not move enough to tell, or the lens does not shade
 */
export function fitLensShading(
  views: readonly ShadedView[],
): LensShading | null {
  const pairs = scoped(() => comparisons(views));
  const apart = pairs.reduce((sum, { farApart }) => sum + farApart, 0);
  if (apart < FEWEST_FAR_APART) return null;
  let terms: LensShading = [0, 0, 0, 0];
  for (const scale of ERROR_SCALES) terms = refit(pairs, terms, scale);
  const corner = -shadingAt(terms, 1, GREY);
  if (!(corner >= LEAST_SHADING && corner <= MOST_SHADING)) return null;
  const before = errorFarApart(pairs, [0, 0, 0, 0]);
  return errorFarApart(pairs, terms) <= LARGEST_LEFT * before ? terms : null;
}

/** `R`, natural logarithm. */
const shadingAt = ([a, b, c, d]: LensShading, r: number, v: number): number =>
  (a + b * r + (c + d * r) * v) * r;

/** Takes the lens's shading off a picture `[3, h, w]` of a whole frame. */
export function withoutShading(picture: Raster, lens: LensShading): Raster {
  return undoShading(picture, {
    table: undoingGains(lens),
    size: TABLED,
    offset: OFFSET,
  });
}

/** Shades a picture `[3, h, w]`, in place, as the lens would have it in a frame. */
export function shadeAsLens(picture: Raster, lens: LensShading): void {
  const { height, width, data } = picture;
  const area = height * width;
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const r = distanceFromMiddle(x + 0.5, y + 0.5, height, width);
      const mean = (data[i]! + data[area + i]! + data[2 * area + i]!) / 3;
      const gain = Math.exp(shadingAt(lens, r, mean));
      for (let at = i; at < 3 * area; at += area)
        data[at] = unit((data[at]! + OFFSET) * gain - OFFSET);
    }
}

/**
 * Gives what one frame shows at a point the shading of another place, in place.
 *
 * @param values three channels from `at` on, in 0…255
 * @param from   squared distance from the middle where it was seen, `distanceFromMiddle`
 * @param to     the same where it is to be shown
 */
export type MoveShading = (
  values: Float32Array,
  at: number,
  from: number,
  to: number,
) => void;

/** What moves values from place to place under a lens. */
export function shadingMover(lens: LensShading): MoveShading {
  const gains = undoingGains(lens);
  return (values, at, from, to) => {
    const seen = (values[at]! + values[at + 1]! + values[at + 2]!) / (3 * 255);
    const undone = undoingGain(gains, seen, from);
    const mean = unit((seen + OFFSET) * undone - OFFSET);
    const gain = undone * Math.exp(shadingAt(lens, to, mean));
    for (let c = at; c < at + 3; c++)
      values[c] = (values[c]! + 255 * OFFSET) * gain - 255 * OFFSET;
  };
}

/** Distances and values at which gains are tabled: between them they differ by a thousandth. */
const TABLED = 256;
const tables = new WeakMap<LensShading, Float32Array>();

/** What undoes the shading, at distances and shaded values from 0 to 1: a table, because what decides is the value that it leads to. */
function undoingGains(lens: LensShading): Float32Array {
  const known = tables.get(lens);
  if (known !== undefined) return known;
  const gains = new Float32Array(TABLED * TABLED);
  for (let row = 0; row < TABLED; row++)
    for (let column = 0; column < TABLED; column++) {
      const seen = column / (TABLED - 1);
      let gain = 1;
      for (let step = 0; step < 6; step++)
        gain = Math.exp(
          -shadingAt(
            lens,
            row / (TABLED - 1),
            unit((seen + OFFSET) * gain - OFFSET),
          ),
        );
      gains[row * TABLED + column] = gain;
    }
  tables.set(lens, gains);
  return gains;
}

function undoingGain(gains: Float32Array, seen: number, r: number): number {
  const row = Math.round(unit(r) * (TABLED - 1)) * TABLED;
  const column = unit(seen) * (TABLED - 1);
  const before = Math.min(TABLED - 2, Math.floor(column));
  const share = column - before;
  return (1 - share) * gains[row + before]! + share * gains[row + before + 1]!;
}

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** Squared distance from the middle of a picture, 1 in the corners; pixel centres at halves. */
export function distanceFromMiddle(
  x: number,
  y: number,
  height: number,
  width: number,
): number {
  const across = x / width - 0.5;
  const down = (y - 0.5 * height) / width;
  return (4 * (across * across + down * down)) / (1 + (height / width) ** 2);
}

/** What two frames show of the same places: rows of four terms, and the logarithm of the values' ratio. */
interface Comparison {
  readonly rows: Float64Array;
  readonly logs: Float64Array;
  readonly farApart: number;
}

function comparisons(views: readonly ShadedView[]): Comparison[] {
  const looked = views.map(({ grey, visible, firstToFrame }) => ({
    values: boxMean(grey, AVERAGED_PIXELS).data,
    counts: erode(visible, MASK_MARGIN_PIXELS).data,
    firstToFrame,
  }));
  const { height, width } = views[0]!.grey;
  const found: Comparison[] = [];
  looked.forEach((one, k) => {
    for (const other of looked.slice(k + 1)) {
      const map = compose(other.firstToFrame, invert(one.firstToFrame));
      const rows: number[] = [];
      const logs: number[] = [];
      let farApart = 0;
      const from = STEP_PIXELS >> 1;
      for (let y = from; y < height - from; y += STEP_PIXELS)
        for (let x = from; x < width - from; x += STEP_PIXELS) {
          const [u, v] = apply(map, x, y).map(Math.round) as [number, number];
          const inside =
            u >= from && v >= from && u < width - from && v < height - from;
          if (!inside) continue;
          const i = y * width + x;
          const j = v * width + u;
          if (one.counts[i] === 0 || other.counts[j] === 0) continue;
          const a = one.values[i]!;
          const b = other.values[j]!;
          if (Math.min(a, b) < DARKEST || Math.max(a, b) > BRIGHTEST) continue;
          const r = distanceFromMiddle(x + 0.5, y + 0.5, height, width);
          const s = distanceFromMiddle(u + 0.5, v + 0.5, height, width);
          const mean = (a + b) / 2;
          if (Math.abs(s - r) > FAR_APART) farApart++;
          rows.push(
            s - r,
            s * s - r * r,
            mean * (s - r),
            mean * (s * s - r * r),
          );
          logs.push(Math.log((b + OFFSET) / (a + OFFSET)));
        }
      if (logs.length >= FEWEST_POINTS)
        found.push({
          rows: Float64Array.from(rows),
          logs: Float64Array.from(logs),
          farApart,
        });
    }
  });
  return found;
}

const TERMS = 4;

/** What the terms say of one row. */
function predicted(rows: Float64Array, k: number, terms: LensShading): number {
  let sum = 0;
  for (let c = 0; c < TERMS; c++) sum += rows[TERMS * k + c]! * terms[c]!;
  return sum;
}

/** Errors of a pair, less its exposure: their median. */
function errorsOf(
  { rows, logs }: Comparison,
  terms: LensShading,
): Float64Array {
  const errors = logs.map((log, k) => log - predicted(rows, k, terms));
  const exposure = orderStatistic(
    Float32Array.from(errors),
    errors.length >> 1,
  );
  return errors.map((error) => error - exposure);
}

/** Weighted least squares, each pair about its own weighted mean, with the weights of the errors that terms leave. */
function refit(
  pairs: readonly Comparison[],
  terms: LensShading,
  scale: number,
): LensShading {
  const normal = new Float64Array(TERMS * TERMS);
  const right = new Float64Array(TERMS);
  let points = 0;
  for (const pair of pairs) {
    const { rows, logs } = pair;
    const weights = errorsOf(pair, terms).map(
      (error) => 1 / (1 + (error / scale) ** 2) ** 2,
    );
    const means = new Float64Array(TERMS + 1);
    let total = 0;
    weights.forEach((weight, k) => {
      total += weight;
      for (let c = 0; c < TERMS; c++)
        means[c]! += weight * rows[TERMS * k + c]!;
      means[TERMS]! += weight * logs[k]!;
    });
    for (let c = 0; c <= TERMS; c++) means[c]! /= Math.max(total, 1e-9);
    points += logs.length;
    weights.forEach((weight, k) => {
      for (let c = 0; c < TERMS; c++) {
        const own = weight * (rows[TERMS * k + c]! - means[c]!);
        right[c]! += own * (logs[k]! - means[TERMS]!);
        for (let e = 0; e < TERMS; e++)
          normal[TERMS * c + e]! += own * (rows[TERMS * k + e]! - means[e]!);
      }
    });
  }
  for (let c = 0; c < TERMS; c++)
    normal[(TERMS + 1) * c]! += RIDGE[c]! * points;
  const [a, b, c, d] = solvePositive(normal, right);
  return [a!, b!, c!, d!];
}

/** Mean absolute error of what is seen at two distances from the middle. */
function errorFarApart(
  pairs: readonly Comparison[],
  terms: LensShading,
): number {
  let sum = 0;
  let count = 0;
  for (const pair of pairs)
    errorsOf(pair, terms).forEach((error, k) => {
      if (Math.abs(pair.rows[TERMS * k]!) <= FAR_APART) return;
      sum += Math.abs(error);
      count++;
    });
  return sum / Math.max(1, count);
}
