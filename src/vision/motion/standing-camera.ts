import { apply, type Homography } from "../../kernels/homography.ts";

/** How well two frames far apart agree, `motionError` each, null where nothing overlaps. */
export interface LongGap {
  /** By the motion that was measured. */
  readonly moved: number | null;
  /** As if the camera stood still. */
  readonly still: number | null;
}

/** Pairs of frames that are compared; set once, with no other value on record. */
const MOST_GAPS = 8;
/** Share of the clip between the frames of a pair, as in the study of moving backgrounds. */
const GAP_SHARE = 1 / 3;
/** Corners that stay within as many pixels over a gap need no second look: they stand still as measured. */
const LEAST_DRIFT_PIXELS = 2;
/** How much better standing still must explain the frames; set once, with no other value on record. */
const CLEARLY_BETTER = 0.99;

/**
 * Pairs of frames far apart between which the measured motion moves some corner of the picture noticeably.
 *
 * @param maps per frame, the map from frame 0
 * @returns    none where the camera stands still as measured, or the clip is too short for a gap
 */
export function longGaps(
  frameCount: number,
  drift: (from: number, to: number) => Homography,
  width: number,
  height: number,
): { readonly from: number; readonly to: number; readonly map: Homography }[] {
  const gap = Math.max(2, Math.floor(frameCount * GAP_SHARE));
  const starts = frameCount - gap;
  const step = Math.max(1, Math.ceil(starts / MOST_GAPS));
  const gaps = [];
  for (let from = 0; from < starts; from += step) {
    const map = drift(from, from + gap);
    if (largestShift(map, width, height) > LEAST_DRIFT_PIXELS)
      gaps.push({ from, to: from + gap, map });
  }
  return gaps;
}

/**
 * Whether the camera stood still although corners moved: caustics, waves and clouds carry corners along and agree on a
 * motion from frame to frame, which over a long gap explains the frames worse than none.
 *
 * @param gaps none: nothing speaks for it
 */
export function stoodStill(gaps: readonly LongGap[]): boolean {
  let moved = 0;
  let still = 0;
  for (const gap of gaps) {
    if (gap.moved === null || gap.still === null) continue;
    moved += gap.moved;
    still += gap.still;
  }
  return moved > 0 && still < CLEARLY_BETTER * moved;
}

function largestShift(map: Homography, width: number, height: number): number {
  return Math.max(
    ...(
      [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ] as const
    ).map(([x, y]) => {
      const [u, v] = apply(map, x, y);
      return Math.hypot(u - x, v - y);
    }),
  );
}
