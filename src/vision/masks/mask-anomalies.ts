import type { Raster } from "../../kernels/raster.ts";

/** How a mask lies in its frame; lengths in pixels. */
export interface MaskShape {
  /** Pixels above one half. */
  readonly area: number;
  /** Centroid; 0 for an empty mask, as is what follows. */
  readonly x: number;
  readonly y: number;
  /** Standard deviation of its pixels' positions. */
  readonly spreadX: number;
  readonly spreadY: number;
  /** Whether part of the subject may be hidden: it touches the picture's edge or another subject's mask. */
  readonly cutOff: boolean;
}

/** Pixels between masks that touch, but for their rough outlines. */
const TOUCHING = 2;

/**
 * Measures a subject's mask.
 *
 * @param masks `[N, H, W]` in [0, 1]
 */
export function measureMask(
  { data, width, height, channels }: Raster,
  subject: number,
): MaskShape {
  const size = width * height;
  const inside = (k: number, u: number, v: number): boolean =>
    data[k * size + v * width + u]! > 0.5;
  const reaches = (k: number, u: number, v: number): boolean =>
    inside(k, Math.max(0, u - TOUCHING), v) ||
    inside(k, Math.min(width - 1, u + TOUCHING), v) ||
    inside(k, u, Math.max(0, v - TOUCHING)) ||
    inside(k, u, Math.min(height - 1, v + TOUCHING));
  let [area, x, y, xx, yy] = [0, 0, 0, 0, 0];
  let cutOff = false;
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      if (!inside(subject, u, v)) continue;
      area++;
      x += u;
      y += v;
      xx += u * u;
      yy += v * v;
      cutOff ||= u === 0 || v === 0 || u === width - 1 || v === height - 1;
      for (let k = 0; k < channels && !cutOff; k++)
        cutOff = k !== subject && reaches(k, u, v);
    }
  }
  const n = Math.max(1, area);
  const spread = (squares: number, sum: number): number =>
    Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  return {
    area,
    x: x / n,
    y: y / n,
    spreadX: spread(xx, x),
    spreadY: spread(yy, y),
    cutOff,
  };
}

/** Frames of a subject's masks that a person should look at, 0-based and ascending. */
export interface MaskAnomalies {
  /** The mask is of another size, at another place or of another shape than those around it. */
  readonly abrupt: readonly number[];
  /** There is none, though the whole subject was in view before and after. */
  readonly missing: readonly number[];
}

/** Frames on each side that a mask is compared with, and how few of them will do. */
const AROUND_FRAMES = 4;
/** The same count at its least: with one neighbour on a side it could be that one which is off. */
const FEWEST_AROUND_FRAMES = 2;
/** Masks smaller than this say nothing of their shape. */
const SMALLEST_SHAPE_PIXELS = 30;
/** Factor between a mask's area and what its neighbours lead to, from which it is named; the masks of the ten shared clips raise nothing. */
const AREA_RATIO = 1.5;
/** A stride widens a walker by half; limbs that are lost, or another subject that is taken in, change more. */
const SPREAD_RATIO = 2.2;
/** Distance from where its neighbours' motion leads to, as a share of the mask's own size. */
const OFF_SHARE = 0.35;

/**
 * Finds the frames whose masks do not follow from their neighbours: each is compared with what the masks of four frames on
 * both sides lead to, by the median slope and median value (Theil and Sen's robust line), so that a few bad ones among
 * them do not count. Where part of a subject may be hidden it may well change, and nothing is said.
 *
 * @param shapes one per frame
 */
export function findMaskAnomalies(shapes: readonly MaskShape[]): MaskAnomalies {
  const seen = (t: number): boolean => shapes[t]!.area > SMALLEST_SHAPE_PIXELS;
  const frames = shapes.map((_, t) => t);
  const first = frames.findIndex(seen);
  const last = frames.findLastIndex(seen);
  const missing = frames.filter((t) => {
    if (first < 0 || shapes[t]!.area > 0) return false;
    const before =
      t > first ? frames.findLast((s) => s < t && seen(s)) : undefined;
    const after = t < last ? frames.find((s) => s > t && seen(s)) : undefined;
    return [before, after].every((s) => s === undefined || !shapes[s]!.cutOff);
  });
  // A subject comes out from behind something over more than one frame.
  const whole = frames.filter(
    (t) =>
      seen(t) && !shapes.slice(Math.max(0, t - 1), t + 2).some((s) => s.cutOff),
  );
  const abrupt = whole.filter((t) => {
    const around = whole.filter(
      (s) => s !== t && Math.abs(s - t) <= AROUND_FRAMES,
    );
    const before = around.filter((s) => s < t).length;
    if (Math.min(before, around.length - before) < FEWEST_AROUND_FRAMES)
      return false;
    return isAbrupt(shapes[t]!, (of) =>
      leadsTo(around, (s) => of(shapes[s]!), t),
    );
  });
  return { abrupt, missing };
}

function isAbrupt(
  shape: MaskShape,
  expected: (of: (shape: MaskShape) => number) => number,
): boolean {
  // Sizes grow by a factor, not by a number.
  const factor = (of: (shape: MaskShape) => number): number =>
    Math.abs(Math.log(of(shape)) - expected((s) => Math.log(of(s))));
  const size = Math.sqrt(Math.exp(expected((s) => Math.log(s.area))));
  const off = Math.hypot(
    shape.x - expected((s) => s.x),
    shape.y - expected((s) => s.y),
  );
  return (
    off > OFF_SHARE * size ||
    factor((s) => s.area) > Math.log(AREA_RATIO) ||
    factor((s) => s.spreadX + 1) > Math.log(SPREAD_RATIO) ||
    factor((s) => s.spreadY + 1) > Math.log(SPREAD_RATIO)
  );
}

/** Where a robust line through some frames' values is in frame `t`. */
function leadsTo(
  frames: readonly number[],
  value: (frame: number) => number,
  t: number,
): number {
  const slopes = frames.flatMap((a, i) =>
    frames.slice(i + 1).map((b) => (value(b) - value(a)) / (b - a)),
  );
  const slope = median(slopes);
  return median(frames.map((s) => value(s) + slope * (t - s)));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
