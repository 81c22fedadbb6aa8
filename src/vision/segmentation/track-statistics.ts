import { gaussian } from "../../kernels/gaussian.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import type { Part } from "../image/rect.ts";
import { sampleLinear, type CoordinateLists } from "../../kernels/warp.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { FrameChanges } from "./frame-view.ts";
import { differenceFrom } from "./frame-features.ts";
import type { MaskPlace } from "./prior-features.ts";
import { shadowLikeness, type ShadowTone } from "./shadow-tone.ts";
import { textureThrough } from "./background-texture.ts";

/** Cells along each side of the map of statistics, and how many of the subject's sizes lie between its centre and its border. */
const CELLS = 64;
/** That many sizes: subject, and around it what is surely not the subject. */
const REACH_SIZES = 2.2;

/** What is added up for each cell, one plane after the other. */
const CELL_SUMS = [
  "frames",
  "motion",
  "difference",
  "sureness",
  "through",
  "telling",
] as const;

/**
 * What a clip shows around a subject's place, `[6, 64, 64]` in cells of the subject's size: a frame is full of noise,
 * misregistration and ripples, but they do not travel with the subject, so that their sums stay low.
 */
export type TrackSums = Raster;

/** Sums of no frame yet. */
export const emptyTrackSums = (): TrackSums =>
  raster(CELL_SUMS.length, CELLS, CELLS);

/** What one frame shows, each `[1, h, w]`, in the order of `CELL_SUMS` from the second on. */
export type TrackView = readonly Raster[];

/**
 * Looks at a frame for the statistics of its tracks.
 *
 * @param moving `[1, h, w]` 0 to 1: where the frame moves by itself, shadows and reflections too
 */
export function trackView(changes: FrameChanges, moving: Raster): TrackView {
  const { change, sure } = changes;
  const { height, width } = change;
  const area = height * width;
  const signed = differenceFrom(change).data;
  const difference = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    const sum =
      Math.abs(signed[i]!) +
      Math.abs(signed[area + i]!) +
      Math.abs(signed[2 * area + i]!);
    difference.data[i] = (sure.data[i]! * sum) / 3;
  }
  const { through, telling } = textureThrough(changes);
  return [moving, difference, sure, through, telling];
}

/** Adds what a frame shows around a subject's place; what lies outside the frame does not count. */
export function addView(
  sums: TrackSums,
  view: TrackView,
  place: MaskPlace,
): void {
  const field = statisticsField(place);
  const { width, height } = view[0]!;
  const seen = plane(sums, 0).data;
  const inside = field.x.map((x, i) => {
    const y = field.y[i]!;
    return x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1 ? 1 : 0;
  });
  for (let i = 0; i < seen.length; i++) seen[i]! += inside[i]!;
  view.forEach((shown, k) => {
    const sum = plane(sums, k + 1).data;
    const { data } = sampleLinear(shown, field);
    for (let i = 0; i < sum.length; i++) sum[i]! += inside[i]! * data[i]!;
  });
}

function statisticsField({ x, y, size }: MaskPlace): CoordinateLists {
  const across = new Float32Array(CELLS * CELLS);
  const down = new Float32Array(CELLS * CELLS);
  const step = (2 * REACH_SIZES * size) / CELLS;
  for (let i = 0; i < across.length; i++) {
    const column = i % CELLS;
    const row = (i - column) / CELLS;
    across[i] = x + (column + 0.5 - CELLS / 2) * step;
    down[i] = y + (row + 0.5 - CELLS / 2) * step;
  }
  return { height: CELLS, width: CELLS, x: across, y: down };
}

/** A cell must be seen in this share of the frames to say anything. */
const SEEN = 0.25;
/** Smoothing (σ) of the means over cells, in cells; set once, with no other value on record. */
const CELL_SMOOTHING = 0.8;
/** Motion and difference are measured by those of the clearest cells, or by these where nothing is clear. */
const CLEAREST = 0.985;
/** Motion to compare with at the least; set once, with no other value on record. */
const LEAST_MOTION = 0.2;
/** Difference (0…1) that is the least to compare with; set once, with no other value on record. */
const LEAST_DIFFERENCE = 0.02;
/** Background that is as unsure as this in every frame says nothing of the difference. */
const UNSURE = 0.15;
/** Shares of the clearest from which a cell may be the subject, and what each share less speaks against it. */
const MOVING_SHARE_OF_CLEAREST = 0.6;
/** Logarithm of odds that the whole share takes; set once, with no other value on record. */
const MOTION_AGAINST_WEIGHT = 3;
/** The same share for difference; set once, with no other value on record. */
const DIFFERENT_SHARE = 0.5;
/** Logarithm of odds that the whole share takes; set once, with no other value on record. */
const DIFFERENCE_AGAINST_WEIGHT = 5;
/** An opaque subject shows by chance this much of the texture behind it; what more speaks against it. */
const BY_CHANCE = 0.2;
/** Logarithm of odds that texture which shows through in full takes: the strongest of the three; set once, with no other value on record. */
const THROUGH_AGAINST_WEIGHT = 8;
/** Smoothing (σ) of what shows through, in cells; set once, with no other value on record. */
const THROUGH_SMOOTHING_CELLS = 1.2;
/** Texture that must be there to show through, in the unit of its sums; set once, with no other value on record. */
const LEAST_TELLING = 0.5;
/** Never so much against a cell that a frame's own evidence could not overrule it. */
const MOST_AGAINST = -2.5;

