/** The alphas between which the matte weighs: 0, 0.1, … 1. */
export const ALPHA_LEVELS = 11;
/** Distance from the mask's outline, in units, at which the histogram begins; negative is inside. */
const INNERMOST_UNITS = -7;
/** One for each unit from there outwards: to 5 units, beyond what the matte reaches. */
const DISTANCE_BINS = 12;

/**
 * How alpha is distributed at each distance from a subject's rough outline: logarithms of probabilities, 12 bins of one unit
 * from −7 (inside) to 5, 11 alphas from 0 to 1 each.
 */
export interface EdgePrior {
  readonly logProbabilities: readonly number[];
}

/** Posterior mass per bin and alpha, `[12, 11]`, summed over the pixels whose colours tell alpha. */
export type EdgeHistogram = readonly number[];

/** A histogram of zeros. */
export const emptyHistogram = (): number[] =>
  new Array<number>(DISTANCE_BINS * ALPHA_LEVELS).fill(0);

/** Where the 11 values for a distance (in units, negative inside) begin. */
export const edgeBin = (distance: number): number =>
  ALPHA_LEVELS *
  Math.min(
    DISTANCE_BINS - 1,
    Math.max(0, Math.floor(distance - INNERMOST_UNITS)),
  );

/**
 * The prior that a clip's own clear pixels teach: how a rough mask's outline lies to the true one is the same all around and
 * in every frame, so pixels whose colours tell alpha speak for those whose colours do not.
 *
 * @param histograms of every frame
 * @param doubt      share of the probability that is spread evenly, 0…1
 */
export function learnEdgePrior(
  histograms: readonly EdgeHistogram[],
  doubt: number,
): EdgePrior {
  const pooled = emptyHistogram();
  for (const histogram of histograms)
    histogram.forEach((mass, k) => (pooled[k]! += mass));
  const logProbabilities: number[] = [];
  for (let bin = 0; bin < pooled.length; bin += ALPHA_LEVELS) {
    const masses = pooled.slice(bin, bin + ALPHA_LEVELS);
    const total = Math.max(
      1,
      masses.reduce((sum, v) => sum + v, 0),
    );
    for (const mass of masses) {
      logProbabilities.push(
        Math.log(((1 - doubt) * mass) / total + doubt / ALPHA_LEVELS),
      );
    }
  }
  return { logProbabilities };
}
