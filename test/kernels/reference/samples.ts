import type { WeightedSamples } from "../../../src/kernels/samples.ts";

/** The mode of one pixel's samples, and the variance of its largest channel. */
export interface PlainMode {
  readonly colour: readonly number[];
  readonly variance: number;
}

/**
 * The weighted mode of one pixel's samples: from the one with the best score, and from every other whose score is as good but for
 * rounding.
 */
export function modesOf(
  samples: WeightedSamples,
  pixel: number,
  scale: number,
  steps: number,
): PlainMode[] {
  const area = samples.height * samples.width;
  const shown = samples.weights.flatMap(({ data }, k) => {
    const weight = data[pixel]!;
    const colour = [0, 1, 2].map(
      (c) => samples.colours[k]!.data[c * area + pixel]!,
    );
    return weight > 0 ? [{ weight, colour }] : [];
  });
  const agreement = (a: readonly number[], b: readonly number[]): number =>
    Math.exp(-scale * a.reduce((sum, v, c) => sum + (v - b[c]!) ** 2, 0));
  const scores = shown.map(({ colour }) =>
    shown.reduce((sum, q) => sum + q.weight * agreement(colour, q.colour), 0),
  );
  const best = Math.max(...scores);
  return shown
    .filter((_, p) => scores[p]! >= best * (1 - 1e-5))
    .map(({ colour }) => {
      let centre: readonly number[] = colour;
      for (let step = 0; ; step++) {
        const shares = shown.map((p) => p.weight * agreement(p.colour, centre));
        const total = shares.reduce((sum, share) => sum + share, 0);
        const mean = (of: (colour: readonly number[]) => number): number =>
          shown.reduce((sum, p, k) => sum + shares[k]! * of(p.colour), 0) /
          total;
        if (step === steps) {
          const from = centre;
          const variance = Math.max(
            ...[0, 1, 2].map((c) => mean((p) => (p[c]! - from[c]!) ** 2)),
          );
          return { colour: centre, variance };
        }
        centre = [0, 1, 2].map((c) => mean((p) => p[c]!));
      }
    });
}

/** The median of one pixel's samples with weight, in one channel. */
export function medianOf(
  samples: WeightedSamples,
  pixel: number,
  channel: number,
): number {
  const at = channel * samples.height * samples.width + pixel;
  const values = samples.colours
    .filter((_, k) => samples.weights[k]!.data[pixel]! > 0)
    .map(({ data }) => data[at]!)
    .sort((a, b) => a - b);
  const middle = values.length >> 1;
  if (values.length === 0) return 0;
  return values.length % 2 === 1
    ? values[middle]!
    : (values[middle - 1]! + values[middle]!) / 2;
}
