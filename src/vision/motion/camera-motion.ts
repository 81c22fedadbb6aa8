import {
  apply,
  compose,
  fromFourPoints,
  identity,
  invert,
  translation,
  type Homography,
} from "../../kernels/homography.ts";
import { trackThereAndBack } from "../../kernels/track-points.ts";
import type { Raster } from "../../kernels/raster.ts";
import { refineEffort, searchEffort } from "./track-effort.ts";
import type { Points, VisionLibrary } from "./vision-library.ts";

/** How the camera moved between two frames, and what speaks for it. */
export interface CameraMotion {
  /** Takes pixels of the first frame to the second. */
  readonly map: Homography;
  /** Tracked points that agree with `map`. */
  readonly inliers: number;
  /** Points that could be tracked there and back. */
  readonly tracked: number;
  /** Points that were looked for. */
  readonly corners: number;
  readonly model: "homography" | "similarity" | "translation" | "none";
}

/** Pixels that a corner may be off when it is tracked there and back; from the study before the engine. */
const THERE_AND_BACK_PIXELS = 0.7;
/** Pixels from the homography within which a corner agrees; from the study before the engine. */
const INLIER_PIXELS = 1;
/** Corners without which not even a similarity is fitted: three times what a homography needs. */
const FEWEST_POINTS = 12;
/** Corners that must agree with a homography; from the study before the engine. */
const FEWEST_INLIERS = 30;
const NO_MOTION: CameraMotion = {
  map: identity,
  inliers: 0,
  tracked: 0,
  corners: 0,
  model: "none",
};

/**
 * Camera motion from corners tracked outside the subjects: a homography where enough points agree on a plausible one,
 * else a similarity, else the median translation, else none.
 *
 * @param from    `[1, H, W]` grey
 * @param to      `[1, H, W]` grey
 * @param corners of `from`, where it shows background
 * @param guess   motion expected, where one is known
 */
export function estimateMotion(
  vision: VisionLibrary,
  from: Raster,
  to: Raster,
  corners: Points,
  guess?: Homography,
): CameraMotion {
  const looked = corners.length / 2;
  if (looked < FEWEST_POINTS) return { ...NO_MOTION, corners: looked };
  const tracks = trackThereAndBack(
    from,
    to,
    corners,
    guess === undefined ? corners : mapPoints(guess, corners),
    THERE_AND_BACK_PIXELS,
    guess === undefined ? searchEffort : refineEffort,
  );
  const [a, b] = keepFound(corners, tracks.points, tracks.found);
  const tracked = a.length / 2;
  if (tracked < FEWEST_POINTS)
    return { ...NO_MOTION, tracked, corners: looked };
  const plane = vision.homography(a, b, INLIER_PIXELS);
  if (
    plane !== undefined &&
    plane.inliers >= FEWEST_INLIERS &&
    isPlausible(plane.map, from.width, from.height)
  ) {
    return {
      map: plane.map,
      inliers: plane.inliers,
      tracked,
      corners: looked,
      model: "homography",
    };
  }
  const similar = robustSimilarity(a, b);
  const near = countNear(similar, a, b, 2 * INLIER_PIXELS);
  if (near >= FEWEST_POINTS && isPlausible(similar, from.width, from.height)) {
    return {
      map: similar,
      inliers: near,
      tracked,
      corners: looked,
      model: "similarity",
    };
  }
  const shift = medianShift(a, b);
  return {
    map: shift,
    inliers: countNear(shift, a, b, 2 * INLIER_PIXELS),
    tracked,
    corners: looked,
    model: "translation",
  };
}

function mapPoints(map: Homography, points: Points): Points {
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    [out[i], out[i + 1]] = apply(map, points[i]!, points[i + 1]!);
  }
  return out;
}

function keepFound(a: Points, b: Points, found: Uint8Array): [Points, Points] {
  const kept: [number[], number[]] = [[], []];
  found.forEach((ok, i) => {
    if (ok === 0) return;
    kept[0].push(a[2 * i]!, a[2 * i + 1]!);
    kept[1].push(b[2 * i]!, b[2 * i + 1]!);
  });
  return [Float32Array.from(kept[0]), Float32Array.from(kept[1])];
}

