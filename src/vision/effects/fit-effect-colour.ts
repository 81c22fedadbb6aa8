import type { EffectEvidence } from "./effect-evidence.ts";
import type { Colour } from "../image/colour.ts";
import { BLACK_SHADOW, type EffectModel } from "./effect-model.ts";

/** Fewer examples over the whole clip tell no colour; set once, with no other value on record. */
const FEWEST_EFFECT_PIXELS = 200;
/** Examples that a colour is fitted to; bounds the time, set once, with no other value on record. */
const MOST_FITTED_PIXELS = 6000;
/** Mean of one minus the cosine above which a model explains nothing. */
const LARGEST_MODEL_COST = 0.1;
const BLACK_SHADOW_WEIGHTS: Colour = [1, 1, 1];

/**
 * The one direction in which a subject's effect changes the background. Candidates compete by the angle between the change
 * seen and the change expected (least squares on where the changes' lines meet collapses towards the background): a shadow,
 * black or with a loss of light of its own per channel, is preferred; then the subject's mean colour, then a free colour,
 * which must be clearly better; what no candidate explains is taken for a black shadow.
 *
 * @param evidence pooled over the clip
 * @param mirrored whether the subject has a mirror image, which the mean colour would only imitate
 */
export function chooseEffect(
  evidence: EffectEvidence,
  mirrored: boolean,
): EffectModel {
  if (evidence.seen.length / 3 < FEWEST_EFFECT_PIXELS) return BLACK_SHADOW;
  const changes = measureChanges(evidence);
  const black = meanCost(changes, lossDirection(BLACK_SHADOW_WEIGHTS));
  const loss = fitLoss(changes);
  const tinted = meanCost(changes, lossDirection(loss));
  const shadow = Math.min(black, tinted);
  const candidates: { model: EffectModel; cost: number; handicap: number }[] = [
    {
      model:
        tinted < 0.9 * black && tinted < LARGEST_MODEL_COST
          ? { kind: "shadow", loss }
          : BLACK_SHADOW,
      cost: shadow,
      handicap: shadow,
    },
  ];
  if (!mirrored) {
    const colour = meanOfColours(evidence.subject);
    const cost = meanCost(changes, colourDirection(colour));
    candidates.push({
      model: { kind: "colour", colour },
      cost,
      handicap: 1.15 * cost,
    });
  }
  const fitted = fitColour(changes);
  candidates.push({
    model: { kind: "colour", colour: fitted.colour },
    cost: fitted.cost,
    handicap: 1.5 * fitted.cost + 0.01,
  });
  const best = candidates.reduce((a, b) => (b.handicap < a.handicap ? b : a));
  return best.cost > LARGEST_MODEL_COST ? BLACK_SHADOW : best.model;
}

/** Changes from what lies beneath to what is seen, three values a pixel, and how much each counts. */
interface Changes {
  readonly change: Float32Array;
  readonly beneath: Float32Array;
  readonly length: Float32Array;
  readonly weight: Float32Array;
}

function measureChanges({ seen, beneath }: EffectEvidence): Changes {
  const pixels = seen.length / 3;
  const stride = Math.max(1, Math.floor(pixels / MOST_FITTED_PIXELS));
  const count = Math.ceil(pixels / stride);
  const out = {
    change: new Float32Array(3 * count),
    beneath: new Float32Array(3 * count),
    length: new Float32Array(count),
    weight: new Float32Array(count),
  };
  for (let k = 0; k < count; k++) {
    let squared = 0;
    for (let c = 0; c < 3; c++) {
      const at = 3 * k * stride + c;
      const change = seen[at]! - beneath[at]!;
      out.change[3 * k + c] = change;
      out.beneath[3 * k + c] = beneath[at]!;
      squared += change * change;
    }
    out.length[k] = Math.sqrt(squared);
    out.weight[k] = squared / (squared + 0.0036);
  }
  return out;
}

/** The change expected at full strength, in one channel over one background value. */
type Direction = (channel: number, beneath: number) => number;

