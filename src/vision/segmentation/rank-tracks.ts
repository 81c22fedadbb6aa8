import { apply, invert, type Homography } from "../../kernels/homography.ts";
import { maskPlace } from "./prior-features.ts";
import type { DetectionTrack } from "./link-detections.ts";

/** How a track is judged; all but the frames are shares from 0 to 1. */
export interface TrackRank {
  readonly confidence: number;
  /** Frames in which the track was detected, ascending. */
  readonly frames: readonly number[];
}

/** A track that is seen in this share of the clip is as good as one that is always seen. */
const LONG_TRACK_SHARE = 0.6;
/** Evidence at which contrast is halfway to full. */
const HALF_CONTRAST = 0.8;
/** A track of fewer frames is a flicker; set once, with no other value on record. */
const FEWEST_TRACK_FRAMES = 4;

/**
 * How likely a track is a subject: it lasts, it differs clearly, it fills its outline, and it gets somewhere. What only
 * sways, as foliage and flags do, stays where it is and is no subject.
 *
 * @param firstToFrame one map per frame, in pixels of the full grid
 * @param scale        full grid's pixels per pixel of the masks
 */
export function rankTrack(
  track: DetectionTrack,
  firstToFrame: readonly Homography[],
  scale: number,
): TrackRank {
  const frames: number[] = [];
  const path: { x: number; y: number; size: number }[] = [];
  let contrast = 0;
  let solidity = 0;
  track.detections.forEach((detection, t) => {
    const place =
      detection === undefined ? undefined : maskPlace(detection.mask);
    if (detection === undefined || place === undefined) return;
    frames.push(t);
    const [x, y] = apply(
      invert(firstToFrame[t]!),
      place.x * scale,
      place.y * scale,
    );
    path.push({ x, y, size: place.size * scale });
    contrast += detection.contrast;
    solidity += fill(detection.mask.data, detection.mask.width);
  });
  if (frames.length < FEWEST_TRACK_FRAMES) return { confidence: 0, frames };
  const n = frames.length;
  const meanContrast = contrast / n;
  const lasts = Math.min(1, n / (LONG_TRACK_SHARE * firstToFrame.length));
  const differs = meanContrast / (meanContrast + HALF_CONTRAST);
  const solid = Math.min(1, solidity / n / 0.45);
  return {
    confidence: lasts * differs * solid * travelled(path),
    frames,
  };
}

/** 1 for what ends a size or more away from some place where it was, in the scene; less for what stays. */
function travelled(
  path: readonly { x: number; y: number; size: number }[],
): number {
  let farthest = 0;
  let size = 0;
  for (const a of path) {
    size += a.size / path.length;
    for (const b of path)
      farthest = Math.max(farthest, Math.hypot(a.x - b.x, a.y - b.y));
  }
  return Math.min(1, farthest / Math.max(1e-6, size));
}

/** Area over that of the bounding box. */
function fill(mask: Float32Array, width: number): number {
  let left = Infinity;
  let right = -1;
  let top = Infinity;
  let bottom = -1;
  let area = 0;
  mask.forEach((m, i) => {
    if (m <= 0.5) return;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    area++;
  });
  return area / ((right - left + 1) * (bottom - top + 1));
}