/** Neighbouring frames differ little: a map that flips, folds or zooms by half comes from wrong tracks. */
function isPlausible(map: Homography, width: number, height: number): boolean {
  if (!map.every(Number.isFinite)) return false;
  const area = map[0]! * map[4]! - map[1]! * map[3]!;
  if (!(area > 0.7 && area < 1.4)) return false;
  const corners: [number, number][] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  if (corners.some(([x, y]) => Math.abs(map[6]! * x + map[7]! * y) > 0.4))
    return false;
  const shifts = corners.map(([x, y]) => {
    const [u, v] = apply(map, x, y);
    return [u - x, v - y] as const;
  });
  const mean = [0, 1].map(
    (k) => shifts.reduce((sum, s) => sum + s[k as 0 | 1], 0) / 4,
  );
  return shifts.every(
    (s) =>
      Math.max(Math.abs(s[0] - mean[0]!), Math.abs(s[1] - mean[1]!)) <
      0.15 * width,
  );
}

/** Similarity by iteratively reweighted least squares with Cauchy weights of scale 2 px, from the median shift. */
function robustSimilarity(a: Points, b: Points): Homography {
  let map = medianShift(a, b);
  for (let round = 0; round < 10; round++) {
    let sw = 0,
      ax = 0,
      ay = 0,
      bx = 0,
      by = 0;
    const weights = new Float64Array(a.length / 2);
    for (let i = 0; i < weights.length; i++) {
      const [x, y] = apply(map, a[2 * i]!, a[2 * i + 1]!);
      const off = Math.hypot(x - b[2 * i]!, y - b[2 * i + 1]!) / 2;
      const w = 1 / (1 + off * off);
      weights[i] = w;
      sw += w;
      ax += w * a[2 * i]!;
      ay += w * a[2 * i + 1]!;
      bx += w * b[2 * i]!;
      by += w * b[2 * i + 1]!;
    }
    ax /= sw;
    ay /= sw;
    bx /= sw;
    by /= sw;
    let dot = 0,
      cross = 0,
      norm = 1e-9;
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i]!;
      const px = a[2 * i]! - ax;
      const py = a[2 * i + 1]! - ay;
      const qx = b[2 * i]! - bx;
      const qy = b[2 * i + 1]! - by;
      dot += w * (px * qx + py * qy);
      cross += w * (px * qy - py * qx);
      norm += w * (px * px + py * py);
    }
    const c = dot / norm;
    const s = cross / norm;
    map = [c, -s, bx - c * ax + s * ay, s, c, by - s * ax - c * ay, 0, 0, 1];
  }
  return map;
}

function medianShift(a: Points, b: Points): Homography {
  const median = (offset: 0 | 1): number => {
    const shifts: number[] = [];
    for (let i = offset; i < a.length; i += 2) shifts.push(b[i]! - a[i]!);
    shifts.sort((p, q) => p - q);
    return shifts[shifts.length >> 1] ?? 0;
  };
  return translation(median(0), median(1));
}

function countNear(
  map: Homography,
  a: Points,
  b: Points,
  tolerance: number,
): number {
  let near = 0;
  for (let i = 0; i < a.length; i += 2) {
    const [x, y] = apply(map, a[i]!, a[i + 1]!);
    if (Math.hypot(x - b[i]!, y - b[i + 1]!) < tolerance) near++;
  }
  return near;
}

/** A frame's motion from its keyframe, beside what the chain of neighbours says. */
export interface KeyframeMotion {
  readonly keyframe: number;
  readonly motion: CameraMotion;
  /** `motionError` of the direct estimate and of the chain. */
  readonly directError: number;
  readonly chainError: number;
}

/**
 * Keyframes along the chain: a new one wherever the camera has left the last by 35 % of the frame.
 *
 * @param chain `chain[t]` takes frame t−1 to t; `chain[0]` is ignored
 * @returns     for every frame, the keyframe that it is measured against
 */
export function chooseKeyframes(
  chain: readonly Homography[],
  width: number,
  height: number,
): number[] {
  const keyframes: number[] = [0];
  let keyframe = 0;
  let fromKeyframe: Homography = identity;
  for (let t = 1; t < chain.length; t++) {
    fromKeyframe = compose(chain[t]!, fromKeyframe);
    keyframes.push(keyframe);
    const [x, y] = apply(fromKeyframe, width / 2, height / 2);
    if (
      Math.abs(x - width / 2) / width + Math.abs(y - height / 2) / height >
      0.35
    ) {
      keyframe = t;
      fromKeyframe = identity;
    }
  }
  return keyframes;
}

/** The chain's motion from frame `from` to a later frame `to`. */
export function chained(
  chain: readonly Homography[],
  from: number,
  to: number,
): Homography {
  let map: Homography = identity;
  for (let t = from + 1; t <= to; t++) map = compose(chain[t]!, map);
  return map;
}

/** How many frames a drift correction is averaged over: its standard deviation in frames. */
const DRIFT_SIGMA = 4;
/** A direct measurement that is farther than this from the chain is taken for a mistake; pixels at frame corners. */
const LARGEST_DRIFT = 6;

