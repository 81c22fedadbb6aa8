import { clampToUnit } from "../image/clamp.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import {
  compose,
  invert,
  rescale,
  type Homography,
} from "../../kernels/homography.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import { homographyField, sampleLinear } from "../../kernels/warp.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { Flow, FrameChanges } from "./frame-view.ts";

/** Smoothing (σ) of the change, in pixels at half size; set once, with no other value on record. */
const CHANGE_SMOOTHING_PIXELS = 0.75;

/**
 * How strongly each place of a frame differs from its background beyond noise, misregistration and shadow.
 *
 * @param change `changeFrom`
 * @returns      `[1, h, w]` ≥ 0
 */
export const changeEvidence = (change: Raster): Raster =>
  gaussian(plane(change, 1), CHANGE_SMOOTHING_PIXELS);

/** A place that differs as often while others are looked at has a share in it of this percentile. */
const USUAL = 0.6;

/**
 * Takes away what a place shows at other times too, whoever is there: foliage, water, edges that depth moves.
 *
 * @param evidence     `[1, h, w]` of the frame
 * @param others       of frames around it
 * @param firstToFrame of the frame, in pixels of the full grid
 * @param othersMaps   likewise of the others
 * @param scale        full grid's pixels per pixel of the evidence
 */
export function withoutAmbient(
  evidence: Raster,
  others: readonly Raster[],
  firstToFrame: Homography,
  othersMaps: readonly Homography[],
  scale: number,
): Raster {
  const { height, width } = evidence;
  const seen = others.map((other, k) => {
    const map = compose(othersMaps[k]!, invert(firstToFrame));
    const field = homographyField(
      rescale(map, 1 / scale, 1 / scale),
      height,
      width,
    );
    return sampleLinear(other, field, -1).data;
  });
  const out = raster(1, height, width);
  const values = new Float32Array(seen.length);
  for (let i = 0; i < out.data.length; i++) {
    let n = 0;
    for (const other of seen) if (other[i]! >= 0) values[n++] = other[i]!;
    const usual =
      n < 3 ? 0 : orderStatistic(values, Math.floor(USUAL * (n - 1)), n);
    out.data[i] = Math.max(0, evidence.data[i]! - usual);
  }
  return out;
}

/**
 * How a frame moves beyond the camera, from the motion to the frames before and after it: what goes on as it came counts,
 * what goes to and fro, as ripples and flow that is mistaken, cancels out.
 *
 * @param back `[2, h, w]` own motion to the frame before, where there is one
 * @param on   `[2, h, w]` own motion to the frame after, where there is one
 * @returns    `[1, h, w]` pixels a frame
 */
export function steadyMotion(
  back: Flow | undefined,
  on: Flow | undefined,
): Raster {
  const { height, width } = (back ?? on)!;
  const area = height * width;
  const out = raster(1, height, width);
  const share = back !== undefined && on !== undefined ? 0.5 : 1;
  for (let i = 0; i < area; i++) {
    const u = (on?.data[i] ?? 0) - (back?.data[i] ?? 0);
    const v = (on?.data[area + i] ?? 0) - (back?.data[area + i] ?? 0);
    out.data[i] = share * Math.hypot(u, v);
  }
  return out;
}

/** What speaks for a subject in a frame. */
export interface Evidence {
  /** `[1, h, w]`: change that is the frame's own. */
  readonly change: Raster;
  /** `[1, h, w]` 0 to 1: how clearly the place moves by itself and is no shadow. */
  readonly moving: Raster;
  /** `[1, h, w]` 0 to 1: how far a shadow explains the difference from the background. */
  readonly shade: Raster;
  /** `[1, h, w]` 0 to 1: how surely the background is known. */
  readonly sure: Raster;
}

/** Share of the frame's usual own motion, and pixels, that registration and flow are off by. */
const MOTION_NOISE = 2;
/** Those pixels, at half size; .4 before most of the frame told its own noise. */
const MOTION_FLOOR_PIXELS = 0.25;
/** Rank, as a share of the pixels, of the motion that is usual: most of a frame is background. */
const USUAL_MOTION_RANK = 0.4;
/** So many times as much as noise is clear motion. */
const CLEAR_MOTION = 3;

/**
 * Where a frame moves by itself. Motion is measured by its noise, which the frame itself tells, since most of it is
 * background.
 *
 * @param motion `steadyMotion`
 * @returns      `[1, h, w]` 0 to 1
 */
export function movingPlaces(motion: Raster): Raster {
  const { height, width, data } = motion;
  const rank = Math.floor(USUAL_MOTION_RANK * data.length);
  const usual = orderStatistic(data.slice(), rank);
  const noise = MOTION_FLOOR_PIXELS + MOTION_NOISE * usual;
  return raster(
    1,
    height,
    width,
    data.map((speed) =>
      clampToUnit(Math.log(speed / noise) / Math.log(CLEAR_MOTION)),
    ),
  );
}

/** What a shadow explains of a change from which it may be one, and is one. */
const SHADE_FROM = 0.3;
/** The upper end: from here on it is one; set once, with no other value on record. */
const SHADE_TO = 0.8;

/** How far a shadow explains how a frame differs from its background; `[1, h, w]` 0 to 1. */
export function shadePlaces({ change }: FrameChanges): Raster {
  const { height, width } = change;
  const area = height * width;
  const shade = raster(1, height, width);
  for (let i = 0; i < area; i++)
    shade.data[i] = change.data[i]! - change.data[area + i]!;
  const { data } = gaussian(shade, 1.5);
  return raster(
    1,
    height,
    width,
    data.map((value) =>
      clampToUnit((value - SHADE_FROM) / (SHADE_TO - SHADE_FROM)),
    ),
  );
}

/** What motion adds where a change is possible; .35 before subjects that stay in their place were looked for. */
const MOTION_IN_CHANGE_WEIGHT = 1.2;
/** Change around a place from which motion counts in full; where the background is not known it always does. */
const AROUND_PIXELS = 2;
/** That change: half of what is surely a subject's. */
const FULL_CHANGE = 0.5;

/** All in one: change, raised where the place moves by itself. */
export function subjectEvidence({ change, moving, sure }: Evidence): Raster {
  const around = gaussian(change, AROUND_PIXELS).data;
  const out = raster(1, change.height, change.width);
  for (let i = 0; i < out.data.length; i++) {
    const gate = Math.max(
      1 - sure.data[i]!,
      clampToUnit(around[i]! / FULL_CHANGE),
    );
    out.data[i] =
      change.data[i]! + MOTION_IN_CHANGE_WEIGHT * gate * moving.data[i]!;
  }
  return out;
}
