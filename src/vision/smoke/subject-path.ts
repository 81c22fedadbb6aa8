import {
  apply,
  compose,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import { plane, type Raster } from "../../kernels/raster.ts";

/** `[x, y]` in pixels. */
export type PathPoint = readonly [number, number];

/** Where a subject is and how it moves over the background, frame by frame. */
export interface SubjectPath {
  /** Centre of the mask, per frame. */
  readonly centres: readonly PathPoint[];
  /** Displacement over the background per frame of time, in pixels of that frame. */
  readonly motion: readonly PathPoint[];
}

/** Pixels at working size below which a mask is missing, as where gaps are filled. */
const FEWEST_MASK_PIXELS = 30;
/** The motion is measured over this many frames to either side. */
const MOTION_REACH = 6;

/**
 * Centre of a mask.
 *
 * @param mask `[1, H, W]`, inside where > 0.5
 * @returns    undefined when hardly anything is inside
 */
export function maskCentre(mask: Raster): PathPoint | undefined {
  const { height, width, data } = mask;
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i]! <= 0.5) continue;
      count++;
      sumX += x;
      sumY += y;
    }
  }
  return count > FEWEST_MASK_PIXELS ? [sumX / count, sumY / count] : undefined;
}

/** Centres of several masks, `[N, H, W]`, see `maskCentre`. */
export const maskCentres = (masks: Raster): (PathPoint | undefined)[] =>
  Array.from({ length: masks.channels }, (_, k) => maskCentre(plane(masks, k)));

/**
 * The subject's motion over the background: `(H(c[t+6]) − H(c[t−6])) / 12`, H taking either frame to frame t; shorter at
 * the clip's ends. Missing centres are interpolated in time.
 *
 * @param centres      one a frame
 * @param firstToFrame one map a frame
 * @returns            undefined when no frame has a centre
 */
export function subjectPath(
  centres: readonly (PathPoint | undefined)[],
  firstToFrame: readonly Homography[],
): SubjectPath | undefined {
  const whole = interpolate(centres);
  if (whole === undefined) return undefined;
  const last = whole.length - 1;
  const motion = whole.map((_, t): PathPoint => {
    const from = Math.max(0, t - MOTION_REACH);
    const to = Math.min(last, t + MOTION_REACH);
    if (from === to) return [0, 0];
    const seenFrom = (s: number): PathPoint =>
      apply(compose(firstToFrame[t]!, invert(firstToFrame[s]!)), ...whole[s]!);
    const [x0, y0] = seenFrom(from);
    const [x1, y1] = seenFrom(to);
    return [(x1 - x0) / (to - from), (y1 - y0) / (to - from)];
  });
  return { centres: whole, motion };
}

function interpolate(
  centres: readonly (PathPoint | undefined)[],
): PathPoint[] | undefined {
  const known = centres.flatMap((centre, t) =>
    centre === undefined ? [] : [{ t, centre }],
  );
  if (known.length === 0) return undefined;
  return centres.map((centre, t): PathPoint => {
    if (centre !== undefined) return centre;
    const after = known.find((entry) => entry.t > t) ?? known.at(-1)!;
    const before = known.findLast((entry) => entry.t < t) ?? after;
    const gap = after.t - before.t;
    const share = gap <= 0 ? 0 : Math.min(1, (t - before.t) / gap);
    const mix = (k: 0 | 1): number =>
      before.centre[k] + share * (after.centre[k] - before.centre[k]);
    return [mix(0), mix(1)];
  });
}

/** Mean displacement per frame of time, pixels. */
export function meanMotion(path: SubjectPath): PathPoint {
  const n = path.motion.length;
  return [
    path.motion.reduce((sum, [x]) => sum + x, 0) / n,
    path.motion.reduce((sum, [, y]) => sum + y, 0) / n,
  ];
}

/** How far the subject keeps to one direction: `|mean m| / mean |m|`, in [0, 1]. */
export function coherence(path: SubjectPath): number {
  const length =
    path.motion.reduce((sum, [x, y]) => sum + Math.hypot(x, y), 0) /
    path.motion.length;
  return Math.hypot(...meanMotion(path)) / (length + 1e-6);
}

/** The same places passed the other way. */
export const reversed = (path: SubjectPath): SubjectPath => ({
  centres: path.centres,
  motion: path.motion.map(([x, y]): PathPoint => [-x, -y]),
});
