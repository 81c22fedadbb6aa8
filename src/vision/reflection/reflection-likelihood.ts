import { gaussianLogLikelihood } from "../matting/gaussian-likelihood.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { localRange } from "../../kernels/morphology.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { ALPHA_LEVELS, edgeBin } from "../matting/edge-prior.ts";
import { opacityAt, type ReflectionFade } from "./reflection-fade.ts";
import type { ReflectionPatch, ReflectionPose } from "./reflection-warp.ts";
import { signedDistance } from "../image/signed-distance.ts";

/** What the pixels around a mirror image say of how much of it they show: its coverage β in 0, 0.1, … 1. */
export interface ReflectionLikelihoods {
  /** Pixels of the patch, n of them. */
  readonly pixels: Int32Array;
  /** `[n, 11]` log-likelihood of each β. */
  readonly logLikelihoods: Float32Array;
  /** `[n]` where the prior's values for the pixel's distance from the outline begin. */
  readonly bins: Uint8Array;
  /** `[n]` squared difference between β = 1 and β = 0 over its variance. */
  readonly contrasts: Float32Array;
  /** `[n]` opacity of the mirror image in the pixel's row. */
  readonly opacities: Float32Array;
  /** `[1, h, w]` of the patch: distance to the outline in units, negative inside. */
  readonly distance: Raster;
}

