import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { effectColour, type EffectModel } from "../effects/effect-model.ts";
import type { FrameEvidence } from "../frame-evidence.ts";
import type { Size } from "../../units/size.ts";
import { strokeArea, type FrameStroke } from "./stroke.ts";

/** What a stroke was found to mean in a frame. */
export interface ReadStroke {
  readonly stroke: FrameStroke;
  /** The layer that gets the pixels, bottom to top from 0; meaningless for the background. */
  readonly subject: number;
  /** Whether the pixels are the subject itself, and not an effect of it. */
  readonly isSubject: boolean;
}

/** A frame's evidence as its strokes have it. */
export interface CorrectedEvidence {
  readonly evidence: FrameEvidence;
  readonly strokes: readonly ReadStroke[];
}

/** Change, of 1, below which there is nothing to tell an effect from a subject by: three code values. */
const LEAST_CHANGE = 3 / 255;
/** Cosine between a pixel's change and the effect's from which it is taken for the effect; that of `openGates`, where likeness begins. */
const EFFECT_COSINE = 0.92;
/** Darkening by a common factor counts as an effect too where channels agree within this share of it. */
const GREY_LOSS_DIFFERENCE = 0.25;
/** How far what was carried to another frame reaches beyond the stroke, in units: what it follows does not keep its shape. */
const CARRIED_SIGMA_UNITS = 2;

/**
 * Takes strokes into what is known of a frame before its layers are solved: masks and support are clamped beneath them. What comes
 * of that is solved as ever, so that a stroke that is only roughly right does no harm: an effect is found where the frame differs
 * from the background, a subject's edge where its colours end.
 *
 * @param evidence at working size
 * @param models   the subjects' effects
 * @param clip     size that strokes are given for
 */
export function correctEvidence(
  evidence: FrameEvidence,
  models: readonly EffectModel[],
  strokes: readonly FrameStroke[],
  clip: Size,
): CorrectedEvidence {
  if (strokes.length === 0) return { evidence, strokes: [] };
  const masks = copied(evidence.masks);
  const support = copied(evidence.support);
  const area = masks.height * masks.width;
  const read = strokes.map((stroke) => {
    const where = reachOf(stroke, strokeArea(stroke, clip, masks), evidence);
    const subject =
      stroke.subject ?? nearestSubject(evidence.masks, where.data);
    const isSubject =
      stroke.kind === "layer" &&
      !isEffect(evidence, models[subject]!, where.data);
    for (let i = 0; i < area; i++) {
      const share = where.data[i]!;
      if (share === 0) continue;
      for (let k = 0, at = i; k < masks.channels; k++, at += area) {
        const isOwn = stroke.kind !== "background" && k === subject;
        if (!isOwn) {
          support.data[at]! *= 1 - share;
          // Only who says that a pixel is no subject's, or another one's, takes it away from one.
          if (stroke.kind === "background" || isSubject)
            masks.data[at]! *= 1 - share;
          continue;
        }
        support.data[at] = Math.max(support.data[at]!, share);
        if (isSubject) masks.data[at] = Math.max(masks.data[at]!, share);
      }
    }
    return { stroke, subject, isSubject };
  });
  return { evidence: { ...evidence, masks, support }, strokes: read };
}

/** Where a stroke counts; carried to another frame it counts softly around itself as well, unless it takes something away. */
function reachOf(
  stroke: FrameStroke,
  area: Raster,
  { unit }: FrameEvidence,
): Raster {
  if (stroke.isPainted || stroke.kind === "background") return area;
  const wide = gaussian(area, CARRIED_SIGMA_UNITS * unit);
  for (let i = 0; i < wide.data.length; i++)
    wide.data[i] = Math.max(area.data[i]!, Math.min(1, 2 * wide.data[i]!));
  return wide;
}

/**
 * Whether the subject's effect, or light that is lost in all channels alike, explains how most of a stroke's pixels differ from
 * the background. Where nothing differs there is no subject either.
 */
function isEffect(
  { frame, background }: FrameEvidence,
  model: EffectModel,
  where: Float32Array,
): boolean {
  const area = where.length;
  let changed = 0;
  let explained = 0;
  for (let i = 0; i < area; i++) {
    if (where[i]! < 0.5) continue;
    let dot = 0;
    let ownSquare = 0;
    let square = 0;
    let leastLoss = Infinity;
    let mostLoss = -Infinity;
    for (let c = 0, at = i; c < 3; c++, at += area) {
      const b = background.data[at]!;
      const d = frame.data[at]! - b;
      const e = effectColour(model, c as 0 | 1 | 2, b, 0) - b;
      dot += d * e;
      ownSquare += e * e;
      square += d * d;
      const loss = -d / Math.max(b, LEAST_CHANGE);
      leastLoss = Math.min(leastLoss, loss);
      mostLoss = Math.max(mostLoss, loss);
    }
    if (square < LEAST_CHANGE ** 2) continue;
    changed++;
    const likeEffect =
      dot > EFFECT_COSINE * Math.sqrt(Math.max(square * ownSquare, 1e-12));
    const likeShade =
      leastLoss > 0 && mostLoss - leastLoss < GREY_LOSS_DIFFERENCE * mostLoss;
    if (likeEffect || likeShade) explained++;
  }
  return 2 * explained >= changed;
}

/** The subject that comes nearest to a stroke: whose mask's weighted mean distance to it is least. */
function nearestSubject(masks: Raster, where: Float32Array): number {
  const { width, height, channels } = masks;
  const [x, y] = middle(where, width, height);
  let nearest = channels - 1;
  let least = Infinity;
  for (let k = 0; k < channels; k++) {
    const mask = plane(masks, k).data;
    for (let i = 0; i < mask.length; i++) {
      if (mask[i]! < 0.5) continue;
      const distance =
        ((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2;
      if (distance >= least) continue;
      least = distance;
      nearest = k;
    }
  }
  return nearest;
}

function middle(
  where: Float32Array,
  width: number,
  height: number,
): readonly [number, number] {
  let sum = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i < where.length; i++) {
    const share = where[i]!;
    sum += share;
    x += share * (i % width);
    y += share * Math.floor(i / width);
  }
  return sum === 0 ? [width / 2, height / 2] : [x / sum, y / sum];
}

const copied = ({ channels, height, width, data }: Raster): Raster =>
  raster(channels, height, width, new Float32Array(data));