/**
 * One map per frame. The chain of neighbours is precise from frame to frame but drifts; measurements against a keyframe do
 * not drift but jitter. So the difference between the two is smoothed in time (locally linear, zero at the keyframe) and
 * only that is added to the chain.
 *
 * @param chain  `chain[t]` takes frame t−1 to t
 * @param direct per frame, its measurement against a keyframe, where there is one
 * @returns      maps from frame 0 to each frame
 */
export function resolveDrift(
  chain: readonly CameraMotion[],
  direct: readonly (KeyframeMotion | undefined)[],
  width: number,
  height: number,
): Homography[] {
  const steps = chain.map((motion) => motion.map);
  const keyframes = chooseKeyframes(steps, width, height);
  const maps: Homography[] = [identity];
  for (let start = 0; start < chain.length - 1;) {
    let end = start + 1;
    while (end + 1 < chain.length && keyframes[end + 1] === start) end++;
    const corrections = segmentCorrections(
      chain,
      direct,
      start,
      end,
      width,
      height,
    );
    for (let t = start + 1; t <= end; t++) {
      const corrected = compose(
        correctionMap(corrections, t - start, width, height),
        chained(steps, start, t),
      );
      maps.push(compose(corrected, maps[start]!));
    }
    start = end;
  }
  return maps;
}

/** Where the corners of one frame should be moved to agree with its keyframe, and how far that can be trusted. */
interface Correction {
  readonly framesApart: number;
  readonly weight: number;
  /** x, y per corner, in the order of `frameCorners`. */
  readonly shifts: readonly number[];
}

function segmentCorrections(
  chain: readonly CameraMotion[],
  direct: readonly (KeyframeMotion | undefined)[],
  start: number,
  end: number,
  width: number,
  height: number,
): Correction[] {
  const steps = chain.map((motion) => motion.map);
  // The keyframe agrees with itself.
  const corrections: Correction[] = [
    { framesApart: 0, weight: 4, shifts: new Array<number>(8).fill(0) },
  ];
  for (let t = start + 1; t <= end; t++) {
    const measured = direct[t];
    if (measured?.keyframe !== start || measured.motion.model !== "homography")
      continue;
    if (measured.motion.inliers < Math.max(40, 0.35 * chain[t]!.inliers))
      continue;
    const correction = compose(
      measured.motion.map,
      invert(chained(steps, start, t)),
    );
    const shifts = frameCorners(width, height).flatMap(([x, y]) => {
      const [u, v] = apply(correction, x, y);
      return [u - x, v - y];
    });
    const largest = Math.max(...shifts.map(Math.abs));
    const tolerated = Math.max(LARGEST_DRIFT, 0.02 * width);
    if (!(largest < tolerated)) continue;
    // Beyond a third of a pixel the pixels must bear the correction out.
    if (largest > 0.3 && measured.directError >= measured.chainError) continue;
    corrections.push({ framesApart: t - start, weight: 1, shifts });
  }
  return corrections;
}

/** Local linear regression of the corner shifts in time, at one frame, as a map. */
function correctionMap(
  corrections: readonly Correction[],
  framesApart: number,
  width: number,
  height: number,
): Homography {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  const b0 = new Float64Array(8);
  const b1 = new Float64Array(8);
  for (const { framesApart: at, weight, shifts } of corrections) {
    const d = at - framesApart;
    const w = weight * Math.exp((-0.5 * d * d) / (DRIFT_SIGMA * DRIFT_SIGMA));
    s0 += w;
    s1 += w * d;
    s2 += w * d * d;
    for (let k = 0; k < 8; k++) {
      b0[k]! += w * shifts[k]!;
      b1[k]! += w * d * shifts[k]!;
    }
  }
  if (s0 < 1e-6) return identity;
  const ridge = s0;
  const determinant = s0 * (s2 + ridge) - s1 * s1;
  const corners = frameCorners(width, height);
  const moved = corners.map(([x, y], k): [number, number] => [
    x + ((s2 + ridge) * b0[2 * k]! - s1 * b1[2 * k]!) / determinant,
    y + ((s2 + ridge) * b0[2 * k + 1]! - s1 * b1[2 * k + 1]!) / determinant,
  ]);
  return fromFourPoints(corners, moved);
}

const frameCorners = (width: number, height: number): [number, number][] => [
  [0, 0],
  [width, 0],
  [width, height],
  [0, height],
];

/** A frame's motion from the one before it, and how well it explains the pixels. */
export interface PairOutcome {
  readonly motion: CameraMotion;
  /** Mean absolute grey difference after the motion; null when nothing overlaps. */
  readonly error: number | null;
}
