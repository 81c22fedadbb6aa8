import { cut, partAround, paste, type Part } from "../image/rect.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import {
  foregroundStatistics,
  type ForegroundStatistics,
} from "./foreground-statistics.ts";
import type { FrameEvidence } from "../frame-evidence.ts";
import { maskCore } from "./object-matte.ts";
import { signedDistance } from "../image/signed-distance.ts";
import { smoothstep } from "../image/smoothstep.ts";

/** A subject's outline, what lies inside, and enough of what lies around to judge the background by; in units. */
const SUBJECT_REACH = 10;

/** How far from an outline distances are told, in units: beyond what anybody asks for. */
const DISTANCE_REACH = 12;

/** Signed distance to each mask's outline in units, 12 where it is more; `[N, H, W]`. */
export function distancesTo(masks: Raster, unit: number): Raster {
  const { height, width } = masks;
  const out = raster(masks.channels, height, width);
  const margin = Math.ceil(DISTANCE_REACH * unit);
  for (let k = 0; k < masks.channels; k++) {
    const mask = plane(masks, k);
    const own = plane(out, k);
    const part = partAround(mask, 0.5, margin);
    own.data.fill(DISTANCE_REACH);
    if (part === undefined) continue;
    // What is nearest to a pixel of this part lies in it.
    const near = signedDistance(cut(mask, part), unit);
    for (let i = 0; i < near.data.length; i++)
      near.data[i] = Math.min(DISTANCE_REACH, near.data[i]!);
    paste(own, near, part);
  }
  return out;
}

/**
 * The part of the frame that a subject takes up; undefined when its mask is empty.
 *
 * @param distance `[1, H, W]` signed distance to its outline in units
 */
export function partOf(distance: Raster): Part | undefined {
  return partAround(distance, SUBJECT_REACH, 1, "below");
}

/**
 * What a subject looks like around its outline, from its mask's core and from what a first matte has found opaque.
 *
 * @param k        which of the N
 * @param distance `[1, H, W]` signed distance to its outline in units
 * @param object   `[1, H, W]` its first matte
 * @returns        of the frame's size, zero far from the subject
 */
export function foregroundOf(
  { frame, masks, unit }: FrameEvidence,
  k: number,
  distance: Raster,
  object: Raster,
): ForegroundStatistics {
  const { height, width } = frame;
  const out = {
    mean: raster(3, height, width),
    covariance: raster(6, height, width),
  };
  const part = partOf(distance);
  if (part === undefined) return out;
  const samples = maskCore(
    cut(distance, part),
    cut(plane(masks, k), part),
    cut(othersOf(masks, k), part),
  );
  const own = cut(object, part).data;
  for (let i = 0; i < own.length; i++)
    samples.data[i] = Math.max(samples.data[i]!, smoothstep(own[i]!, 0.9, 1));
  const found = foregroundStatistics(cut(frame, part), samples, unit);
  paste(out.mean, found.mean, part);
  paste(out.covariance, found.covariance, part);
  return out;
}

/** Largest of the other subjects' masks; `[1, H, W]`. */
export function othersOf(masks: Raster, subject: number): Raster {
  const area = masks.height * masks.width;
  const out = raster(1, masks.height, masks.width);
  for (let k = 0; k < masks.channels; k++) {
    if (k === subject) continue;
    for (let i = 0; i < area; i++)
      out.data[i] = Math.max(out.data[i]!, masks.data[k * area + i]!);
  }
  return out;
}
