import { type FrameRate, frameRate } from "../units/frame-rate.ts";

/** How frames of a varying rate are shown at a constant one. */
export interface Pacing {
  /** How many frames are coded. */
  readonly codedCount: number;
  /** Coded frames per second, on average. */
  readonly average: number;
  /** For each frame the coded one that is shown, 0-based, ascending. */
  readonly frames: readonly number[];
}

/** Frames keep to a rate when their times stray by less than this share of an interval, first to last. */
const STEADY_SPREAD = 0.75;
/** Rates that editing programs have for a sequence, ascending. */
const knownRates = [
  [10, 1],
  [12, 1],
  [12500, 1000],
  [15, 1],
  [20, 1],
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [48, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
  [100, 1],
  [120000, 1001],
  [120, 1],
  [240, 1],
] as const;
/** A known rate is taken for one that is so far from it at most; the repeated frames make up for the rest. */
const NEAR_RATE = 0.12;
/** A rate at which more frames than this share are repeated or left out is not the clip's. */
const MOST_REPEATED = 0.1;

const perSecond = ({ numerator, denominator }: FrameRate): number =>
  numerator / denominator;

/**
 * Whether frames keep to a rate, but for the rounding of their times.
 *
 * @param times microseconds, ascending
 */
export function isSteady(times: readonly number[], rate: FrameRate): boolean {
  const interval = 1e6 / perSecond(rate);
  let least = 0;
  let most = 0;
  for (const [k, time] of times.entries()) {
    const strayed = (time - times[0]!) / interval - k;
    least = Math.min(least, strayed);
    most = Math.max(most, strayed);
  }
  return most - least < STEADY_SPREAD;
}

/**
 * The rate at which frames of a varying rate are shown: that of most of their intervals; where this would repeat or leave out more
 * than a tenth of them, their average. It is the nearest rate that editing programs have, or a whole number.
 *
 * @param times microseconds, ascending, at least two
 */
export function conformedRate(times: readonly number[]): FrameRate {
  const average = averageRate(times);
  const usual = 1e6 / medianInterval(times);
  const isFar = Math.abs(usual / average - 1) > MOST_REPEATED;
  return snapped(isFar ? average : usual);
}

/**
 * Shows frames at a constant rate: each frame of the result is the coded one that is on screen in the middle of its time, and the
 * last one stays for as long as most do. So the duration is the same within half a frame.
 *
 * @param times microseconds, ascending
 */
export function paceFrames(times: readonly number[], rate: FrameRate): Pacing {
  const interval = 1e6 / perSecond(rate);
  const first = times[0] ?? 0;
  const end = (times.at(-1) ?? 0) + medianInterval(times);
  const count = Math.max(1, Math.round((end - first) / interval));
  const frames: number[] = [];
  let shown = 0;
  for (let k = 0; k < count; k++) {
    const middle = first + (k + 0.5) * interval;
    while (shown + 1 < times.length && times[shown + 1]! < middle) shown++;
    frames.push(shown);
  }
  return {
    codedCount: times.length,
    average: averageRate(times),
    frames,
  };
}

const averageRate = (times: readonly number[]): number =>
  times.length < 2
    ? 1e6
    : (1e6 * (times.length - 1)) / Math.max(1, times.at(-1)! - times[0]!);

function medianInterval(times: readonly number[]): number {
  const steps = times.slice(1).map((time, k) => time - times[k]!);
  steps.sort((a, b) => a - b);
  return Math.max(1, steps[steps.length >> 1] ?? 1);
}

function snapped(rate: number): FrameRate {
  const known = knownRates
    .map(([numerator, denominator]) => frameRate(numerator, denominator))
    .map((each) => ({ each, off: Math.abs(perSecond(each) / rate - 1) }))
    .sort((a, b) => a.off - b.off)[0]!;
  return known.off <= NEAR_RATE
    ? known.each
    : frameRate(Math.max(1, Math.round(rate)), 1);
}

/** What the user should know of frames that were conformed; undefined when nothing was. */
export function pacingNotice(
  { codedCount, average, frames }: Pacing,
  rate: FrameRate,
): string {
  const shown = new Set(frames).size;
  const [first = 0] = frames;
  const within = frames.length === 0 ? 0 : frames.at(-1)! - first + 1;
  const repeated = frames.length - shown;
  const left = Math.min(codedCount, within) - shown;
  return `The clip's frame rate varies (${round(average)} frames per second on average); it is shown at ${describeRate(rate)}, by the frames' own times: ${repeated} repeated, ${left} left out.`;
}

const round = (value: number): string => String(Math.round(value * 100) / 100);

/** Such as `25` or `30000/1001`. */
export const describeRate = ({ numerator, denominator }: FrameRate): string =>
  denominator === 1 ? String(numerator) : `${numerator}/${denominator}`;
