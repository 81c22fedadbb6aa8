import { gaussian } from "../../kernels/gaussian.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { pushPull } from "../background/push-pull.ts";
import { smoothstep } from "../image/smoothstep.ts";

/** What another frame says of the background beneath a stroke; all of the frame's own size and place. */
export interface CleanSample {
  /** `[3, h, w]` its background, moved to where the camera shows it in this frame. */
  readonly background: Raster;
  /** `[1, h, w]` 1 where neither a subject nor the leftover itself can have spoilt it, else 0. */
  readonly usable: Raster;
}

/** So many frames must agree on what lies beneath. */
const FEWEST_SAMPLES = 2;
/** When other frames' backgrounds differ by less in the median, of 1, they have the same leftover: a code value and a half. */
const SAME_BACKGROUND = 1.5 / 255;
/** Finer than this (σ, in units) is texture and stays as it is; coarser is light that the leftover takes or gives. */
const LIGHT_SIGMA_UNITS = 1.5;
/** How far around the stroke the light is measured that it ought to have, in units. */
const RING_UNITS = 6;
/** No leftover takes or gives more light. */
const MOST_GAIN = 4;
/** A carried change of light counts from the first of these shares on, and wholly from the second. */
const LIGHT_CHANGE = [0.03, 0.08] as const;
/** Darker than this, of 1, nothing can be said of a ratio: one code value. */
const DARKEST = 1 / 255;

/**
 * By what to multiply a background so that a leftover beneath a stroke is gone. Where other frames show the place without it, so that it
 * becomes theirs; else by solving for the light that it takes or gives: smooth over the stroke, continued from around it, the texture
 * kept.
 *
 * @param background `[3, h, w]` at working size
 * @param where      `[1, h, w]` the stroke
 * @param subjects   `[1, h, w]` union of the masks, whose surroundings say nothing of the light
 * @param samples    of other frames
 * @param unit       pixels per unit of length
 * @param isPainted  whether the stroke was painted in this frame. Where it was carried to, only light is moved, and only as much as
 *   cannot be texture: the place may be wrong
 * @returns          `[3, h, w]`, 1 where nothing is to be changed
 */
export function cleaningGain(
  background: Raster,
  where: Raster,
  subjects: Raster,
  samples: readonly CleanSample[],
  unit: number,
  isPainted: boolean,
): Raster {
  const { height, width } = background;
  const area = height * width;
  const gain = raster(3, height, width);
  gain.data.fill(1);
  const shown = fromSamples(background, where, samples);
  const light = lightGain(background, where, subjects, unit);
  for (let i = 0; i < area; i++) {
    const share = where.data[i]!;
    if (share === 0) continue;
    const isShown = shown !== undefined && shown.known[i] === 1;
    for (let at = i; at < 3 * area; at += area) {
      const wanted = isShown
        ? bounded(
            Math.max(shown.colour.data[at]!, DARKEST) /
              Math.max(background.data[at]!, DARKEST),
          )
        : light.data[at]!;
      gain.data[at] = 1 + share * (wanted - 1);
    }
  }
  return isPainted
    ? gain
    : onlyLight(gain, Math.max(0.75, LIGHT_SIGMA_UNITS * unit));
}

/** Of a gain, what is smooth and stands out. */
function onlyLight(gain: Raster, sigma: number): Raster {
  const smooth = gaussian(gain, sigma);
  for (let i = 0; i < smooth.data.length; i++) {
    const change = smooth.data[i]! - 1;
    smooth.data[i] = 1 + change * smoothstep(Math.abs(change), ...LIGHT_CHANGE);
  }
  return smooth;
}

const bounded = (gain: number): number =>
  Math.max(1 / MOST_GAIN, Math.min(MOST_GAIN, gain));

/** The median of what other frames show, where enough do; undefined when it is what is there anyway. */
function fromSamples(
  background: Raster,
  where: Raster,
  samples: readonly CleanSample[],
): { readonly colour: Raster; readonly known: Uint8Array } | undefined {
  const { height, width } = background;
  const area = height * width;
  const colour = raster(3, height, width);
  const known = new Uint8Array(area);
  const differences: number[] = [];
  for (let i = 0; i < area; i++) {
    if (where.data[i] === 0) continue;
    const good = samples.filter(({ usable }) => usable.data[i]! > 0.5);
    if (good.length < FEWEST_SAMPLES) continue;
    known[i] = 1;
    for (let at = i; at < 3 * area; at += area) {
      colour.data[at] = median(good.map((each) => each.background.data[at]!));
      differences.push(Math.abs(colour.data[at]! - background.data[at]!));
    }
  }
  if (differences.length === 0 || median(differences) < SAME_BACKGROUND)
    return undefined;
  return { colour, known };
}

/** How much brighter the stroke's place would be in the light of its surroundings, per channel, smooth; all one way. */
function lightGain(
  background: Raster,
  where: Raster,
  subjects: Raster,
  unit: number,
): Raster {
  const { height, width } = background;
  const area = height * width;
  const logs = raster(3, height, width);
  for (let i = 0; i < logs.data.length; i++)
    logs.data[i] = Math.log(Math.max(background.data[i]!, DARKEST));
  const inside = raster(1, height, width);
  for (let i = 0; i < area; i++) inside.data[i] = where.data[i]! > 0 ? 1 : 0;
  const near = gaussian(inside, (RING_UNITS * unit) / 2);
  const around = raster(1, height, width);
  let isAnywhere = false;
  for (let i = 0; i < area; i++) {
    const isRing =
      inside.data[i] === 0 && near.data[i]! > 0.02 && subjects.data[i]! < 0.1;
    around.data[i] = isRing ? 1 : 0;
    isAnywhere ||= isRing;
  }
  const gain = raster(3, height, width);
  gain.data.fill(1);
  if (!isAnywhere) return gain;
  const sigma = Math.max(0.75, LIGHT_SIGMA_UNITS * unit);
  const own = within(logs, inside, sigma);
  const wanted = pushPull(within(logs, around, sigma), around);
  let sum = 0;
  for (let i = 0; i < area; i++)
    for (let at = i; at < 3 * area; at += area)
      sum += where.data[i]! * (wanted.data[at]! - own.data[at]!);
  const isDark = sum > 0;
  for (let i = 0; i < area; i++) {
    if (inside.data[i] === 0) continue;
    for (let at = i; at < 3 * area; at += area) {
      const log = wanted.data[at]! - own.data[at]!;
      gain.data[at] = bounded(
        Math.exp(isDark ? Math.max(0, log) : Math.min(0, log)),
      );
    }
  }
  return gain;
}

/** A Gaussian mean of the values where `shares` are, and of these alone; 0 where none is near. */
function within(values: Raster, shares: Raster, sigma: number): Raster {
  const { channels, height, width } = values;
  const area = height * width;
  const weighed = raster(channels + 1, height, width);
  for (let i = 0; i < area; i++) {
    const share = shares.data[i]!;
    for (let c = 0; c < channels; c++)
      weighed.data[c * area + i] = share * values.data[c * area + i]!;
    weighed.data[channels * area + i] = share;
  }
  const smooth = gaussian(weighed, sigma).data;
  const out = raster(channels, height, width);
  for (let i = 0; i < area; i++) {
    const weight = smooth[channels * area + i]!;
    if (weight < 1e-4) continue;
    for (let c = 0; c < channels; c++)
      out.data[c * area + i] = smooth[c * area + i]! / weight;
  }
  return out;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
