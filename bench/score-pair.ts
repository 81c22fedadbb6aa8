import { gaussian } from "../src/kernels/gaussian.ts";
import { scoped } from "../src/kernels/memory.ts";
import { raster, type Raster } from "../src/kernels/raster.ts";
import { dilateBox } from "./binary-morphology.ts";
import { Tally } from "./tally.ts";
import type { TruePair } from "./true-pair.ts";

/** How far a background is from the true one; ratios in dB, of 8-bit levels. */
export interface BackgroundScore {
  readonly whole: number | undefined;
  /** Inside the masks. */
  readonly mask: number | undefined;
  /** Outside the grown masks, where the shots with and without the subjects differ visibly. */
  readonly effect: number | undefined;
  /** Outside the grown masks, where they do not. */
  readonly untouched: number | undefined;
  /** Gradient energy inside the masks by that of the truth: 1 is right, less is blurred. */
  readonly sharpness: number | undefined;
  /** Root mean square, in levels, of the frame-to-frame change of the blurred error in masks and effects. */
  readonly flicker: number | undefined;
}

/** A pair's scores; "fit" is after one gain and offset per channel for the clip, where the colour of the shots differs. */
export interface PairScore {
  readonly nothing: BackgroundScore;
  readonly result: BackgroundScore;
  readonly nothingFit: BackgroundScore;
  readonly resultFit: BackgroundScore;
}

/** Pixels by which the masks are grown before what lies outside them is scored. */
const MARGIN_PIXELS = 3;
/** Deviation in pixels of the blur before differences count as visible or as flicker. */
const BLUR_PIXELS = 1.5;
/** Levels from which a difference is visible, or so many times the lower quartile of all if that is more. */
const VISIBLE_LEVELS = 8;
const VISIBLE_QUARTILES = 3;

/**
 * Scores a background, and doing nothing, against the shot without its subjects.
 *
 * @param background per frame `[H, W, 3]`
 */
export function scorePair(
  pair: TruePair,
  background: readonly Uint8Array[],
): PairScore {
  const regions = findRegions(pair);
  const score = (frames: readonly ArrayLike<number>[]): BackgroundScore =>
    scoreBackground(pair, regions, frames);
  return {
    nothing: score(pair.seen),
    result: score(background),
    nothingFit: score(fitColour(pair, regions.outside, pair.seen)),
    resultFit: score(fitColour(pair, regions.outside, background)),
  };
}

/** Per frame `[H, W]`, 0 or 1. */
interface Regions {
  readonly outside: readonly Uint8Array[];
  readonly effect: readonly Uint8Array[];
}

function findRegions(pair: TruePair): Regions {
  const { masks, scored, seen, truth } = pair;
  const outside = masks.map((mask) =>
    dilateBox(mask, pair, MARGIN_PIXELS).map((near, i) =>
      near === 0 ? scored[i]! : 0,
    ),
  );
  const fitted = fitColour(pair, outside, seen);
  const differences = fitted.map((frame, t) =>
    blurred(pair, 1, (i) =>
      Math.max(
        ...[0, 1, 2].map((c) =>
          Math.abs(frame[3 * i + c]! - truth[t]![3 * i + c]!),
        ),
      ),
    ),
  );
  const all: number[] = [];
  differences.forEach(({ data }, t) => {
    data.forEach((value, i) => {
      if (outside[t]![i] === 1) all.push(value);
    });
  });
  const sorted = Float64Array.from(all).sort();
  const quartile = sorted[Math.floor((sorted.length - 1) / 4)] ?? 0;
  const visible = Math.max(VISIBLE_LEVELS, VISIBLE_QUARTILES * quartile);
  return {
    outside,
    effect: differences.map(({ data }, t) =>
      outside[t]!.map((inside, i) =>
        inside === 1 && data[i]! > visible ? 1 : 0,
      ),
    ),
  };
}

function scoreBackground(
  pair: TruePair,
  { outside, effect }: Regions,
  frames: readonly ArrayLike<number>[],
): BackgroundScore {
  const { width, height, masks, scored, truth } = pair;
  const area = width * height;
  const pools = {
    whole: new Tally(),
    mask: new Tally(),
    effect: new Tally(),
    untouched: new Tally(),
  };
  const energy = new Tally();
  const flicker = new Tally();
  let before: { error: Raster; band: Uint8Array } | undefined;
  frames.forEach((frame, t) => {
    const known = truth[t]!;
    const band = new Uint8Array(area);
    for (let i = 0; i < area; i++) {
      if (scored[i] === 0) continue;
      let squared = 0;
      for (let j = 3 * i; j < 3 * i + 3; j++)
        squared += (frame[j]! - known[j]!) ** 2 / 3;
      pools.whole.add(squared, 1);
      const inMask = masks[t]![i] === 1;
      const inEffect = effect[t]![i] === 1;
      if (inMask) pools.mask.add(squared, 1);
      if (inEffect) pools.effect.add(squared, 1);
      else if (outside[t]![i] === 1) pools.untouched.add(squared, 1);
      if (inMask || inEffect) band[i] = 1;
    }
    addGradients(energy, pair, masks[t]!, frame, known);
    const error = blurred(
      pair,
      3,
      (i, c) => frame[3 * i + c]! - known[3 * i + c]!,
    );
    if (before !== undefined)
      for (let i = 0; i < area; i++) {
        if (band[i] === 0 && before.band[i] === 0) continue;
        for (let at = i; at < 3 * area; at += area)
          flicker.add((error.data[at]! - before.error.data[at]!) ** 2, 1);
      }
    before = { error, band };
  });
  const change = flicker.mean();
  return {
    whole: pools.whole.psnr(),
    mask: pools.mask.psnr(),
    effect: pools.effect.psnr(),
    untouched: pools.untouched.psnr(),
    sharpness: energy.mean(),
    flicker: change === undefined ? undefined : Math.sqrt(change),
  };
}

