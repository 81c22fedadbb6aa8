import {
  apply,
  compose,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import { solvePositive } from "../image/solve.ts";
import { trackThereAndBack } from "../../kernels/track-points.ts";
import type { Raster } from "../../kernels/raster.ts";
import { refineEffort } from "./track-effort.ts";
import type { Points, VisionLibrary } from "./vision-library.ts";

/** Corners around one region of a frame, to be followed into other frames. */
export interface LocalCorners {
  readonly points: Points;
  /** How much each corner counts: near the region more. */
  readonly weights: Float64Array;
}

/** Corners around a subject; 240 at first. */
const LOCAL_CORNERS = 140;
/** Pixels that a corner may be off when it is tracked there and back, as for the camera. */
const LOCAL_THERE_AND_BACK_PIXELS = 0.7;
/** Pixels from where the camera's motion leads: what is farther was mistaken for another corner; set once, with no other value on record. */
const FARTHEST_FROM_GUESS_PIXELS = 12;
/** Corners that a local homography needs, as for the camera. */
const FEWEST_TRACKS = 30;
/** Pixels around a small subject that are looked at; set once, with no other value on record. */
const SMALLEST_REACH_PIXELS = 30;

/**
 * Corners in the background around a region, weighted by a Gaussian as wide as the region.
 *
 * @param grey    `[1, H, W]`
 * @param visible `[1, H, W]`, > 0.5 where background shows
 * @param box     the region's bounds in pixels
 */
export function cornersAround(
  vision: VisionLibrary,
  grey: Raster,
  visible: Raster,
  box: { left: number; top: number; right: number; bottom: number },
): LocalCorners {
  const reachX = Math.max(SMALLEST_REACH_PIXELS, box.right - box.left);
  const reachY = Math.max(SMALLEST_REACH_PIXELS, box.bottom - box.top);
  const centreX = (box.left + box.right) / 2;
  const centreY = (box.top + box.bottom) / 2;
  const points = vision.corners(grey, visible, LOCAL_CORNERS);
  const weights = new Float64Array(points.length / 2);
  for (let i = 0; i < weights.length; i++) {
    const x = (points[2 * i]! - centreX) / reachX;
    const y = (points[2 * i + 1]! - centreY) / reachY;
    weights[i] = Math.exp(-(x * x + y * y) / 2) + 0.02;
  }
  return { points, weights };
}

/**
 * The homography between two frames that is right around one region: one plane does not explain a whole scene, but it
 * explains a neighbourhood better than the frame's average plane does.
 *
 * @param from    `[1, H, W]` grey, to which `corners` belong
 * @param to      `[1, H, W]` grey
 * @param visible `[1, H, W]` where `to` shows background
 * @param guess   takes `from` to `to`
 * @returns       undefined where too few corners can be followed
 */
export function localMotion(
  from: Raster,
  to: Raster,
  visible: Raster,
  corners: LocalCorners,
  guess: Homography,
): Homography | undefined {
  const { points, weights } = corners;
  const expected = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    [expected[i], expected[i + 1]] = apply(guess, points[i]!, points[i + 1]!);
  }
  const tracks = trackThereAndBack(
    from,
    to,
    points,
    expected,
    LOCAL_THERE_AND_BACK_PIXELS,
    refineEffort,
  );
  const pairs: PointTrack[] = [];
  tracks.found.forEach((found, i) => {
    if (found === 0) return;
    const u = tracks.points[2 * i]!;
    const v = tracks.points[2 * i + 1]!;
    const column = Math.round(u);
    const row = Math.round(v);
    if (column < 0 || row < 0 || column >= to.width || row >= to.height) return;
    if (visible.data[row * to.width + column]! <= 0.5) return;
    if (
      Math.hypot(u - expected[2 * i]!, v - expected[2 * i + 1]!) >
      FARTHEST_FROM_GUESS_PIXELS
    )
      return;
    pairs.push({
      x: points[2 * i]!,
      y: points[2 * i + 1]!,
      u,
      v,
      weight: weights[i]!,
    });
  });
  if (pairs.length < FEWEST_TRACKS) return undefined;
  const refined = refineHomography(pairs, guess, from.width, from.height);
  const change = compose(refined, invert(guess));
  return isSmall(change, from.width, from.height) ? refined : undefined;
}

