import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** Weighted moments that a distribution of colours is made of: the weight, three means, six products. */
const MOMENTS = 10;
/** Alphas that are weighed against each other. */
const LEVELS = 11;
/** Values behind a row's end that vectors may read. */
const PADDING = 8;

/**
 * Weighted moments of a picture's colours: `w, w·r, w·g, w·b`, and `w·p·q` for rr, rg, rb, gg, gb, bb.
 *
 * @param frame   `[3, H, W]`
 * @param weights `[1, H, W]`
 * @returns       `[10, H, W]`
 */
export function colourMoments(frame: Raster, weights: Raster): Raster {
  const out = raster(MOMENTS, frame.height, frame.width);
  using call = new KernelCall();
  const from = call.read(frame.data);
  const shares = call.read(weights.data);
  // prettier-ignore
  kernelExports().colourMoments(from, shares, call.write(out.data), weights.data.length);
  return out;
}

/**
 * Sum of each plane.
 *
 * @param source `[C, H, W]`
 * @returns      `[C]`
 */
export function planeSums(source: Raster): Float64Array {
  const out = new Float64Array(source.channels);
  using call = new KernelCall();
  const from = call.read(source.data);
  // prettier-ignore
  kernelExports().planeSums(from, call.write(out), source.channels, source.height * source.width);
  return out;
}

/** How a distribution of colours is made of moments. */
export interface ColourMixing {
  /** Moments of the whole, of weight 1; 10 of them. */
  readonly whole: ArrayLike<number>;
  /** Weight of the whole. */
  readonly share: number;
  /** What every variance has more. */
  readonly floor: number;
}

/**
 * Mean and covariance around each pixel from filtered moments: `μₖ = (mₖ + s·gₖ)/(m₀ + s)`, `Σ_pq = μ_pq − μ_p·μ_q`, variances no
 * less than 0 before the floor is added; near moments count by `min(1, 20·near₀)`, far ones by the rest.
 *
 * @param near `[10, H, W]`
 * @param far  `[10, H, W]`
 * @returns    `[3, H, W]` and `[6, H, W]`: rr, rg, rb, gg, gb, bb
 */
export function nearbyColours(
  near: Raster,
  far: Raster,
  { whole, share, floor }: ColourMixing,
): { readonly mean: Raster; readonly covariance: Raster } {
  const { height, width } = near;
  const mean = raster(3, height, width);
  const covariance = raster(6, height, width);
  using call = new KernelCall();
  const close = call.read(near.data);
  const wide = call.read(far.data);
  const all = call.read(Float32Array.from(whole));
  const means = call.write(mean.data);
  // prettier-ignore
  kernelExports().nearbyColours(close, wide, all, share, floor, means, call.write(covariance.data), height * width);
  return { mean, covariance };
}

/** A frame, what is thought to lie beneath, and how sure that is; all of one size. */
interface Estimate {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` */
  readonly background: Raster;
  /** `[1, H, W]` */
  readonly spread: Raster;
}

/** How doubt in a background is counted. */
interface DoubtScale {
  /** Share of the range over 3×3 pixels. */
  readonly range: number;
  /** Variance that means nothing. */
  readonly noise: number;
  /** Distance from which the background is in the clear. */
  readonly clear: number;
}

/**
 * Variance of a background by its spread `s` and its range `ρ` over 3×3 pixels in the widest channel, `(s/2)² + (range·ρ)²`; and
 * where it is in the clear how far it is off, `max(0, Σ_c (I−B)²/3 − noise)`, and 1; elsewhere both are 0.
 *
 * @param distance `[1, H, W]`
 * @returns        `[1, H, W]` and `[2, H, W]`
 */
export function backgroundDoubt(
  { frame, background, spread }: Estimate,
  distance: Raster,
  { range, noise, clear }: DoubtScale,
): { readonly variance: Raster; readonly outside: Raster } {
  const { height, width } = frame;
  const variance = raster(1, height, width);
  const outside = raster(2, height, width);
  using call = new KernelCall();
  const seen = call.read(frame.data);
  const beneath = call.read(background.data);
  const spreads = call.read(spread.data);
  const distances = call.read(distance.data);
  const to = call.write(variance.data);
  const off = call.write(outside.data);
  const rows = call.scratch(8 * (width + PADDING));
  // prettier-ignore
  kernelExports().backgroundDoubt(seen, beneath, spreads, distances, to, off, rows, width, height, range, noise, clear);
  return { variance, outside };
}

/** What alpha is weighed with, pixel by pixel; all of one size. */
export interface MattePixels {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` */
  readonly background: Raster;
  /** `[3, H, W]` of the subject's colours */
  readonly mean: Raster;
  /** `[6, H, W]` */
  readonly covariance: Raster;
  /** `[1, H, W]` of the background */
  readonly variance: Raster;
  /** `[2, H, W]`: `nearby₀/(nearby₁ + 10⁻³)` comes on top of the variance */
  readonly nearby: Raster;
  /** `[H·W]`: 0 where there is nothing of the subject, 1 where there is nothing else, else 2 + the histogram's bin */
  readonly kinds: Uint8Array;
  /** `[bins, 11]` logarithms of probabilities; undefined for even ones */
  readonly prior: readonly number[] | undefined;
}

/** How alpha is weighed. */
export interface MatteScale {
  /** Variance of what is seen. */
  readonly noise: number;
  /** Largest squared Mahalanobis distance that counts. */
  readonly limit: number;
  /** Share of the likelihood that counts. */
  readonly share: number;
  /** A posterior mean this close to 0 or to 1 is that. */
  readonly doubt: number;
  /** Contrast from which a pixel counts in the histogram. */
  readonly telling: number;
}

/**
 * Posterior mean of alpha where it is not given by a pixel's kind: for each `a` in 0, 0.1, … 1 the logarithm of its probability is
 * `share·(−½ min(rᵀC⁻¹r, limit) − ½ log |C|) + prior`, with `r = I − B − a(μ − B)` and `C = a²Σ + ((1−a)²v + noise)·1`.
 *
 * @param histogram `[bins, 11]`, the posterior of every pixel where subject and background differ clearly is added to it
 * @returns         `[1, H, W]`
 */
export function matteAlpha(
  pixels: MattePixels,
  scale: MatteScale,
  histogram: Float64Array,
): Raster {
  const { height, width } = pixels.frame;
  const out = raster(1, height, width);
  // Rows of eleven are read as twelve.
  const priors = new Float32Array(histogram.length + 1);
  if (pixels.prior !== undefined) priors.set(pixels.prior);
  using call = new KernelCall();
  const frame = call.read(pixels.frame.data);
  const background = call.read(pixels.background.data);
  const mean = call.read(pixels.mean.data);
  const covariance = call.read(pixels.covariance.data);
  const variance = call.read(pixels.variance.data);
  const nearby = call.read(pixels.nearby.data);
  const kinds = call.read(pixels.kinds);
  const prior = call.read(priors);
  const to = call.write(out.data);
  const bins = call.update(histogram);
  const scratch = call.scratch(8 * (LEVELS + 1));
  const { noise, limit, share, doubt, telling } = scale;
  // prettier-ignore
  kernelExports().matteAlpha(frame, background, mean, covariance, variance, nearby, kinds, prior, to, bins, scratch, height * width, noise, limit, share, doubt, telling);
  return out;
}
