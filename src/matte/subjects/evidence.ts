import { gaussian } from "../image/filter.ts";
import {
  compose,
  invert,
  rescale,
  type Homography,
} from "../image/homography.ts";
import { shrink } from "../image/resample.ts";
import { homographyField, sampleLinear } from "../image/sampling.ts";
import { plane, raster, type Raster } from "../raster.ts";
import type { Flow, FrameAnalysis } from "./frame-analysis.ts";
import { changeFrom } from "./frame-features.ts";

/**
 * How strongly each place of a frame differs from its background beyond noise, misregistration and shadow, at half size:
 * the logarithm of one and the difference in tolerances.
 *
 * @returns `[1, h, w]` ≥ 0
 */
export function changeEvidence(frame: FrameAnalysis): Raster {
  const { rgb, background, spread, count } = frame;
  const change = changeFrom(rgb, background, spread, count);
  const solid = gaussian(plane(change, 1), 1.5);
  return shrink(solid, rgb.height >> 1, rgb.width >> 1);
}

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
    const sorted = values.subarray(0, n).sort();
    const usual = n < 3 ? 0 : sorted[Math.floor(USUAL * (n - 1))]!;
    out.data[i] = Math.max(0, evidence.data[i]! - usual);
  }
  return out;
}

/** Share of the frame's usual own motion, and pixels, that registration and flow are off by. */
const MOTION_NOISE = 3;
const MOTION_FLOOR = 0.4;

/**
 * How strongly each place moves beyond the camera: the logarithm of one and the motion in units of its noise, which is
 * measured on the frame itself, most of which is background.
 *
 * @param motion `[2, h, w]` pixels
 * @returns      `[1, h, w]` ≥ 0
 */
function motionEvidence(motion: Flow): Raster {
  const { height, width } = motion;
  const area = height * width;
  const out = raster(1, height, width);
  for (let i = 0; i < area; i++)
    out.data[i] = Math.hypot(motion.data[i]!, motion.data[area + i]!);
  const usual = out.data.slice().sort()[area >> 1]!;
  const noise = MOTION_FLOOR + MOTION_NOISE * usual;
  for (let i = 0; i < area; i++)
    out.data[i] = Math.max(0, Math.log(out.data[i]! / noise));
  return out;
}

const MOTION_WEIGHT = 0.35;
const MOST_MOTION = 1.5;
/** Change from which motion counts in full: where nothing differs, nothing that moves can be told from flow that bleeds. */
const FULL_CHANGE = 0.5;

/**
 * Change, raised where the place moves by itself.
 *
 * @param change `[1, h, w]`
 * @param motion `[2, h, w]`
 */
export function subjectEvidence(change: Raster, motion: Flow): Raster {
  const moves = motionEvidence(motion);
  const out = raster(1, change.height, change.width);
  for (let i = 0; i < out.data.length; i++) {
    const e = change.data[i]!;
    const gate = Math.min(1, e / FULL_CHANGE);
    out.data[i] =
      e + MOTION_WEIGHT * gate * Math.min(MOST_MOTION, moves.data[i]!);
  }
  return out;
}
