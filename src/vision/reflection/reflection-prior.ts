import {
  ALPHA_LEVELS,
  emptyHistogram,
  learnEdgePrior,
  type EdgePrior,
} from "../matting/edge-prior.ts";
import type { ReflectionLikelihoods } from "./reflection-likelihood.ts";

/** Some of a frame's telling pixels: as many bins as rows of 11 log-likelihoods. */
export interface ReflectionSample {
  readonly bins: Uint8Array;
  readonly logLikelihoods: Float32Array;
}

/** Log-likelihood by which the alphas of a pixel differ when it teaches: odds of 400 to 1. */
const TELLING_IMAGE_CONTRAST = 6;
/** Pixels of a frame that teach; bounds the time, set once, with no other value on record. */
const MOST_TAUGHT_PIXELS = 800;
/** Turns of inferring with the prior and learning it anew; set once, with no other value on record. */
const PRIOR_ROUNDS = 3;
/** Share of the prior that is spread evenly in the first turn, as for a subject's edge. */
const FIRST_IMAGE_DOUBT = 0.1;
/** The same share in later turns, as for a subject's edge. */
const LATER_IMAGE_DOUBT = 0.05;

/** Evenly chosen pixels, at most 800, of those whose colours tell the mirror image from the background. */
export function sampleLikelihoods(
  from: ReflectionLikelihoods,
): ReflectionSample {
  const telling: number[] = [];
  from.contrasts.forEach((contrast, k) => {
    if (contrast > TELLING_IMAGE_CONTRAST) telling.push(k);
  });
  const stride = Math.max(1, Math.ceil(telling.length / MOST_TAUGHT_PIXELS));
  const chosen = telling.filter((_, k) => k % stride === 0);
  const logLikelihoods = new Float32Array(chosen.length * ALPHA_LEVELS);
  chosen.forEach((k, to) => {
    logLikelihoods.set(
      from.logLikelihoods.subarray(k * ALPHA_LEVELS, (k + 1) * ALPHA_LEVELS),
      to * ALPHA_LEVELS,
    );
  });
  return {
    bins: Uint8Array.from(chosen, (k) => from.bins[k]!),
    logLikelihoods,
  };
}

/**
 * Writes the posterior probabilities of the 11 coverages of one pixel.
 *
 * @param bin where the prior's values for the pixel begin
 * @param out `[11]`
 */
export function writePosterior(
  logLikelihoods: Float32Array,
  at: number,
  bin: number,
  prior: EdgePrior | undefined,
  out: Float64Array,
): void {
  let largest = -Infinity;
  for (let k = 0; k < ALPHA_LEVELS; k++) {
    const value =
      logLikelihoods[at + k]! + (prior?.logProbabilities[bin + k] ?? 0);
    out[k] = value;
    largest = Math.max(largest, value);
  }
  let total = 0;
  for (let k = 0; k < ALPHA_LEVELS; k++) {
    const p = Math.exp(out[k]! - largest);
    out[k] = p;
    total += p;
  }
  for (let k = 0; k < ALPHA_LEVELS; k++) out[k]! /= total;
}

/** How a mirror image's coverage is distributed at each distance from its outline, learnt in three rounds from an even prior. */
export function learnReflectionPrior(
  samples: readonly ReflectionSample[],
): EdgePrior {
  let prior: EdgePrior | undefined;
  const posterior = new Float64Array(ALPHA_LEVELS);
  for (let round = 0; round < PRIOR_ROUNDS; round++) {
    const histogram = emptyHistogram();
    for (const { bins, logLikelihoods } of samples) {
      bins.forEach((bin, k) => {
        writePosterior(logLikelihoods, k * ALPHA_LEVELS, bin, prior, posterior);
        for (let a = 0; a < ALPHA_LEVELS; a++)
          histogram[bin + a]! += posterior[a]!;
      });
    }
    prior = learnEdgePrior(
      [histogram],
      round === 0 ? FIRST_IMAGE_DOUBT : LATER_IMAGE_DOUBT,
    );
  }
  return prior!;
}
