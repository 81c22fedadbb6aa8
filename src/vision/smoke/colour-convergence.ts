import type { Colour } from "../image/colour.ts";

/** A colour and how badly the changes point towards it. */
export interface Convergence {
  readonly colour: Colour;
  /** Mean of `1 − cos`, at most 0.3 a pixel; 0 when every change points at the colour. */
  readonly cost: number;
}

/** One minus the cosine beyond which a pixel is an outlier and costs no more; set once, with no other value on record. */
const WORST_COST = 0.3;
/** Length of a change (0…1) at which its direction counts half; set once, with no other value on record. */
const CLEAR_COLOUR_CHANGE = 0.06;
/** Colours that are tried in each channel before the best is refined; set once, with no other value on record. */
const GRID_COLOURS = 7;

/**
 * The colour towards which most changes point: the minimum over C of the mean of `1 − cos(x − b, C − b)`, each weighted by
 * `n²/(n² + 0.06²)` with `n = |x − b|`. A grid of 7³ colours, then two refinements around the best.
 *
 * @param seen    x, three values a pixel
 * @param beneath b, three values a pixel
 */
export function convergence(
  seen: Float32Array,
  beneath: Float32Array,
): Convergence {
  const step = 1 / (GRID_COLOURS - 1);
  let best: Convergence = { colour: [0, 0, 0], cost: Infinity };
  const consider = (r: number, g: number, b: number): void => {
    const colour: Colour = [unit(r), unit(g), unit(b)];
    const cost = costOf(seen, beneath, colour);
    if (cost < best.cost) best = { colour, cost };
  };
  for (let r = 0; r < GRID_COLOURS; r++) {
    for (let g = 0; g < GRID_COLOURS; g++)
      for (let b = 0; b < GRID_COLOURS; b++)
        consider(r * step, g * step, b * step);
  }
  for (const fine of [step / 2, step / 4]) {
    const [r, g, b] = best.colour;
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        for (let k = -1; k <= 1; k++)
          consider(r + i * fine, g + j * fine, b + k * fine);
      }
    }
  }
  return best;
}

const unit = (value: number): number => Math.min(1, Math.max(0, value));

function costOf(
  seen: Float32Array,
  beneath: Float32Array,
  colour: Colour,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < seen.length; i += 3) {
    let dot = 0;
    let change = 0;
    let expected = 0;
    for (let c = 0; c < 3; c++) {
      const b = beneath[i + c]!;
      const d = seen[i + c]! - b;
      const v = colour[c as 0 | 1 | 2] - b;
      dot += d * v;
      change += d * d;
      expected += v * v;
    }
    const weight =
      change / (change + CLEAR_COLOUR_CHANGE * CLEAR_COLOUR_CHANGE);
    const cosine = dot / Math.max(Math.sqrt(change * expected), 1e-6);
    sum += weight * Math.min(WORST_COST, 1 - cosine);
    total += weight;
  }
  return total === 0 ? 1 : sum / total;
}
