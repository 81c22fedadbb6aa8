import { gaussian } from "../../kernels/gaussian.ts";
import { backgroundDoubt, matteAlpha } from "../../kernels/matte.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import {
  ALPHA_LEVELS,
  edgeBin,
  emptyHistogram,
  type EdgeHistogram,
  type EdgePrior,
} from "./edge-prior.ts";
import {
  foregroundStatistics,
  type ForegroundStatistics,
} from "./foreground-statistics.ts";
import { pixelUnit } from "../image/pixel-unit.ts";
import { signedDistance } from "../image/signed-distance.ts";

/** What the matte of one subject in one frame is solved from; all pictures of one size, which may be a part of the frame. */
export interface ObjectMatteInput {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` what lies beneath the subject, its neighbours' shadows included where they are known. */
  readonly background: Raster;
  /** `[1, H, W]` spread of the background estimate. */
  readonly spread: Raster;
  /** `[1, H, W]` the subject's rough mask. */
  readonly mask: Raster;
  /** `[1, H, W]` largest of the other subjects' masks. */
  readonly others: Raster;
  /** Learnt over the clip; undefined for an even one. */
  readonly prior: EdgePrior | undefined;
  /** Pixels per unit of length; by default that of `frame`. */
  readonly unit?: number;
  /** `[1, H, W]` in units, negative inside; by default from `mask`. */
  readonly distance?: Raster;
  /** By default from the mask's core. */
  readonly foreground?: ForegroundStatistics;
}

/** A subject without its effects. */
export interface ObjectMatte {
  /** `[1, H, W]`: 1 in the core, in between around the outline, 0 elsewhere. */
  readonly alpha: Raster;
  /** What the pixels whose colours tell alpha say of the edge. */
  readonly histogram: EdgeHistogram;
}

/** Units inside the outline from which nothing but the subject is seen; set once, with no other value on record. */
const CORE_DEPTH_UNITS = 4;
/** Units outside the outline up to which the subject may go on; set once, with no other value on record. */
const BAND_UNITS = 3.5;
/** A mask of fewer pixels has no colours to infer from. */
const FEWEST_MATTE_PIXELS = 10;
/** Squared values (0…1): the noise floor of the residual. */
const MATTE_NOISE_VARIANCE = 0.012 ** 2;
/** Share of the background's local range that a small misregistration may cost. */
const MATTE_RANGE_SHARE = 0.1;
/** No pixel speaks against an alpha more strongly than this squared Mahalanobis distance. */
const LARGEST_SQUARED_DISTANCE = 40;
/** Neighbouring pixels err together, so each speaks with less than its own voice. */
const LIKELIHOOD_SHARE = 0.7;
/** Log-likelihood by which the alphas of a pixel differ when it teaches the prior: odds of 55 to 1. */
const TELLING_MATTE_CONTRAST = 4;
/** A posterior mean this close to 0 or to 1 is the doubt that every prior keeps, not a soft edge. */
const POSTERIOR_DOUBT = 0.03;
/** The background is judged by how it fits from here outwards, in units, near each pixel. */
const CLEAR_DISTANCE = BAND_UNITS;
/** Reach (σ) of that judgement around each pixel, in units; set once, with no other value on record. */
const JUDGED_SIGMA_UNITS = 4;

/**
 * Where the mask shows nothing but the subject: deeper than 4 units inside, the deepest place of a thinner mask, never where another mask
 * is larger.
 *
 * @param distance `[1, H, W]` signed distance to the mask's outline in units
 * @param mask     `[1, H, W]`
 * @param others   `[1, H, W]` largest of the other masks
 * @returns        `[1, H, W]`, 0 or 1
 */
export function maskCore(
  distance: Raster,
  mask: Raster,
  others: Raster,
): Raster {
  const out = raster(1, mask.height, mask.width);
  const belongs = (i: number): boolean => others.data[i]! <= mask.data[i]!;
  let deepest = 0;
  for (let i = 0; i < out.data.length; i++) {
    if (!belongs(i)) continue;
    deepest = Math.min(deepest, distance.data[i]!);
  }
  const limit = deepest < -CORE_DEPTH_UNITS ? -CORE_DEPTH_UNITS : deepest + 1;
  for (let i = 0; i < out.data.length; i++) {
    const depth = distance.data[i]!;
    if (depth < 0 && depth <= limit && belongs(i)) out.data[i] = 1;
  }
  return out;
}

/**
 * Alpha of the subject itself around its rough outline, given what lies beneath: for every alpha in 0, 0.1, … 1 the pixel's
 * likelihood when the subject's colour is normal with the statistics of the core nearby and the background is known up to
 * its spread, times the prior for its distance from the outline; the posterior mean. Bayesian matting (Chuang, Curless,
 * Salesin and Szeliski, "A Bayesian approach to digital matting", CVPR 2001) with a known plate and the foreground
 * integrated out.
 */
export function solveObjectMatte(input: ObjectMatteInput): ObjectMatte {
  const { frame, background, mask, others } = input;
  const { height, width } = frame;
  const histogram = emptyHistogram();
  const inside = mask.data.reduce((sum, v) => sum + (v > 0.5 ? 1 : 0), 0);
  if (inside <= FEWEST_MATTE_PIXELS) {
    const alpha = raster(1, height, width);
    for (let i = 0; i < alpha.data.length; i++)
      if (mask.data[i]! > 0.5) alpha.data[i] = 1;
    return { alpha, histogram };
  }
  const unit = input.unit ?? pixelUnit(height, width);
  const distance = input.distance ?? signedDistance(mask, unit);
  const core = maskCore(distance, mask, others);
  const foreground =
    input.foreground ?? foregroundStatistics(frame, core, unit);
  const { variance, outside } = backgroundDoubt(input, distance, {
    range: MATTE_RANGE_SHARE,
    noise: MATTE_NOISE_VARIANCE,
    clear: CLEAR_DISTANCE,
  });
  const mass = Float64Array.from(histogram);
  const alpha = matteAlpha(
    {
      frame,
      background,
      ...foreground,
      variance,
      nearby: gaussian(outside, JUDGED_SIGMA_UNITS * unit),
      kinds: pixelKinds(core, distance, mask, others),
      prior: input.prior?.logProbabilities,
    },
    {
      noise: MATTE_NOISE_VARIANCE,
      limit: LARGEST_SQUARED_DISTANCE,
      share: LIKELIHOOD_SHARE,
      doubt: POSTERIOR_DOUBT,
      telling: TELLING_MATTE_CONTRAST,
    },
    mass,
  );
  return { alpha, histogram: Array.from(mass) };
}

/** Where `matteAlpha` has nothing to weigh, and elsewhere the histogram's bin. */
function pixelKinds(
  core: Raster,
  distance: Raster,
  mask: Raster,
  others: Raster,
): Uint8Array {
  const kinds = new Uint8Array(core.data.length);
  for (let i = 0; i < kinds.length; i++) {
    if (core.data[i] === 1) {
      kinds[i] = 1;
      continue;
    }
    const u = distance.data[i]!;
    if (u >= BAND_UNITS || (u > 0 && others.data[i]! > mask.data[i]!)) continue;
    kinds[i] = 2 + edgeBin(u) / ALPHA_LEVELS;
  }
  return kinds;
}
