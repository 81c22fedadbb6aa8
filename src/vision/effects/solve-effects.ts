import { clampToUnit } from "../image/clamp.ts";
import {
  effectAlphas,
  effectsAway,
  expectedChange,
} from "../../kernels/effects.ts";
import { gaussian, gaussianReach } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { floats, openScope, scoped } from "../../kernels/memory.ts";
import { cut, partAround, paste, type Part } from "../image/rect.ts";
import type { EffectGates } from "./effect-gates.ts";
import { effectColour, type EffectModel } from "./effect-model.ts";
import {
  cutEvidence,
  type FrameEvidence,
  type ReflectionImage,
} from "../frame-evidence.ts";
import type { SmokeLayer } from "./smoke-alpha.ts";

/** What the effects of one frame are solved from; all pictures of the evidence's size. */
export interface EffectsInput {
  readonly evidence: FrameEvidence;
  readonly gates: EffectGates;
  /** Per subject. */
  readonly models: readonly EffectModel[];
  /** Per subject, where it has one. */
  readonly mirrors: readonly (ReflectionImage | undefined)[];
  /** Per subject whose model is a trail. */
  readonly trails: readonly (SmokeLayer | undefined)[];
  /** `[N, H, W]` the subjects themselves. */
  readonly objects: Raster;
}

/** The effects of one frame. */
export interface SolvedEffects {
  /** `[3, H, W]`: the source where nothing has changed, the background estimate beneath subjects and effects. */
  readonly background: Raster;
  /** `[N, H, W]` alpha of each subject's effect; beneath a subject, what its surroundings suggest. */
  readonly alphas: Raster;
  /** `[N, H, W]` alpha of each subject's one-colour effect alone, continued beneath the subjects. */
  readonly oneColour: Raster;
  /** `[1, H, W]` 1 beneath the subjects and right next to them, where effects are continued, else 0. */
  readonly continued: Raster;
}

/**
 * Pixels of a picture that is solved at once: a little more than 1920x1080. What is solved from takes some 20 floats a pixel beside
 * the results, which at 3840x2160 is .7 GB for each thread.
 */
const MOST_PIXELS = 2_200_000;
/** Pixels of the bands in which a larger one is solved: rims that bands share are a fifth of them at 3840x2160. */
const BAND_PIXELS = 1_000_000;

/**
 * Alpha of each subject's effects. Outside the mirror images it is what takes the background towards the colour of the
 * effect of the pixel's owner, no less than any colour needs; in a mirror image it is the image's own. Beneath the subjects,
 * where no effect can be seen, it continues what lies around them.
 *
 * @param bandPixels a picture that has more pixels is solved in bands of rows, so that memory does not grow with it; the results are the
 *                   same up to the rounding of sums
 */
export function solveEffects(
  input: EffectsInput,
  bandPixels = isLarge(input) ? BAND_PIXELS : Infinity,
): SolvedEffects {
  const { evidence, mirrors } = input;
  const { unit } = evidence;
  const { shown, oneColour, near } = solveInBands(input, bandPixels);
  const alphas = overReflections(oneColour, mirrors);
  continueBeneath(oneColour, near, unit);
  if (alphas !== oneColour) continueBeneath(alphas, near, unit);
  return { background: shown, alphas, oneColour, continued: near };
}

const isLarge = ({ objects }: EffectsInput): boolean =>
  objects.height * objects.width > MOST_PIXELS;

/** Effects before they are continued beneath the subjects. */
interface SeenEffects {
  /** `[3, H, W]` what is seen without effects. */
  readonly shown: Raster;
  /** `[N, H, W]` alpha of each one-colour effect. */
  readonly oneColour: Raster;
  /** `[1, H, W]` 1 beneath the subjects and right next to them. */
  readonly near: Raster;
}

function solveInBands(input: EffectsInput, pixels: number): SeenEffects {
  const { objects } = input;
  const { channels, height, width } = objects;
  const rows = Math.max(1, Math.floor(pixels / width));
  if (rows >= height) return solveSeen(input);
  const all: SeenEffects = {
    shown: raster(3, height, width),
    oneColour: raster(channels, height, width),
    near: raster(1, height, width),
  };
  for (let top = 0; top < height; top += rows) {
    using _band = openScope();
    const bottom = Math.min(height, top + rows);
    const rim = reach(input.evidence.unit);
    const around = {
      left: 0,
      top: Math.max(0, top - rim),
      right: width,
      bottom: Math.min(height, bottom + rim),
    };
    const solved = solveSeen(inputIn(input, around));
    const inner = {
      left: 0,
      top: top - around.top,
      right: width,
      bottom: bottom - around.top,
    };
    for (const name of ["shown", "oneColour", "near"] as const)
      paste(all[name], cut(solved[name], inner), { ...around, top, bottom });
  }
  return all;
}

const nearPixels = (unit: number): number => Math.max(1, Math.round(unit));
const changeSigma = (unit: number): number => 0.6 * unit;

/** Pixels from which on nothing counts in what is seen of effects. */
const reach = (unit: number): number =>
  Math.max(nearPixels(unit), gaussianReach(changeSigma(unit)));