/** Adds the squared slopes of the grey picture inside the mask, weighted so that the mean is theirs by the truth's. */
function addGradients(
  energy: Tally,
  { width, height, scored }: TruePair,
  mask: Uint8Array,
  frame: ArrayLike<number>,
  known: ArrayLike<number>,
): void {
  const inner = (x: number, y: number): boolean => {
    for (let v = y - 1; v <= y + 1; v++)
      for (let u = x - 1; u <= x + 1; u++) {
        if (u < 0 || v < 0 || u >= width || v >= height) continue;
        if (mask[v * width + u] === 0) return false;
      }
    return scored[y * width + x] === 1;
  };
  const grey = (picture: ArrayLike<number>, i: number): number =>
    0.299 * picture[3 * i]! +
    0.587 * picture[3 * i + 1]! +
    0.114 * picture[3 * i + 2]!;
  const slopes = (picture: ArrayLike<number>, i: number): number =>
    (grey(picture, i) - grey(picture, i - 1)) ** 2 +
    (grey(picture, i) - grey(picture, i - width)) ** 2;
  for (let y = 1; y < height; y++)
    for (let x = 1; x < width; x++) {
      const i = y * width + x;
      if (mask[i] === 0 || !inner(x, y)) continue;
      energy.add(slopes(frame, i), slopes(known, i));
    }
}

/**
 * One gain and offset per channel for the whole clip, fitted to the truth outside the masks with what is far off left out.
 *
 * @param frames per frame `[H, W, 3]`
 * @returns      the same, fitted, in 0…255
 */
function fitColour(
  { truth }: TruePair,
  outside: readonly Uint8Array[],
  frames: readonly ArrayLike<number>[],
): Float32Array[] {
  const out = frames.map((frame) => Float32Array.from(frame));
  const stride = 5;
  for (let c = 0; c < 3; c++) {
    const from: number[] = [];
    const to: number[] = [];
    let seen = 0;
    frames.forEach((frame, t) => {
      outside[t]!.forEach((inside, i) => {
        if (inside === 0 || seen++ % stride !== 0) return;
        from.push(frame[3 * i + c]!);
        to.push(truth[t]![3 * i + c]!);
      });
    });
    if (from.length === 0) continue;
    let counts = new Uint8Array(from.length).fill(1);
    let gain = 1;
    let offset = 0;
    for (let round = 0; round < 4; round++) {
      const a = moments(from, counts);
      const b = moments(to, counts);
      gain = b.deviation / Math.max(a.deviation, 1e-3);
      offset = b.mean - gain * a.mean;
      const errors = Float64Array.from(from, (v, k) =>
        Math.abs(gain * v + offset - to[k]!),
      );
      const middle = errors.slice().sort()[errors.length >> 1]!;
      counts = Uint8Array.from(errors, (e) =>
        e <= Math.max(2, 2 * middle) ? 1 : 0,
      );
    }
    for (const frame of out)
      for (let j = c; j < frame.length; j += 3)
        frame[j] = Math.min(255, Math.max(0, gain * frame[j]! + offset));
  }
  return out;
}

function moments(
  values: readonly number[],
  counts: Uint8Array,
): { readonly mean: number; readonly deviation: number } {
  let [n, sum, squares] = [0, 0, 0];
  values.forEach((value, k) => {
    if (counts[k] === 0) return;
    n++;
    sum += value;
    squares += value * value;
  });
  const mean = sum / Math.max(1, n);
  return {
    mean,
    deviation: Math.sqrt(Math.max(0, squares / Math.max(1, n) - mean * mean)),
  };
}

/** A picture of what is given per pixel and channel, blurred. */
function blurred(
  { width, height }: TruePair,
  channels: number,
  value: (pixel: number, channel: number) => number,
): Raster {
  const area = width * height;
  const smooth = scoped(() => {
    const out = raster(channels, height, width);
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < area; i++) out.data[c * area + i] = value(i, c);
    return gaussian(out, BLUR_PIXELS);
  });
  return raster(channels, height, width, Float32Array.from(smooth.data));
}
