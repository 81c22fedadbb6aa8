import type { Raster } from "../../kernels/raster.ts";
import { modeOfSamples, type WeightedSamples } from "../../kernels/samples.ts";

/** A background estimate and what speaks for it. */
export interface FusedSamples {
  /** `[3, H, W]`; zero where `count` is 0. */
  readonly colour: Raster;
  /** `[1, H, W]`: root mean square deviation of the samples that agree, largest channel. */
  readonly spread: Raster;
  /** `[1, H, W]`: samples that show background here. */
  readonly count: Raster;
}

/** Values (0…1), per channel, by which samples of one background differ; from the study before the engine. */
const AGREEMENT_SIGMA = 0.02;
/** Steps from the best sample to the mode; from the study before the engine. */
const MEAN_SHIFT_STEPS = 2;

/**
 * Per pixel the weighted mode of its samples: the sample with most weighted agreement, then two mean-shift steps with the
 * kernel `exp(−‖a−b‖²/(6σ²))`. Unlike a median it takes no share of an effect that lies on half of the samples
 * (Comaniciu and Meer, "Mean shift", 2002).
 *
 * @param samples of one canvas; weights say how much each is worth as evidence of background, 0 where it shows none
 * @param sigma difference of colour within which samples agree
 */
export function fuseSamples(
  samples: WeightedSamples,
  sigma: number = AGREEMENT_SIGMA,
): FusedSamples {
  return modeOfSamples(samples, 1 / (6 * sigma * sigma), MEAN_SHIFT_STEPS);
}