/** What a part of the picture is solved from. */
function inputIn(input: EffectsInput, part: Part): EffectsInput {
  const { evidence, gates, mirrors, trails, objects } = input;
  return {
    ...input,
    evidence: cutEvidence(evidence, part),
    gates: {
      gates: cut(gates.gates, part),
      significance: cut(gates.significance, part),
    },
    mirrors: mirrors.map(
      (mirror) => mirror && { ...mirror, zone: cut(mirror.zone, part) },
    ),
    trails: trails.map(
      (trail) => trail && { ...trail, alpha: cut(trail.alpha, part) },
    ),
    objects: cut(objects, part),
  };
}

function solveSeen(input: EffectsInput): SeenEffects {
  const { evidence, gates, objects } = input;
  const { frame, masks, unit } = evidence;
  const { height, width } = frame;
  const area = height * width;
  const zone = largestOf(
    input.mirrors.flatMap((m) => (m === undefined ? [] : [m.zone])),
    height,
    width,
  );
  const near = scoped(() => {
    const occupied = largestOf([objects, masks], height, width);
    for (let i = 0; i < area; i++)
      occupied.data[i] = occupied.data[i]! > 0.02 ? 1 : 0;
    return dilate(occupied, nearPixels(unit));
  });
  const { soft, shown } = effectsAway({ ...evidence, ...gates, zone, objects });
  const owner = owners(evidence.support, masks);
  const colours = input.models.map(expectedColour);
  const sums = scoped(() =>
    gaussian(expectedChange(frame, shown, owner, colours), changeSigma(unit)),
  );
  const oneColour = effectAlphas({
    frame,
    shown,
    sums,
    soft,
    zone,
    owner,
    gates: gates.gates,
    trails: input.trails.map((trail) => trail?.alpha),
  });
  return { shown, oneColour, near };
}

/** One-colour effects over mirror images; the effects themselves where there is no mirror. */
function overReflections(
  oneColour: Raster,
  mirrors: readonly (ReflectionImage | undefined)[],
): Raster {
  if (mirrors.every((mirror) => mirror === undefined)) return oneColour;
  const { channels, height, width } = oneColour;
  const out = raster(channels, height, width, oneColour.data.slice());
  mirrors.forEach((mirror, k) => {
    if (mirror === undefined) return;
    const own = plane(out, k).data;
    const image = mirror.alpha.data;
    for (let i = 0; i < own.length; i++)
      own[i] = 1 - (1 - own[i]!) * (1 - image[i]!);
  });
  return out;
}

function largestOf(
  stacks: readonly Raster[],
  height: number,
  width: number,
): Raster {
  const area = height * width;
  const out = raster(1, height, width);
  for (const { data } of stacks) {
    for (let at = 0; at < data.length; at += area) {
      for (let i = 0; i < area; i++)
        out.data[i] = Math.max(out.data[i]!, data[at + i]!);
    }
  }
  return out;
}

/** Whose effect a pixel can be: the strongest support, away from the others' masks. */
function owners(support: Raster, masks: Raster): Float32Array {
  const area = support.height * support.width;
  const out = floats(area);
  if (support.channels === 1) return out;
  for (let i = 0; i < area; i++) {
    let all = 0;
    for (let at = i; at < masks.data.length; at += area) all += masks.data[at]!;
    let strongest = -1;
    for (let k = 0; k < support.channels; k++) {
      const others = Math.min(1, all - masks.data[k * area + i]!);
      const share = support.data[k * area + i]! * (1 - others);
      if (share > strongest) {
        strongest = share;
        out[i] = k;
      }
    }
  }
  return out;
}

/** How much an effect in its own colour changes a background `b`, `slope·b + offset`: `[3, 2]`. */
const expectedColour = (model: EffectModel): number[] =>
  ([0, 1, 2] as const).flatMap((channel) => {
    const offset = effectColour(model, channel, 0, 0);
    return [effectColour(model, channel, 1, 0) - offset - 1, offset];
  });

/** Replaces the values beneath the subjects by a Gaussian mean of those around them, which fades out with the distance. */
function continueBeneath(alphas: Raster, near: Raster, unit: number): void {
  const sigma = 2.5 * unit;
  const part = partAround(near, 0, gaussianReach(sigma));
  if (part === undefined) return;
  const hidden = cut(near, part).data;
  const own = cut(alphas, part);
  const { channels, height, width } = own;
  const area = height * width;
  const sums = raster(channels + 1, height, width);
  for (let i = 0; i < area; i++)
    sums.data[channels * area + i] = hidden[i]! > 0 ? 0 : 1;
  for (let at = 0; at < channels * area; at += area)
    for (let i = 0; i < area; i++)
      if (hidden[i] === 0) sums.data[at + i] = own.data[at + i]!;
  const smooth = gaussian(sums, sigma).data;
  for (let y = 0, i = 0; y < height; y++) {
    const row = (part.top + y) * alphas.width + part.left;
    for (let x = 0; x < width; x++, i++) {
      if (hidden[i] === 0) continue;
      const weight = smooth[channels * area + i]!;
      const scale = clampToUnit(30 * weight) / Math.max(weight, 1e-3);
      for (let k = 0; k < channels; k++)
        alphas.data[k * near.data.length + row + x] = clampToUnit(
          smooth[k * area + i]! * scale,
        );
    }
  }
}
