import { boxMean } from "../image/filter.ts";
import { dilate } from "../image/morphology.ts";
import { raster, type Raster } from "../raster.ts";

/** Straight RGB in [0, 1]. */
export type Colour = readonly [number, number, number];

/** Pixels that a subject's effect has changed: what is seen there and what lies beneath, three values a pixel. */
export interface EffectEvidence {
  readonly seen: Float32Array;
  readonly beneath: Float32Array;
  /** Colours of the subject itself, three values a pixel. */
  readonly subject: Float32Array;
}

const STRONG_SUPPORT = 0.5;
const SMALLEST_CHANGE = 0.025;

/**
 * Collects the evidence for one subject's effect colour in one frame: pixels with strong support outside every mask whose
 * change stands out.
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param support    `[N, H, W]`
 * @param masks      `[N, H, W]`
 * @param subject    which of the N
 */
export function collectEvidence(
  frame: Raster,
  background: Raster,
  support: Raster,
  masks: Raster,
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
  const near = dilate(union, 3);
  const effect: number[] = [];
  const inside: number[] = [];
  for (let i = 0; i < area; i++) {
    if (masks.data[subject * area + i]! > 0.95) inside.push(i);
    if (near.data[i]! >= 0.05) continue;
    const own = support.data[subject * area + i]!;
    if (own <= STRONG_SUPPORT) continue;
    let strongest = 0;
    for (let k = 0; k < support.channels; k++) {
      strongest = Math.max(strongest, support.data[k * area + i]!);
    }
    if (own < strongest - 1e-6) continue;
    let change = 0;
    for (let at = i; at < 3 * area; at += area) {
      change = Math.max(change, Math.abs(seen.data[at]! - beneath.data[at]!));
    }
    if (change > SMALLEST_CHANGE) effect.push(i);
  }
  return {
    seen: gather(seen, thin(effect, 1500)),
    beneath: gather(beneath, thin(effect, 1500)),
    subject: gather(frame, thin(inside, 300)),
  };
}

function thin(indices: readonly number[], most: number): number[] {
  const stride = Math.max(1, Math.ceil(indices.length / most));
  return indices.filter((_, k) => k % stride === 0);
}

function gather(picture: Raster, indices: readonly number[]): Float32Array {
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

const BLACK: Colour = [0, 0, 0];
const FEWEST_PIXELS = 200;
const LARGEST_COST = 0.1;

/**
 * The one colour towards which a subject's effect changes the background. Effects of one colour change every background
 * along a line towards that colour, so candidates compete by the angle between the change seen and the change expected
 * (least squares on the lines' intersection collapses towards the background). Black (a shadow) is preferred, then the
 * subject's mean colour, then a free fit, which must be clearly better; a bad fit falls back to black.
 */
export function chooseEffectColour(evidence: EffectEvidence): Colour {
  const pixels = evidence.seen.length / 3;
  if (pixels < FEWEST_PIXELS) return BLACK;
  const subject = meanColour(evidence.subject);
  const fitted = fitColour(evidence);
  const candidates: { colour: Colour; cost: number; handicap: number }[] = [
    { colour: BLACK, cost: angularCost(evidence, BLACK), handicap: 0 },
    { colour: subject, cost: angularCost(evidence, subject), handicap: 0.004 },
    { colour: fitted, cost: angularCost(evidence, fitted), handicap: 0.01 },
  ];
  const factors = [1, 1.15, 1.5];
  const penalised = candidates.map((c, k) => c.cost * factors[k]! + c.handicap);
  const best = candidates[penalised.indexOf(Math.min(...penalised))]!;
  return best.cost > LARGEST_COST ? BLACK : best.colour;
}

function meanColour(values: Float32Array): Colour {
  if (values.length === 0) return [0.5, 0.5, 0.5];
  const sum = [0, 0, 0];
  for (let i = 0; i < values.length; i++) sum[i % 3]! += values[i]!;
  const n = values.length / 3;
  return [sum[0]! / n, sum[1]! / n, sum[2]! / n];
}

/** Mean of `1 − cos(seen − beneath, colour − beneath)`, at most 0.3 each, weighted by how large the change is. */
function angularCost(evidence: EffectEvidence, colour: Colour): number {
  const { seen, beneath } = evidence;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < seen.length; i += 3) {
    let dot = 0;
    let change = 0;
    let expected = 0;
    for (let c = 0; c < 3; c++) {
      const d = seen[i + c]! - beneath[i + c]!;
      const v = colour[c as 0 | 1 | 2] - beneath[i + c]!;
      dot += d * v;
      change += d * d;
      expected += v * v;
    }
    const weight = change / (change + 0.0036);
    const cost = 1 - dot / Math.max(Math.sqrt(change * expected), 1e-5);
    sum += weight * Math.min(cost, 0.3);
    total += weight;
  }
  return total === 0 ? 1 : sum / total;
}

/** Coarse grid of colours, then two refinements around the best. */
function fitColour(evidence: EffectEvidence): Colour {
  let best: Colour = BLACK;
  let bestCost = Infinity;
  const consider = (r: number, g: number, b: number): void => {
    const clip = (v: number): number => Math.min(1, Math.max(0, v));
    const colour: Colour = [clip(r), clip(g), clip(b)];
    const cost = angularCost(evidence, colour);
    if (cost < bestCost) {
      bestCost = cost;
      best = colour;
    }
  };
  for (let r = 0; r < 7; r++) {
    for (let g = 0; g < 7; g++)
      for (let b = 0; b < 7; b++) consider(r / 6, g / 6, b / 6);
  }
  for (const step of [1 / 12, 1 / 24]) {
    const [r, g, b] = best;
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        for (let k = -1; k <= 1; k++)
          consider(r + i * step, g + j * step, b + k * step);
      }
    }
  }
  return best;
}