/** The frame that a mirror image lies in; all of one size. */
export interface ReflectionScene {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` */
  readonly background: Raster;
  /** `[1, H, W]` */
  readonly spread: Raster;
  /** `[1, H, W]` largest of all masks and subjects' alphas. */
  readonly occupied: Raster;
}

/** The six different entries of a covariance of three channels. */
const CHANNEL_PAIRS = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const;
/** Units outside the flipped outline up to which the image may go on; set once, with no other value on record. */
const IMAGE_BAND_UNITS = 4;
/** Units above the mirror line from which the image is looked for; set once, with no other value on record. */
const ROWS_ABOVE_UNITS = 2;
/** Share of other layers (0…1) above which a pixel says nothing of the image; set once, with no other value on record. */
const OCCUPIED_COVERAGE = 0.3;
/** Reach (σ) of the image's local colours, in units; set once, with no other value on record. */
const NEAR_IMAGE_SIGMA_UNITS = 2.5;
/** Reach where the local ones are too few, in units; set once, with no other value on record. */
const FAR_IMAGE_SIGMA_UNITS = 10;
/** Weight of the far ones beside the near; set once, with no other value on record. */
const FAR_SHARE = 0.02;
/** Blur and waves that the image's own statistics do not know of, as a variance. */
const IMAGE_VARIANCE_FLOOR = 0.0016;
/** Squared values (0…1): the noise floor of the residual. */
const IMAGE_NOISE_VARIANCE = 0.012 ** 2;
/** Share of the ground's local range that a small misregistration may cost: half of a matte's; set once, with no other value on record. */
const IMAGE_RANGE_SHARE = 0.05;
/** No pixel speaks against an alpha more strongly than this squared Mahalanobis distance; set once, with no other value on record. */
const LARGEST_IMAGE_SQUARED_DISTANCE = 30;
/** Statistics over Gaussians are computed on a coarser grid where a unit has more pixels than this. */
const COARSEST_UNIT = 1.5;

/**
 * Log-likelihoods of a mirror image's coverage around its outline: the pixel's colour is normal about
 * `B + aβ(μ − B)` with covariance `(aβ)²Σ + v·1`, where μ and Σ are the mirror image's colours nearby, `a` its row's opacity
 * and `v` the uncertainty of the background. The same reasoning as for the subject's own edge.
 *
 * @param patch tinted, with at least 4 units of margin
 * @param unit  pixels per unit of length
 */
export function reflectionLikelihoods(
  patch: ReflectionPatch,
  pose: ReflectionPose,
  fade: ReflectionFade,
  scene: ReflectionScene,
  unit: number,
): ReflectionLikelihoods {
  const { coverage } = patch;
  const { height, width } = coverage;
  const area = height * width;
  const picture = scene.frame;
  const pictureArea = picture.height * picture.width;
  const distance = signedDistance(coverage, unit);
  const firstRow = pose.top - ROWS_ABOVE_UNITS * unit - patch.top;
  const inPicture = (i: number): number =>
    (patch.top + Math.floor(i / width)) * picture.width +
    patch.left +
    (i % width);
  const found: number[] = [];
  for (let i = 0; i < area; i++) {
    if (
      distance.data[i]! >= IMAGE_BAND_UNITS ||
      Math.floor(i / width) < firstRow
    )
      continue;
    if (scene.occupied.data[inPicture(i)]! <= OCCUPIED_COVERAGE) found.push(i);
  }
  const n = found.length;
  const out = {
    pixels: Int32Array.from(found),
    logLikelihoods: new Float32Array(n * ALPHA_LEVELS),
    bins: new Uint8Array(n),
    contrasts: new Float32Array(n),
    opacities: new Float32Array(n),
    distance,
  };
  if (n === 0) return out;
  const colours = imageStatistics(patch, unit).data;
  const ranges = localRanges(scene.background, patch);
  const change = new Float64Array(3);
  const step = new Float64Array(3);
  const covariance = new Float64Array(6);
  for (let k = 0; k < n; k++) {
    const i = found[k]!;
    const at = inPicture(i);
    const opacity = opacityAt(
      fade,
      patch.top + Math.floor(i / width) - pose.row,
      unit,
    );
    let squared = 0;
    for (let c = 0; c < 3; c++) {
      const beneath = scene.background.data[c * pictureArea + at]!;
      change[c] = picture.data[c * pictureArea + at]! - beneath;
      step[c] = colours[c * area + i]! - beneath;
      squared += step[c]! ** 2;
    }
    for (let q = 0; q < 6; q++) covariance[q] = colours[(3 + q) * area + i]!;
    const variance =
      IMAGE_NOISE_VARIANCE +
      (0.5 * scene.spread.data[at]!) ** 2 +
      (IMAGE_RANGE_SHARE * ranges[i]!) ** 2;
    writeLogLikelihoods(
      change,
      step,
      covariance,
      variance,
      opacity,
      out.logLikelihoods.subarray(k * ALPHA_LEVELS, (k + 1) * ALPHA_LEVELS),
    );
    const own = opacity * opacity;
    const trace = covariance[0]! + covariance[3]! + covariance[5]!;
    out.bins[k] = edgeBin(distance.data[i]!);
    out.contrasts[k] = (own * squared) / ((own * trace) / 3 + variance);
    out.opacities[k] = opacity;
  }
  return out;
}

/** Mean (3 planes) and covariance (rr, rg, rb, gg, gb, bb) of the mirror image's straight colours around each pixel. */
function imageStatistics(patch: ReflectionPatch, unit: number): Raster {
  const { colour, coverage } = patch;
  const { height, width } = coverage;
  const coarse = unit > COARSEST_UNIT;
  const h = coarse ? Math.max(1, Math.round(height / unit)) : height;
  const w = coarse ? Math.max(1, Math.round(width / unit)) : width;
  const small = shrink(colour, h, w).data;
  const weight = shrink(coverage, h, w).data;
  const area = h * w;
  const moments = raster(10, h, w);
  for (let i = 0; i < area; i++) {
    const m = weight[i]!;
    moments.data[i] = m;
    const straight = 1 / Math.max(m, 1e-3);
    for (let c = 0; c < 3; c++)
      moments.data[(1 + c) * area + i] = small[c * area + i]!;
    CHANNEL_PAIRS.forEach(([p, q], k) => {
      moments.data[(4 + k) * area + i] =
        small[p * area + i]! * small[q * area + i]! * straight;
    });
  }
  const pixel = coarse ? 1 : unit;
  const near = gaussian(moments, NEAR_IMAGE_SIGMA_UNITS * pixel).data;
  const far = gaussian(moments, FAR_IMAGE_SIGMA_UNITS * pixel).data;
  for (let at = 0; at < near.length; at++) near[at]! += FAR_SHARE * far[at]!;
  const out = raster(9, h, w);
  for (let i = 0; i < area; i++) {
    const norm = 1 / (near[i]! + 1e-6);
    for (let c = 0; c < 3; c++)
      out.data[c * area + i] = near[(1 + c) * area + i]! * norm;
    CHANNEL_PAIRS.forEach(([p, q], k) => {
      const second = near[(4 + k) * area + i]! * norm;
      const product = out.data[p * area + i]! * out.data[q * area + i]!;
      const variance = second - product;
      out.data[(3 + k) * area + i] =
        p === q ? Math.max(0, variance) + IMAGE_VARIANCE_FLOOR : variance;
    });
  }
  return resizeLinear(out, height, width);
}

/** Largest range over 3×3 pixels of any channel of the background, on the patch. */
function localRanges(background: Raster, patch: ReflectionPatch): Float32Array {
  const { height, width } = patch.coverage;
  const own = raster(3, height, width);
  for (let c = 0; c < 3; c++) {
    const from = plane(background, c).data;
    const to = plane(own, c).data;
    for (let y = 0; y < height; y++) {
      const start = (patch.top + y) * background.width + patch.left;
      to.set(from.subarray(start, start + width), y * width);
    }
  }
  return localRange(own, 1).data;
}

function writeLogLikelihoods(
  change: Float64Array,
  step: Float64Array,
  covariance: Float64Array,
  variance: number,
  opacity: number,
  out: Float32Array,
): void {
  const [d0, d1, d2] = change as unknown as [number, number, number];
  const [v0, v1, v2] = step as unknown as [number, number, number];
  for (let k = 0; k < ALPHA_LEVELS; k++) {
    const a = (opacity * k) / (ALPHA_LEVELS - 1);
    const aa = a * a;
    out[k] = gaussianLogLikelihood(
      d0 - a * v0,
      d1 - a * v1,
      d2 - a * v2,
      aa * covariance[0]! + variance,
      aa * covariance[1]!,
      aa * covariance[2]!,
      aa * covariance[3]! + variance,
      aa * covariance[4]!,
      aa * covariance[5]! + variance,
      variance * variance * variance,
      LARGEST_IMAGE_SQUARED_DISTANCE,
    );
  }
}
