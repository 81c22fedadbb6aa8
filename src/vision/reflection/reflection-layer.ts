import { raster, type Raster } from "../../kernels/raster.ts";
import { ALPHA_LEVELS, type EdgePrior } from "../matting/edge-prior.ts";
import type { ReflectionImage } from "../frame-evidence.ts";
import { opacityAt, type ReflectionLook } from "./reflection-fade.ts";
import {
  reflectionLikelihoods,
  type ReflectionLikelihoods,
  type ReflectionScene,
} from "./reflection-likelihood.ts";
import { writePosterior } from "./reflection-prior.ts";
import {
  warpReflection,
  type ReflectionPatch,
  type ReflectionPose,
} from "./reflection-warp.ts";
import { pixelUnit } from "../image/pixel-unit.ts";
import { cutSubject, tintCut } from "./subject-cut.ts";

/** Where one frame's mirror image lies, at the size at which it was fitted. */
export interface FramePose {
  /** Row of the mirror line at the subject's centre, in pixels. */
  readonly row: number;
  /** Rows per column by which the line leans. */
  readonly tilt: number;
  /** The subject's centre column, in pixels. */
  readonly centre: number;
  /** First row of the mirror image. */
  readonly top: number;
  /** Per row from `top` on: pixels to the right. */
  readonly shifts: readonly number[];
}

/** What a mirror does to a subject in every frame. */
export interface ReflectionShape extends ReflectionLook {
  /** Size of the pictures that it was fitted to, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Height of the mirror image over the height of the subject. */
  readonly kappa: number;
}

/** Everything that is known of one subject's reflection over the clip, as plain JSON. */
export interface ReflectionFit extends ReflectionShape {
  /** Per frame; null where the subject's foot is not seen. */
  readonly poses: readonly (FramePose | null)[];
  /** How coverage is distributed around the outline. */
  readonly prior: EdgePrior;
}

/** A frame and one subject in it; all of one size. */
export interface ReflectedSubject extends ReflectionScene {
  /** `[1, H, W]` alpha of the subject itself. */
  readonly objectAlpha: Raster;
}

/** Units around the flipped subject that its patch holds; set once, with no other value on record. */
const PATCH_MARGIN_UNITS = 6;
/** Units outside the image's outline where the zone begins to fade in which the layer's one effect colour does not count; set once, with no other value on record. */
const ZONE_START_UNITS = 1;
/** Units over which it fades; set once, with no other value on record. */
const ZONE_WIDTH_UNITS = 4;

/**
 * A subject's reflection as the fitted mirror shows it: the frame's own subject, flipped, scaled, shifted row by row and
 * tinted, and the alpha with which it lies over the background: the row's opacity times the posterior mean of the coverage.
 *
 * @param frameIndex 0-based
 */
export function reflectSubject(
  fit: ReflectionFit,
  frameIndex: number,
  input: ReflectedSubject,
): ReflectionImage {
  const { height, width } = input.frame;
  const out: ReflectionImage = {
    alpha: raster(1, height, width),
    zone: raster(1, height, width),
    colour: raster(3, height, width),
    coverage: raster(1, height, width),
    fade: raster(1, height, width),
  };
  const own = fit.poses[frameIndex] ?? null;
  const image = own === null ? undefined : reflectionImage(fit, own, input);
  if (image === undefined) return out;
  const unit = unitOf(fit, height);
  for (let y = 0; y < height; y++) {
    const opacity = opacityAt(fit.fade, y - image.pose.row, unit);
    out.fade.data.fill(opacity, y * width, (y + 1) * width);
  }
  writePatch(out, image.patch, image.likelihoods, fit.prior);
  return out;
}

const unitOf = (shape: ReflectionShape, height: number): number =>
  (pixelUnit(shape.height, shape.width) * height) / shape.height;

/** A mirror image in its place, and what the pixels around it say of its coverage. */
export interface PlacedImage {
  readonly pose: ReflectionPose;
  readonly patch: ReflectionPatch;
  readonly likelihoods: ReflectionLikelihoods;
}

/**
 * Places a subject's mirror image in a frame of any size.
 *
 * @returns undefined when the subject or its image is not in the picture
 */
export function reflectionImage(
  shape: ReflectionShape,
  own: FramePose,
  input: ReflectedSubject,
): PlacedImage | undefined {
  const { height, width } = input.frame;
  const subject = cutSubject(input.frame, input.background, input.objectAlpha);
  if (subject === undefined) return undefined;
  const across = width / shape.width;
  const unit = unitOf(shape, height);
  const pose = enlargePose(own, shape.kappa, across, height / shape.height);
  const cut = {
    ...tintCut(subject, shape.tint),
    centre: (own.centre + 0.5) * across - 0.5,
  };
  const patch = warpReflection(
    cut,
    pose,
    height,
    width,
    Math.ceil(PATCH_MARGIN_UNITS * unit),
  );
  if (patch === undefined) return undefined;
  const likelihoods = reflectionLikelihoods(
    patch,
    pose,
    shape.fade,
    input,
    unit,
  );
  return { pose, patch, likelihoods };
}

/** The pose in a picture `across` times as wide and `down` times as high as the one that it was fitted to. */
function enlargePose(
  own: FramePose,
  kappa: number,
  across: number,
  down: number,
): ReflectionPose {
  const top = Math.floor(own.top * down);
  const rows = Math.ceil((own.top + own.shifts.length) * down) - top;
  const last = own.shifts.length - 1;
  return {
    row: (own.row + 0.5) * down - 0.5,
    tilt: (own.tilt * down) / across,
    scale: kappa,
    top,
    shifts: Float32Array.from({ length: last < 0 ? 0 : rows }, (_, k) => {
      const at = (top + k + 0.5) / down - 0.5 - own.top;
      const near = Math.min(last, Math.max(0, Math.floor(at)));
      const far = Math.min(last, near + 1);
      const share = Math.min(1, Math.max(0, at - near));
      return (
        across *
        (own.shifts[near]! + share * (own.shifts[far]! - own.shifts[near]!))
      );
    }),
  };
}

function writePatch(
  out: ReflectionImage,
  patch: ReflectionPatch,
  likelihoods: ReflectionLikelihoods,
  prior: EdgePrior,
): void {
  const { coverage, colour } = patch;
  const patchArea = coverage.data.length;
  const area = out.alpha.data.length;
  const target = (i: number): number =>
    (patch.top + Math.floor(i / coverage.width)) * out.alpha.width +
    patch.left +
    (i % coverage.width);
  for (let i = 0; i < patchArea; i++) {
    const to = target(i);
    const away = likelihoods.distance.data[i]! - ZONE_START_UNITS;
    out.zone.data[to] = Math.min(1, Math.max(0, 1 - away / ZONE_WIDTH_UNITS));
    out.coverage.data[to] = coverage.data[i]!;
    for (let c = 0; c < 3; c++)
      out.colour.data[c * area + to] = colour.data[c * patchArea + i]!;
  }
  const posterior = new Float64Array(ALPHA_LEVELS);
  likelihoods.pixels.forEach((i, k) => {
    writePosterior(
      likelihoods.logLikelihoods,
      k * ALPHA_LEVELS,
      likelihoods.bins[k]!,
      prior,
      posterior,
    );
    let mean = 0;
    for (let a = 0; a < ALPHA_LEVELS; a++) mean += posterior[a]! * a;
    out.alpha.data[target(i)] =
      (likelihoods.opacities[k]! * mean) / (ALPHA_LEVELS - 1);
  });
}
