import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** Below this width a sampled kernel is cheaper and more exact than repeated boxes. */
const LARGEST_SAMPLED_SIGMA = 2;
/** Where a sampled kernel ends, in σ: what lies beyond is 5·10⁻⁴ of the whole. */
const SAMPLED_REACH = 3.5;
/** Box means in a row that stand for a Gaussian: three come within 3 % of it (SVG 1.1, feGaussianBlur). */
const BOX_PASSES = 3;

/**
 * Gaussian filter of every plane, borders replicated: `out(p) = Σ_d g(d)·source(clamp(p + d))`, `g` normalised. Narrow kernels are
 * sampled to 3.5 σ; wide ones are three extended boxes, whose cost does not depend on σ (Gwosdek et al., "Theoretical foundations of
 * Gaussian convolution by extended box filtering", SSVM 2011).
 *
 * @param source `[C, H, W]`
 * @param sigma  standard deviation in pixels, > 0
 * @returns      `[C, H, W]`, a new raster
 */
export function gaussian(source: Raster, sigma: number): Raster {
  if (sigma > LARGEST_SAMPLED_SIGMA) {
    const { radius, edge } = extendedBox(sigma);
    return boxes(source, radius, edge, BOX_PASSES);
  }
  const { channels, height, width } = source;
  const out = raster(channels, height, width);
  const taps = gaussianKernel(sigma);
  const radius = (taps.length - 1) >> 1;
  const area = height * width;
  using call = new KernelCall();
  const from = call.read(source.data);
  const to = call.write(out.data);
  const across = call.scratch(4 * area);
  const padded = call.scratch(4 * (width + 2 * radius + PADDING));
  const weights = call.read(taps);
  for (let c = 0; c < channels; c++) {
    const at = 4 * c * area;
    // prettier-ignore
    kernelExports().convolveSeparable(from + at, to + at, across, padded, width, height, weights, radius);
  }
  return out;
}

/** Pixels from which on nothing counts in a Gaussian of this width. */
export const gaussianReach = (sigma: number): number =>
  sigma > LARGEST_SAMPLED_SIGMA
    ? BOX_PASSES * (extendedBox(sigma).radius + 1)
    : samplingRadius(sigma);

/** Values behind a padded row that a vector may read and nothing uses. */
const PADDING = 4;

/**
 * Mean over a `(2·radius+1)²` window of every plane, borders replicated.
 *
 * @param source `[C, H, W]`
 */
export const boxMean = (source: Raster, radius: number): Raster =>
  boxes(source, radius, 0, 1);

/** Extended boxes in a row: whole weight within `radius`, weight `edge` on the pixel beyond on each side. */
function boxes(
  source: Raster,
  radius: number,
  edge: number,
  passes: number,
): Raster {
  const { channels, height, width } = source;
  const out = raster(channels, height, width);
  const area = height * width;
  using call = new KernelCall();
  const from = call.read(source.data);
  const to = call.write(out.data);
  const a = call.scratch(4 * area);
  const b = call.scratch(4 * area);
  const sums = call.scratch(8 * Math.max(width, height));
  for (let c = 0; c < channels; c++) {
    const at = 4 * c * area;
    // prettier-ignore
    kernelExports().repeatedBox(from + at, to + at, a, b, sums, width, height, radius, edge, passes);
  }
  return out;
}

/** The box of whose `BOX_PASSES`-fold repetition the variance is σ². */
function extendedBox(sigma: number): { radius: number; edge: number } {
  const variance = (sigma * sigma) / BOX_PASSES;
  const radius = Math.floor(0.5 * Math.sqrt(12 * variance + 1) - 0.5);
  const edge =
    ((2 * radius + 1) * (radius * (radius + 1) - 3 * variance)) /
    (6 * (variance - (radius + 1) * (radius + 1)));
  return { radius, edge };
}

const samplingRadius = (sigma: number): number =>
  Math.max(1, Math.ceil(SAMPLED_REACH * sigma));

function gaussianKernel(sigma: number): Float32Array {
  const radius = samplingRadius(sigma);
  const taps = new Float32Array(2 * radius + 1);
  let sum = 0;
  for (let i = -radius; i <= radius; i++) {
    const value = Math.exp((-0.5 * i * i) / (sigma * sigma));
    taps[i + radius] = value;
    sum += value;
  }
  return taps.map((v) => v / sum);
}