const lossDirection =
  (loss: Colour): Direction =>
  (channel, beneath) =>
    -loss[channel as 0 | 1 | 2] * beneath;

const colourDirection =
  (colour: Colour): Direction =>
  (channel, beneath) =>
    colour[channel as 0 | 1 | 2] - beneath;

/** One minus the cosine between the change seen at a pixel and the change expected there. */
function angle(changes: Changes, k: number, direction: Direction): number {
  let dot = 0;
  let expected = 0;
  for (let c = 0; c < 3; c++) {
    const v = direction(c, changes.beneath[3 * k + c]!);
    dot += changes.change[3 * k + c]! * v;
    expected += v * v;
  }
  return 1 - dot / Math.max(changes.length[k]! * Math.sqrt(expected), 1e-6);
}

function meanCost(changes: Changes, direction: Direction): number {
  let sum = 0;
  let total = 0;
  for (let k = 0; k < changes.weight.length; k++) {
    const weight = changes.weight[k]!;
    sum += weight * Math.min(angle(changes, k, direction), 0.3);
    total += weight;
  }
  return total === 0 ? 1 : sum / total;
}

/**
 * The loss of light per channel, largest 1, by least squares on `D = −s·loss∘B` with the strength `s` of every pixel free,
 * reweighted eight times by the angle.
 */
function fitLoss(changes: Changes): Colour {
  let loss: Colour = BLACK_SHADOW_WEIGHTS;
  for (let round = 0; round < 8; round++) {
    const direction = lossDirection(loss);
    const dot = [0, 0, 0];
    const norm = [1e-9, 1e-9, 1e-9];
    for (let k = 0; k < changes.weight.length; k++) {
      let projected = 0;
      let expected = 1e-6;
      for (let c = 0; c < 3; c++) {
        const v = direction(c, changes.beneath[3 * k + c]!);
        projected += changes.change[3 * k + c]! * v;
        expected += v * v;
      }
      const strength = Math.min(1, Math.max(0, projected / expected));
      const off = angle(changes, k, direction) / 0.02;
      const weight = changes.weight[k]! / (1 + off * off);
      for (let c = 0; c < 3; c++) {
        const light = strength * changes.beneath[3 * k + c]!;
        dot[c]! -= weight * light * changes.change[3 * k + c]!;
        norm[c]! += weight * light * light;
      }
    }
    const raw = dot.map((v, c) => Math.min(5, Math.max(0.2, v / norm[c]!)));
    const largest = Math.max(...raw);
    loss = [raw[0]! / largest, raw[1]! / largest, raw[2]! / largest];
  }
  return loss;
}

/** Coarse grid of colours, then two refinements around the best. */
function fitColour(changes: Changes): { colour: Colour; cost: number } {
  let best = { colour: [0, 0, 0] as Colour, cost: Infinity };
  const consider = (r: number, g: number, b: number): void => {
    const clip = (v: number): number => Math.min(1, Math.max(0, v));
    const colour: Colour = [clip(r), clip(g), clip(b)];
    const cost = meanCost(changes, colourDirection(colour));
    if (cost < best.cost) best = { colour, cost };
  };
  for (let r = 0; r < 7; r++) {
    for (let g = 0; g < 7; g++)
      for (let b = 0; b < 7; b++) consider(r / 6, g / 6, b / 6);
  }
  for (const step of [1 / 12, 1 / 24]) {
    const [r, g, b] = best.colour;
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        for (let k = -1; k <= 1; k++)
          consider(r + i * step, g + j * step, b + k * step);
      }
    }
  }
  return best;
}

function meanOfColours(values: Float32Array): Colour {
  if (values.length === 0) return [0.5, 0.5, 0.5];
  const sum = [0, 0, 0];
  for (let i = 0; i < values.length; i++) sum[i % 3]! += values[i]!;
  const n = values.length / 3;
  return [sum[0]! / n, sum[1]! / n, sum[2]! / n];
}