/**
 * What speaks against each cell being the subject: that it does not move, does not differ, or lets the background's texture
 * through, as shadows, reflections and smoke do.
 *
 * @returns `[1, 64, 64]` log-odds, −2.5 to 0
 */
export function speaksAgainst(sums: TrackSums): Raster {
  const area = CELLS * CELLS;
  const [frames, motion, difference, sureness, through, telling] =
    CELL_SUMS.map((_, k) => plane(sums, k)) as [
      Raster,
      Raster,
      Raster,
      Raster,
      Raster,
      Raster,
    ];
  const fewest = SEEN * Math.max(...frames.data);
  const seen = frames.data.map((n) => (n > 0 && n >= fewest ? n : 0));
  const mean = (of: Raster, per: (i: number) => number): Raster => {
    const values = of.data.map((sum, i) => (seen[i]! > 0 ? sum / per(i) : 0));
    return gaussian(raster(1, CELLS, CELLS, values), CELL_SMOOTHING);
  };
  const moves = mean(motion, (i) => seen[i]!);
  const differs = mean(
    difference,
    (i) => sureness.data[i]! + UNSURE * seen[i]!,
  );
  const clearest = (of: Raster, least: number): number =>
    Math.max(
      least,
      orderStatistic(of.data.slice(), Math.floor(CLEAREST * area)),
    );
  const clearMotion = clearest(moves, LEAST_MOTION);
  const clearDifference = clearest(differs, LEAST_DIFFERENCE);
  const shown = gaussian(through, THROUGH_SMOOTHING_CELLS).data;
  const told = gaussian(telling, THROUGH_SMOOTHING_CELLS).data;
  const out = raster(1, CELLS, CELLS);
  for (let i = 0; i < area; i++) {
    if (seen[i] === 0) continue;
    const showsThrough = shown[i]! / (told[i]! + LEAST_TELLING);
    const against =
      MOTION_AGAINST_WEIGHT *
        (moves.data[i]! / clearMotion - MOVING_SHARE_OF_CLEAREST) +
      DIFFERENCE_AGAINST_WEIGHT *
        (differs.data[i]! / clearDifference - DIFFERENT_SHARE) -
      THROUGH_AGAINST_WEIGHT * Math.max(0, showsThrough - BY_CHANCE);
    out.data[i] = Math.min(0, Math.max(MOST_AGAINST, against));
  }
  return out;
}

/** What is common to all frames around a subject. */
export interface TrackStatistics {
  /** As `speaksAgainst` says. */
  readonly against: Raster;
  /** Of its shadow, where one was seen beside it. */
  readonly shadow: ShadowTone | undefined;
}

/** What the tone of the subject's shadow speaks against a pixel that has it: more than all else together. */
const SHADOW_WEIGHT = 5;

/**
 * What statistics speak against each pixel of a part being the subject.
 *
 * @returns `[h·w]` log-odds, 0 and less; below −2.5 for shadow alone
 */
export function refutation(
  { against, shadow }: TrackStatistics,
  changes: FrameChanges,
  place: MaskPlace,
  part: Part,
): Float32Array {
  const cells = overPart(against, place, part);
  if (shadow === undefined) return cells;
  const shaded = shadowLikeness(shadow, changes, part);
  return cells.map((odds, i) => odds - SHADOW_WEIGHT * shaded[i]!);
}

/**
 * Lays a map of cells over a part of a frame; beyond its border it goes on as it ends.
 *
 * @param cells `[1, 64, 64]`
 * @returns     `[h·w]` of the part
 */
export function overPart(
  cells: Raster,
  place: MaskPlace,
  part: Part,
): Float32Array {
  const height = part.bottom - part.top;
  const width = part.right - part.left;
  const x = new Float32Array(height * width);
  const y = new Float32Array(height * width);
  const scale = CELLS / (2 * REACH_SIZES * place.size);
  for (let i = 0; i < x.length; i++) {
    const column = i % width;
    const row = (i - column) / width;
    x[i] = (column + part.left - place.x) * scale + CELLS / 2 - 0.5;
    y[i] = (row + part.top - place.y) * scale + CELLS / 2 - 0.5;
  }
  return sampleLinear(cells, { height, width, x, y }).data;
}
