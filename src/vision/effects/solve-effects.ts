import { clampToUnit } from "../image/clamp.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { smallestAlpha } from "./alpha-bound.ts";
import { peakSignificance, type EffectGates } from "./effect-gates.ts";
import { effectColour, type EffectModel } from "./effect-model.ts";
import type { FrameEvidence, ReflectionImage } from "../frame-evidence.ts";
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
 * Alpha of each subject's effects. Outside the mirror images it is what takes the background towards the colour of the
 * effect of the pixel's owner, no less than any colour needs; in a mirror image it is the image's own. Beneath the subjects,
 * where no effect can be seen, it continues what lies around them.
 */
export function solveEffects(input: EffectsInput): SolvedEffects {
  const { evidence, gates, objects } = input;
  const { frame, background, spread, masks, unit } = evidence;
  const { height, width } = frame;
  const area = height * width;
  const count = objects.channels;
  const zone = largestOf(
    input.mirrors.flatMap((m) => (m === undefined ? [] : [m.zone])),
    height,
    width,
  );
  const occupied = largestOf([objects, masks], height, width);
  for (let i = 0; i < area; i++)
    occupied.data[i] = occupied.data[i]! > 0.02 ? 1 : 0;
  const near = dilate(occupied, Math.max(1, Math.round(unit)));

  const soft = new Float32Array(area);
  const shown = raster(3, height, width, new Float32Array(frame.data));
  const change = new Float32Array(3 * area);
  for (let i = 0; i < 3 * area; i++)
    change[i] = frame.data[i]! - background.data[i]!;
  for (let i = 0; i < area; i++) {
    let gate = 0;
    let object = 0;
    for (let at = i; at < count * area; at += area) {
      gate = Math.max(gate, gates.gates.data[at]!);
      object = Math.max(object, objects.data[at]!);
    }
    const mirrored = zone.data[i]!;
    let s = clampToUnit(20 * object);
    const open = Math.max(gate * (1 - mirrored), mirrored);
    if (open > s) {
      const stands = Math.max(
        gates.significance.data[i]!,
        peakSignificance(change, spread.data[i]!, i, area),
      );
      s = Math.max(s, open * stands);
    }
    soft[i] = s;
    for (let at = i; at < 3 * area; at += area)
      shown.data[at] = frame.data[at]! - s * change[at]!;
  }

  const owner = owners(evidence.support, masks);
  const towards = projection(input, shown, owner);
  const least = smallestAlpha(frame, shown).data;
  const oneColour = raster(count, height, width);
  for (let i = 0; i < area; i++) {
    const k = owner[i]!;
    const gate = gates.gates.data[k * area + i]!;
    if (gate <= 0.02) continue;
    const trail = input.trails[k];
    let alpha =
      trail === undefined
        ? towards[i]! * soft[i]!
        : trail.alpha.data[i]! * Math.max(soft[i]!, gate);
    if (least[i]! > 0.002) alpha = Math.max(alpha, least[i]!);
    oneColour.data[k * area + i] = alpha * (1 - zone.data[i]!);
  }
  const alphas = overReflections(oneColour, input.mirrors);
  continueBeneath(oneColour, near, unit);
  if (alphas !== oneColour) continueBeneath(alphas, near, unit);
  return { background: shown, alphas, oneColour, continued: near };
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
function owners(support: Raster, masks: Raster): Uint8Array {
  const area = support.height * support.width;
  const out = new Uint8Array(area);
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

/** Alpha that takes the background towards its owner's effect: windowed projection of the change on the change expected. */
function projection(
  { evidence, models }: EffectsInput,
  shown: Raster,
  owner: Uint8Array,
): Float32Array {
  const { frame, unit } = evidence;
  const { height, width } = frame;
  const area = height * width;
  const sums = raster(2, height, width);
  for (let i = 0; i < area; i++) {
    const model = models[owner[i]!]!;
    let dot = 0;
    let norm = 0;
    for (let c = 0, at = i; c < 3; c++, at += area) {
      const b = shown.data[at]!;
      const v = effectColour(model, c as 0 | 1 | 2, b, 0) - b;
      dot += v * (frame.data[at]! - b);
      norm += v * v;
    }
    sums.data[i] = dot;
    sums.data[area + i] = norm;
  }
  const local = gaussian(sums, 0.6 * unit).data;
  const out = new Float32Array(area);
  for (let i = 0; i < area; i++)
    out[i] = clampToUnit(local[i]! / (local[area + i]! + 0.003));
  return out;
}

/** Replaces the values beneath the subjects by a Gaussian mean of those around them, which fades out with the distance. */
function continueBeneath(alphas: Raster, near: Raster, unit: number): void {
  const { height, width } = alphas;
  const area = height * width;
  const sums = raster(alphas.channels + 1, height, width);
  for (let i = 0; i < area; i++) {
    if (near.data[i]! > 0) continue;
    sums.data[alphas.channels * area + i] = 1;
    for (let k = 0; k < alphas.channels; k++)
      sums.data[k * area + i] = alphas.data[k * area + i]!;
  }
  const smooth = gaussian(sums, 2.5 * unit).data;
  for (let i = 0; i < area; i++) {
    if (near.data[i]! === 0) continue;
    const weight = smooth[alphas.channels * area + i]!;
    const scale = clampToUnit(30 * weight) / Math.max(weight, 1e-3);
    for (let k = 0; k < alphas.channels; k++)
      alphas.data[k * area + i] = clampToUnit(smooth[k * area + i]! * scale);
  }
}
