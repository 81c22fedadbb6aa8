import { othersOf } from "../matting/subject-outline.ts";
import { signedDistance } from "../image/signed-distance.ts";
import type { FrameEvidence } from "../frame-evidence.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";

/** Distances that are looked at, in units, negative inside the mask. */
const INNERMOST = -14;
/** As far outside as inside. */
const OUTERMOST = 14;
const OFFSET_BINS = OUTERMOST - INNERMOST;
/** Directions around the subject that speak one by one, so that a shadow or a reflection to one side is outvoted. */
const SECTORS = 24;
/** A change of a colour that cannot be missed, beyond what the background's spread explains. */
const CLEAR_OUTLINE_CHANGE = 0.06;
/** Times the background's spread that a change must exceed beside it: two standard deviations. */
const SPREAD_SHARE = 2;
/** Pixels that a distance needs in a sector to speak, and sectors that it needs to count. */
const FEWEST_SECTOR_PIXELS = 20;
/** The sectors, of 24; set once, with no other value on record. */
const FEWEST_SECTORS = 8;
/** Distances that must count on either side of the subject's outline. */
const FEWEST_BINS = 3;
/** How much more often pixels are unlike the background inside the subject than outside, at least. */
const CLEAR_STEP = 0.6;
/** Where a usable mask's subject ends, measured from the mask's outline in units; others are moved to the middle. */
const USABLE = { from: -5.5, to: 2.5, middle: -1 } as const;

/** Per sector and distance: pixels, and those of them that are unlike the background; `[24, 28, 2]`. */
export type OutlineProfile = readonly number[];

/**
 * Counts the pixels of a frame that are unlike the background, by their direction from a subject's centre and their distance
 * from its mask's outline.
 *
 * @param k which of the N
 */
export function outlineProfile(
  {
    frame,
    background,
    spread,
    masks,
    unit,
  }: Pick<FrameEvidence, "frame" | "background" | "spread" | "masks" | "unit">,
  k: number,
): OutlineProfile {
  const { height, width } = frame;
  const area = height * width;
  const out = new Array<number>(SECTORS * OFFSET_BINS * 2).fill(0);
  const distance = signedDistance(plane(masks, k), unit).data;
  const others = othersOf(masks, k).data;
  let [inside, x, y] = [0, 0, 0];
  for (let i = 0; i < area; i++) {
    if (distance[i]! >= 0) continue;
    inside++;
    x += i % width;
    y += Math.floor(i / width);
  }
  if (inside === 0) return out;
  for (let i = 0; i < area; i++) {
    const bin = Math.floor(distance[i]! - INNERMOST);
    if (bin < 0 || bin >= OFFSET_BINS || others[i]! > 0) continue;
    const turn =
      Math.atan2(Math.floor(i / width) - y / inside, (i % width) - x / inside) /
      (2 * Math.PI);
    const sector = Math.floor((turn + 1) * SECTORS) % SECTORS;
    let change = 0;
    for (let at = i; at < 3 * area; at += area)
      change = Math.max(
        change,
        Math.abs(frame.data[at]! - background.data[at]!),
      );
    const at = 2 * (sector * OFFSET_BINS + bin);
    out[at]!++;
    if (change > CLEAR_OUTLINE_CHANGE + SPREAD_SHARE * spread.data[i]!)
      out[at + 1]!++;
  }
  return out;
}

/**
 * Where a subject ends, measured from its mask's outline: the step that fits best to how often pixels are unlike the
 * background at each distance, the median over all directions.
 *
 * @param profiles of several frames
 * @returns        in units, negative inside the mask; undefined when there is no clear step
 */
export function outlineOffset(
  profiles: readonly OutlineProfile[],
): number | undefined {
  const shares: { readonly from: number; readonly share: number }[] = [];
  for (let bin = 0; bin < OFFSET_BINS; bin++) {
    const told: number[] = [];
    for (let sector = 0; sector < SECTORS; sector++) {
      const at = 2 * (sector * OFFSET_BINS + bin);
      const pixels = sumOf(profiles.map((profile) => profile[at]!));
      const unlike = sumOf(profiles.map((profile) => profile[at + 1]!));
      if (pixels >= FEWEST_SECTOR_PIXELS) told.push(unlike / pixels);
    }
    if (told.length < FEWEST_SECTORS) continue;
    told.sort((a, b) => a - b);
    shares.push({ from: bin + INNERMOST, share: told[told.length >> 1]! });
  }
  let best = { gain: 0, offset: 0, step: 0 };
  for (let n = FEWEST_BINS; n <= shares.length - FEWEST_BINS; n++) {
    const inner = meanOf(shares.slice(0, n).map(({ share }) => share));
    const outer = meanOf(shares.slice(n).map(({ share }) => share));
    const step = inner - outer;
    // What a step here explains of the variance.
    const gain = n * (shares.length - n) * step * Math.abs(step);
    if (gain > best.gain) best = { gain, offset: shares[n]!.from, step };
  }
  return best.step >= CLEAR_STEP ? best.offset : undefined;
}

/**
 * How far to move a mask's outline so that it lies to its subject as a usable mask's does.
 *
 * @param offset where the subject ends, from the mask's outline in units
 * @returns      in units, outwards; 0 when the mask is usable as it is
 */
export const outlineMove = (offset: number | undefined): number =>
  offset === undefined || (offset >= USABLE.from && offset <= USABLE.to)
    ? 0
    : offset - USABLE.middle;

/**
 * Moves the outlines of masks. A mask does not grow into another one, and its deepest place stays however far it shrinks.
 *
 * @param masks `[N, H, W]`
 * @param moves per mask, outwards in units; a mask that is not moved stays as it is
 * @param unit  pixels per unit
 * @returns     `[N, H, W]`
 */
export function moveOutlines(
  masks: Raster,
  moves: readonly number[],
  unit: number,
): Raster {
  const { channels, height, width } = masks;
  const out = raster(channels, height, width, masks.data.slice());
  for (const [k, move] of moves.entries()) {
    if (move === 0) continue;
    const own = plane(masks, k);
    const moved = plane(out, k).data;
    const distance = signedDistance(own, unit).data;
    const others = othersOf(masks, k).data;
    const deepest = distance.reduce((a, b) => Math.min(a, b));
    if (deepest >= 0) continue;
    const most = Math.max(move, Math.min(0, deepest + 1));
    for (let i = 0; i < moved.length; i++) {
      if (move > 0 && others[i]! > own.data[i]!) continue;
      moved[i] = Math.min(1, Math.max(0, (most - distance[i]!) * unit + 0.5));
    }
  }
  return out;
}

const sumOf = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

const meanOf = (values: readonly number[]): number =>
  sumOf(values) / values.length;