interface PointTrack {
  readonly x: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
  readonly weight: number;
}

/** Turns of weighting and solving; the outlier's scale has settled after four. */
const REFINEMENT_ROUNDS = 8;
/** Pixels of error at which a corner speaks with a quarter of its weight in the end, as many as make an inlier. */
const OUTLIER_PIXELS = 1;

/**
 * Weighted least squares homography with Geman–McClure weights, from a start, by Gauss–Newton in normalised coordinates;
 * the outlier scale shrinks from four pixels to one over the first rounds.
 */
function refineHomography(
  tracks: readonly PointTrack[],
  start: Homography,
  width: number,
  height: number,
): Homography {
  const scale = width / 2;
  const normalise: Homography = [
    1 / scale,
    0,
    -width / 2 / scale,
    0,
    1 / scale,
    -height / 2 / scale,
    0,
    0,
    1,
  ];
  const restore = invert(normalise);
  let map = compose(normalise, compose(start, restore)) as number[];
  // x, y, u and v of each track, and its weight.
  const normalised = Float64Array.from(
    tracks.flatMap((track) => [
      ...apply(normalise, track.x, track.y),
      ...apply(normalise, track.u, track.v),
      track.weight,
    ]),
  );
  const rowX = new Float64Array(8);
  const rowY = new Float64Array(8);
  for (let round = 0; round < REFINEMENT_ROUNDS; round++) {
    const outlier = OUTLIER_PIXELS * Math.max(1, 4 / (1 + round));
    const normal = new Float64Array(64);
    const right = new Float64Array(8);
    let total = 0;
    for (let at = 0; at < normalised.length; at += 5) {
      const x = normalised[at]!;
      const y = normalised[at + 1]!;
      const w = map[6]! * x + map[7]! * y + 1;
      const px = (map[0]! * x + map[1]! * y + map[2]!) / w;
      const py = (map[3]! * x + map[4]! * y + map[5]!) / w;
      const ex = normalised[at + 2]! - px;
      const ey = normalised[at + 3]! - py;
      const squared = (ex * ex + ey * ey) * scale * scale;
      const robust = 1 / (1 + squared / (outlier * outlier));
      const weight = normalised[at + 4]! * robust * robust;
      total += weight;
      rowX[0] = rowY[3] = x / w;
      rowX[1] = rowY[4] = y / w;
      rowX[2] = rowY[5] = 1 / w;
      rowX[6] = (-px * x) / w;
      rowX[7] = (-px * y) / w;
      rowY[6] = (-py * x) / w;
      rowY[7] = (-py * y) / w;
      for (let i = 0; i < 8; i++) {
        right[i]! += weight * (rowX[i]! * ex + rowY[i]! * ey);
        for (let j = i; j < 8; j++)
          normal[8 * i + j]! +=
            weight * (rowX[i]! * rowX[j]! + rowY[i]! * rowY[j]!);
      }
    }
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < i; j++) normal[8 * i + j] = normal[8 * j + i]!;
      normal[9 * i]! += 1e-6 * total;
    }
    const step = solvePositive(normal, right);
    map = map.map((value, i) => (i < 8 ? value + step[i]! : value));
  }
  return compose(restore, compose(map, normalise));
}

/** A refinement moves the frame's corners by little; anything else is a wrong fit. */
function isSmall(change: Homography, width: number, height: number): boolean {
  const corners: [number, number][] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  return corners.every(([x, y]) => {
    const [u, v] = apply(change, x, y);
    return Math.hypot(u - x, v - y) < 0.15 * width;
  });
}
