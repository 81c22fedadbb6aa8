import { gaussian } from "../image/filter.ts";
import { dilate, erode } from "../image/morphology.ts";
import { plane, raster, type Raster } from "../raster.ts";
import { smallestAlpha } from "./alpha-bound.ts";
import type { Colour } from "./effect-colour.ts";

/** One frame as the matting sees it; all of one size. */
export interface MattingInput {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` background estimate. */
  readonly background: Raster;
  /** `[1, H, W]` spread of the background estimate. */
  readonly spread: Raster;
  /** `[N, H, W]` what the network attributes to each subject. */
  readonly support: Raster;
  /** `[N, H, W]` the rough masks. */
  readonly masks: Raster;
  /** Per subject. */
  readonly effectColours: readonly Colour[];
}

/** Soft layers before they are rounded. */
export interface SoftLayers {
  /** `[3, H, W]`: the source outside every layer's support, the background estimate inside. */
  readonly background: Raster;
  /** `[N, H, W]` */
  readonly alphas: Raster;
}

const smoothstep = (value: number, low: number, high: number): number => {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
};

/**
 * Alpha at the frame's own resolution: significance of the change gates the support, effects get the alpha that takes the
 * background towards the subject's effect colour, the eroded mask is opaque, and between the two the subject's own
 * colour, carried outwards, decides.
 */
export function solveMatte(input: MattingInput): SoftLayers {
  const { frame, background, spread, support, masks } = input;
  const { height, width } = frame;
  const area = height * width;
  const n = masks.channels;

  const change = raster(3, height, width);
  for (let i = 0; i < 3 * area; i++)
    change.data[i] = frame.data[i]! - background.data[i]!;
  const cores = erode(masks, 2);
  const rims = dilate(masks, 3);
  const softRims = gaussian(rims, 1);
  const soft = softSupport(change, spread, support, softRims);

  const shown = raster(3, height, width, new Float32Array(frame.data));
  for (let i = 0; i < area; i++) {
    const s = soft[i]!;
    if (s <= 0.004) continue;
    for (let at = i; at < 3 * area; at += area) {
      const value = frame.data[at]! - s * change.data[at]!;
      shown.data[at] = Math.round(Math.min(1, Math.max(0, value)) * 255) / 255;
    }
  }
  const least = smallestAlpha(frame, shown).data;
  const shares = ownership(support, masks);
  const alphas = raster(n, height, width);
  const smoothMasks = gaussian(masks, 0.8);
  for (let k = 0; k < n; k++) {
    const toColour = projection(frame, shown, input.effectColours[k]!);
    const own = ownColourAlpha(
      frame,
      shown,
      plane(cores, k),
      plane(smoothMasks, k),
    );
    for (let i = 0; i < area; i++) {
      const at = k * area + i;
      const gate = smoothstep(support.data[at]!, 0.15, 0.45);
      let effect = 0;
      if (least[i]! > 0.002 && gate > 0.02 && shares[at]! > 0.5) {
        effect = Math.max(toColour[i]! * Math.min(1, soft[i]!), least[i]!);
      }
      const rim = softRims.data[at]!;
      let alpha = effect;
      if (rim > 0.02) {
        const strongest = largestOf(masks, i, area);
        const ring = Math.max(
          smoothMasks.data[at]!,
          masks.data[at]! >= strongest ? rim : 0,
        );
        alpha = Math.max(effect, ring * own[i]! + (1 - ring) * effect);
      }
      alphas.data[at] = cores.data[at]! > 0.9 ? 1 : alpha;
    }
  }
  return { background: shown, alphas };
}

function largestOf(planes: Raster, i: number, area: number): number {
  let largest = 0;
  for (let at = i; at < planes.data.length; at += area) {
    largest = Math.max(largest, planes.data[at]!);
  }
  return largest;
}

/** `max_k(gate_k) · significance`, and the rims of the masks: how far the background estimate replaces the source. */
function softSupport(
  change: Raster,
  spread: Raster,
  support: Raster,
  softRims: Raster,
): Float32Array {
  const area = change.height * change.width;
  const smooth = gaussian(change, 1.5);
  const out = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    const tolerance = 0.008 + 0.5 * spread.data[i]!;
    const mean = largestMagnitude(smooth.data, i, area);
    const peak = largestMagnitude(change.data, i, area);
    const significance = Math.max(
      smoothstep(mean / tolerance, 0.6, 1.6),
      smoothstep(peak / (3 * tolerance), 1, 2),
    );
    const gate = smoothstep(largestOf(support, i, area), 0.15, 0.45);
    out[i] = Math.max(gate * significance, largestOf(softRims, i, area));
  }
  return out;
}

const largestMagnitude = (
  data: Float32Array,
  i: number,
  area: number,
): number =>
  Math.max(
    Math.abs(data[i]!),
    Math.abs(data[area + i]!),
    Math.abs(data[2 * area + i]!),
  );

/** Alpha that takes the background towards one colour: windowed projection of the change on the change expected. */
function projection(
  frame: Raster,
  shown: Raster,
  colour: Colour,
): Float32Array {
  const { height, width } = frame;
  const area = height * width;
  const sums = raster(2, height, width);
  for (let i = 0; i < area; i++) {
    let dot = 0;
    let norm = 0;
    for (let c = 0, at = i; c < 3; c++, at += area) {
      const expected = colour[c as 0 | 1 | 2] - shown.data[at]!;
      dot += expected * (frame.data[at]! - shown.data[at]!);
      norm += expected * expected;
    }
    sums.data[i] = dot;
    sums.data[area + i] = norm;
  }
  const local = gaussian(sums, 1).data;
  const out = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    out[i] = Math.min(1, Math.max(0, local[i]! / (local[area + i]! + 0.003)));
  }
  return out;
}

/**
 * Alpha in the ring around the rough mask from the subject's own colour, carried outwards from its core; where that colour
 * and the background look alike, the blurred mask.
 */
function ownColourAlpha(
  frame: Raster,
  shown: Raster,
  core: Raster,
  smoothMask: Raster,
): Float32Array {
  const { height, width } = frame;
  const area = height * width;
  const carried = raster(4, height, width);
  for (let i = 0; i < area; i++) {
    const inside = core.data[i]! > 0.9 ? 1 : 0;
    for (let c = 0; c < 3; c++)
      carried.data[c * area + i] = inside * frame.data[c * area + i]!;
    carried.data[3 * area + i] = inside;
  }
  const spreadOut = gaussian(carried, 4).data;
  const out = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    const reach = spreadOut[3 * area + i]! + 1e-4;
    let dot = 0;
    let norm = 0;
    for (let c = 0, at = i; c < 3; c++, at += area) {
      const expected = spreadOut[at]! / reach - shown.data[at]!;
      dot += expected * (frame.data[at]! - shown.data[at]!);
      norm += expected * expected;
    }
    const byColour = Math.min(1, Math.max(0, dot / (norm + 1e-3)));
    const trust = (norm / (norm + 0.01)) * Math.min(1, 20 * reach);
    out[i] = trust * byColour + (1 - trust) * smoothMask.data[i]!;
  }
  return out;
}

/** Share of each subject in a pixel's effect: squared support, away from the others' masks. `[N, H, W]`, sums to 1. */
function ownership(support: Raster, masks: Raster): Float32Array {
  const area = support.height * support.width;
  const n = support.channels;
  const out = new Float32Array(n * area);
  for (let i = 0; i < area; i++) {
    let all = 0;
    for (let k = 0; k < n; k++) all += masks.data[k * area + i]!;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const others = Math.min(1, all - masks.data[k * area + i]!);
      const value = (support.data[k * area + i]! * (1 - others)) ** 2 + 1e-6;
      out[k * area + i] = value;
      sum += value;
    }
    for (let k = 0; k < n; k++) out[k * area + i]! /= sum;
  }
  return out;
}
