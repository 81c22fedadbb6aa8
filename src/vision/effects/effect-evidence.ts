import { boxMean } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { FrameEvidence } from "../frame-evidence.ts";

/** Pixels that a subject's effect has changed: what is seen there and what lies beneath, three values a pixel. */
export interface EffectEvidence {
  readonly seen: Float32Array;
  readonly beneath: Float32Array;
  /** Colours of the subject itself, three values a pixel. */
  readonly subject: Float32Array;
}

/** Support of the network (0…1) from which a pixel is an effect's example; from the study before the engine. */
const STRONG_SUPPORT = 0.5;
/** Values (0…1) by which an example differs from the background at least: two and a half times the noise floor. */
const SMALLEST_CHANGE = 0.03;
/** Examples of an effect kept of a frame: enough for a direction, bounds the time; set once, with no other value on record. */
const MOST_EFFECT_PIXELS = 1500;
/** Pixels of the subject kept of a frame for its mean colour; set once, with no other value on record. */
const MOST_SUBJECT_PIXELS = 300;

/**
 * Collects the evidence for one subject's effect in one frame: pixels with strong support away from every mask and from
 * every mirror image whose change stands out.
 *
 * @param mirrored `[1, H, W]` where mirror images lie
 * @param subject  which of the N
 */
export function collectEvidence(
  { frame, background, support, masks, unit }: FrameEvidence,
  mirrored: Raster,
  subject: number,
): EffectEvidence {
  const { height, width } = frame;
  const area = height * width;
  const seen = boxMean(frame, 1);
  const beneath = boxMean(background, 1);
  const union = raster(1, height, width);
  for (let k = 0; k < masks.channels; k++) {
    for (let i = 0; i < area; i++) {
      union.data[i] = Math.max(union.data[i]!, masks.data[k * area + i]!);
    }
  }
  const near = dilate(union, Math.max(1, Math.round(4 * unit)));
  const own = plane(support, subject).data;
  const effect: number[] = [];
  const inside: number[] = [];
  for (let i = 0; i < area; i++) {
    if (masks.data[subject * area + i]! > 0.95) inside.push(i);
    if (near.data[i]! >= 0.05 || mirrored.data[i]! >= 0.01) continue;
    if (own[i]! <= STRONG_SUPPORT) continue;
    let strongest = 0;
    for (let at = i; at < support.data.length; at += area)
      strongest = Math.max(strongest, support.data[at]!);
    if (own[i]! < strongest - 1e-6) continue;
    let change = 0;
    for (let at = i; at < 3 * area; at += area) {
      change = Math.max(change, Math.abs(seen.data[at]! - beneath.data[at]!));
    }
    if (change > SMALLEST_CHANGE) effect.push(i);
  }
  const chosen = thin(effect, MOST_EFFECT_PIXELS);
  return {
    seen: coloursAt(seen, chosen),
    beneath: coloursAt(beneath, chosen),
    subject: coloursAt(frame, thin(inside, MOST_SUBJECT_PIXELS)),
  };
}

function thin(indices: readonly number[], most: number): readonly number[] {
  const stride = Math.max(1, Math.ceil(indices.length / most));
  return indices.filter((_, k) => k % stride === 0);
}

function coloursAt(picture: Raster, indices: readonly number[]): Float32Array {
  const area = picture.height * picture.width;
  const out = new Float32Array(indices.length * 3);
  indices.forEach((i, k) => {
    for (let c = 0; c < 3; c++) out[3 * k + c] = picture.data[c * area + i]!;
  });
  return out;
}

/** Pools evidence of several frames. */
export function poolEvidence(parts: readonly EffectEvidence[]): EffectEvidence {
  const join = (pick: (part: EffectEvidence) => Float32Array): Float32Array => {
    const out = new Float32Array(
      parts.reduce((sum, part) => sum + pick(part).length, 0),
    );
    let at = 0;
    for (const part of parts) {
      out.set(pick(part), at);
      at += pick(part).length;
    }
    return out;
  };
  return {
    seen: join((p) => p.seen),
    beneath: join((p) => p.beneath),
    subject: join((p) => p.subject),
  };
}
