import { chamferDepth } from "./chamfer-depth.ts";
import type { MaskShape } from "./mask-anomalies.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";

/** A frame without a usable mask, and two that have one: one on each side, or both on the same side at an end of the clip. */
export interface MaskGap {
  readonly frame: number;
  readonly before: number;
  readonly after: number;
}

/** Frames from good mask to good mask that are filled in between; from the study before the engine. */
const LONGEST_GAP_FRAMES = 8;
/** Frames at an end of the clip into which a mask may be moved on. */
const LONGEST_END = 4;
/** Frames that show how it moves there. */
const END_STEP = 3;
/** Pixels at working size below which a mask is missing; from the study before the engine. */
const SMALLEST_MASK_PIXELS = 30;
/** Share of its neighbours' median area below which it is missing, too; from the study before the engine. */
const AREA_SHARE = 0.25;

/**
 * Frames whose mask is missing or has shrunk below a quarter of its neighbours, where others allow filling in: masks within
 * eight frames on both sides; or, in up to four frames at an end of the clip, a nearest mask that lies within the picture,
 * so that the subject cannot just have come in. Elsewhere it may be out of view.
 *
 * @param masks per frame: area in pixels, and whether part of the subject may be hidden
 */
export function findMaskGaps(
  masks: readonly Pick<MaskShape, "area" | "cutOff">[],
): MaskGap[] {
  const areas = masks.map((mask) => mask.area);
  const good = areas.map((area, t) => {
    const around = areas.slice(Math.max(0, t - 4), t + 5).sort((a, b) => a - b);
    const middle = around.length >> 1;
    const median =
      around.length % 2 === 1
        ? around[middle]!
        : (around[middle - 1]! + around[middle]!) / 2;
    return area > SMALLEST_MASK_PIXELS && area > AREA_SHARE * median;
  });
  const first = good.indexOf(true);
  const last = good.lastIndexOf(true);
  const endsAt = (nearest: number, step: number): boolean =>
    !masks[nearest]!.cutOff && good[nearest + step] === true;
  const gaps: MaskGap[] = [];
  for (let t = 0; t < areas.length && first >= 0; t++) {
    if (good[t] === true) continue;
    const isEmpty = areas[t]! <= SMALLEST_MASK_PIXELS;
    if (t < first) {
      if (isEmpty && first <= LONGEST_END && endsAt(first, END_STEP))
        gaps.push({ frame: t, before: first, after: first + END_STEP });
    } else if (t > last) {
      const isShort = areas.length - 1 - last <= LONGEST_END;
      if (isEmpty && isShort && endsAt(last, -END_STEP))
        gaps.push({ frame: t, before: last - END_STEP, after: last });
    } else {
      const before = good.lastIndexOf(true, t);
      const after = good.indexOf(true, t);
      if (after - before <= LONGEST_GAP_FRAMES)
        gaps.push({ frame: t, before, after });
    }
  }
  return gaps;
}

/**
 * The mask between two others: their signed distance fields, moved to the interpolated centroid and blended in time. Beyond
 * them, the nearer one moved on.
 *
 * @param before `[1, H, W]`
 * @param after  `[1, H, W]`
 * @param share  0 at `before`, 1 at `after`; below 0 and above 1 beyond them
 * @returns      `[1, H, W]` in [0, 1]
 */
export function interpolateMask(
  before: Raster,
  after: Raster,
  share: number,
  vision: VisionLibrary,
): Raster {
  const { height, width } = before;
  const from = centroid(before);
  const to = centroid(after);
  const x = from[0] + share * (to[0] - from[0]);
  const y = from[1] + share * (to[1] - from[1]);
  const blend = Math.min(1, Math.max(0, share));
  const a = chamferDepth(before, vision);
  const b = chamferDepth(after, vision);
  const out = raster(1, height, width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const distance =
        (1 - blend) * at(a, column - x + from[0], row - y + from[1]) +
        blend * at(b, column - x + to[0], row - y + to[1]);
      out.data[row * width + column] = Math.min(1, Math.max(0, distance + 0.5));
    }
  }
  return out;
}

/** Signed distance beyond the picture's border, in pixels: surely outside. */
const FAR_OUTSIDE_PIXELS = -50;

function at(field: Raster, x: number, y: number): number {
  const column = Math.round(x);
  const row = Math.round(y);
  return column >= 0 && row >= 0 && column < field.width && row < field.height
    ? field.data[row * field.width + column]!
    : FAR_OUTSIDE_PIXELS;
}

function centroid(mask: Raster): [number, number] {
  let sum = 1e-9;
  let sx = 0;
  let sy = 0;
  for (let y = 0, i = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, i++) {
      const m = mask.data[i]!;
      sum += m;
      sx += m * x;
      sy += m * y;
    }
  }
  return [sx / sum, sy / sum];
}
