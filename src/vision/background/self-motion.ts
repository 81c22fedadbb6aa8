import { gaussian } from "../../kernels/gaussian.ts";
import { compose, type Homography } from "../../kernels/homography.ts";
import { scoped } from "../../kernels/memory.ts";
import { erode } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { medianOfSamples } from "../../kernels/samples.ts";
import { homographyField, sampleLinear } from "../../kernels/warp.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";
import type { AlignedSamples } from "./align-samples.ts";
import type { CanvasPlan, SampleView } from "./canvas.ts";
import { darkening, darkerThanUsual, suspectRegions } from "./darkening.ts";
import {
  type Centres,
  measureFootprints,
  withinFootprints,
} from "./footprints.ts";
import type { FusedSamples } from "./mode-fusion.ts";

/** How much the ground changes by itself, as sums over places and samples far from the subjects. */
export interface UnrestSums {
  /** Squared darkening while the subject has not come yet, and pixels. */
  readonly before: readonly [number, number];
  /** The same once it has passed. */
  readonly after: readonly [number, number];
}

/** What a canvas knows of ground that moves by itself. */
export interface SelfMotion {
  /** `[3, H, W]`: per pixel the samples nearest in time to the key frame that show neither subject nor effect. */
  readonly bare: Raster;
  /** `[3, h, w]`, a quarter of the size: the median of the samples far from the subjects. */
  readonly usual: Raster;
  /** `[1, h, w]`: root mean square of the darkening there, of ±1. */
  readonly unrest: Raster;
  /** `[N, 2h, 2w]`, see `measureFootprints`. */
  readonly footprints: Raster;
}

/** What is smooth is looked at at a quarter of the size. */
export const COARSENESS = 4;
/** A subject and its effects are far from here, as a share of the frame's height; from the study of moving backgrounds. */
const FAR_SHARE = 0.25;
/** Far samples without which a place's median takes all that show background. */
const FEWEST_FAR = 3;
/** Coarse pixels over which the unrest of a place is pooled. */
const POOLING_PIXELS = 3;
/** Coarse pixels around an effect that do not count as bare. */
const EFFECT_MARGIN = 2;
/** Frames in which moving ground becomes another; 8 and 16 left .4 dB less beneath the effect on caustics. */
const MEMORY_FRAMES = 4;
/** Rounds in which what is usual and the footprints are told from each other; a third changed nothing on caustics. */
const FOOTPRINT_ROUNDS = 2;
/** A sample counts no less than this, so that any bare one is better than none. */
const LEAST_WEIGHT = 1e-6;

/** Deviation of the darkening of a clip, natural logarithm, from which its ground moves by itself: caustics .125, a car whose shadow is left behind .058, panning and standing cameras over firm ground .001 to .02. */
const RESTLESS = 0.085;
/** Both before and after a subject passes there must be as many pixels to say that ground moves. */
const FEWEST_PIXELS = 200;

/**
 * The root mean square of the darkening without a subject near, of one or more canvases; the smaller of those before and after the
 * subjects pass, because what they leave behind is not the ground's own.
 *
 * @returns 0 where nothing is known
 */
export function unrestDeviation(sums: readonly UnrestSums[]): number {
  const sides = (["before", "after"] as const).flatMap((side) => {
    let squares = 0;
    let pixels = 0;
    for (const sum of sums) {
      squares += sum[side][0];
      pixels += sum[side][1];
    }
    return pixels < FEWEST_PIXELS ? [] : [Math.sqrt(squares / pixels)];
  });
  return sides.length === 0 ? 0 : Math.min(...sides);
}

/** Whether a clip's ground moves by itself. */
export const moves = (unrest: number): boolean => unrest >= RESTLESS;

/** Whether a canvas may be one of such a clip. */
export const mayMove = (unrest: number): boolean => unrest >= RESTLESS / 2;

/** A sample at a quarter of the size. */
interface CoarseSample {
  readonly colour: Raster;
  /** `[1, h, w]`, 1 or 0. */
  readonly shown: Raster;
  /** `[1, h, w]` distance to the nearest subject in shares of the frame's height. */
  readonly distance: Raster;
}

/** The samples of a canvas at a quarter of the size, and what they are like where subjects are far. */
export interface CoarseSamples {
  readonly samples: readonly CoarseSample[];
  readonly usual: Raster;
  /** Per sample, its `darkening` against the usual. */
  readonly darker: readonly Raster[];
}

/**
 * Looks at the samples of a canvas from afar.
 *
 * @param views in the order of `plan.samples`
 */
export function coarsen(
  plan: CanvasPlan,
  views: readonly SampleView[],
  aligned: AlignedSamples,
  vision: VisionLibrary,
): CoarseSamples {
  const height = Math.max(1, Math.round(plan.height / COARSENESS));
  const width = Math.max(1, Math.round(plan.width / COARSENESS));
  const frameHeight = views[0]!.subjects.height;
  const samples = views.map((view, k) =>
    scoped(() => ({
      colour: shrink(aligned.colours[k]!, height, width),
      shown: binary(shrink(aligned.valid[k]!, height, width), 0.9),
      distance: sampleLinear(
        subjectDistance(view.subjects, vision),
        homographyField(
          compose(
            compose(view.firstToFrame, plan.canvasToFirst),
            enlarging(plan.width / width, plan.height / height),
          ),
          height,
          width,
        ),
        0,
      ),
    })),
  );
  const colours = samples.map(({ colour }) => colour);
  const usual = scoped(() => {
    const far = medianOfSamples({
      height,
      width,
      colours,
      weights: samples.map(farOnly),
    });
    const any = medianOfSamples({
      height,
      width,
      colours,
      weights: samples.map(({ shown }) => shown),
    });
    const area = height * width;
    for (let i = 0; i < area; i++) {
      if (far.count.data[i]! >= FEWEST_FAR) continue;
      for (let at = i; at < 3 * area; at += area)
        far.colour.data[at] = any.colour.data[at]!;
    }
    return far.colour;
  });
  return {
    samples,
    usual,
    darker: samples.map(({ colour, shown }) =>
      scoped(() => darkening(colour, usual, shown, frameHeight / COARSENESS)),
    ),
  };
}

/** Samples of which is known what travels with the subjects. */
export interface TracedSamples extends CoarseSamples {
  /** See `measureFootprints`. */
  readonly footprints: Raster;
  /** See `withinFootprints`. */
  readonly within: readonly Raster[] | undefined;
}

/**
 * Looks again at what is usual, without the samples that lie where ground is dark beside a subject all along: where a shadow lies apart
 * from its subject, far is not far enough, and where it stays for long it is the usual. What is excluded is told by where it
 * is, not by being dark, or what is left would be what is bright.
 *
 * @param centres     a sample, of the subjects, in pixels at a quarter of the canvas
 * @param unrest      of the canvas
 * @param frameHeight in pixels
 */
export function traceSubjects(
  coarse: CoarseSamples,
  centres: readonly Centres[],
  unrest: number,
  frameHeight: number,
): TracedSamples {
  const { samples } = coarse;
  const shown = samples.map((sample) => sample.shown);
  let { usual, darker } = coarse;
  let footprints = measureFootprints(darker, shown, centres, unrest);
  let within = withinFootprints(footprints, centres);
  for (let round = 1; round <= FOOTPRINT_ROUNDS; round++) {
    if (within === undefined) break;
    usual = usualOutside(samples, within, usual);
    darker = samples.map((sample) =>
      scoped(() =>
        darkening(sample.colour, usual, sample.shown, frameHeight / COARSENESS),
      ),
    );
    if (round === FOOTPRINT_ROUNDS) break;
    footprints = measureFootprints(darker, shown, centres, unrest);
    within = withinFootprints(footprints, centres);
  }
  return { samples, usual, darker, footprints, within };
}

/** The median of the samples outside the footprints; as `usual` has it where these are too few. */
function usualOutside(
  samples: readonly CoarseSample[],
  within: readonly Raster[],
  usual: Raster,
): Raster {
  const { height, width } = usual;
  return scoped(() => {
    const { colour, count } = medianOfSamples({
      height,
      width,
      colours: samples.map((sample) => sample.colour),
      weights: samples.map(({ shown }, k) => {
        const out = raster(1, height, width);
        for (let i = 0; i < out.data.length; i++)
          out.data[i] = within[k]!.data[i]! > 1 ? 0 : shown.data[i]!;
        return out;
      }),
    });
    const area = height * width;
    for (let i = 0; i < area; i++) {
      if (count.data[i]! >= FEWEST_FAR) continue;
      for (let at = i; at < 3 * area; at += area)
        colour.data[at] = usual.data[at]!;
    }
    return colour;
  });
}

/** Sums up how much the ground changes by itself, before and after the subjects are nearest to each place. */
export function unrestOf({ samples, darker }: CoarseSamples): UnrestSums {
  const before: [number, number] = [0, 0];
  const after: [number, number] = [0, 0];
  const area = samples[0]!.shown.data.length;
  for (let i = 0; i < area; i++) {
    let nearest = 0;
    samples.forEach(({ distance }, k) => {
      if (distance.data[i]! < samples[nearest]!.distance.data[i]!) nearest = k;
    });
    samples.forEach(({ shown, distance }, k) => {
      if (shown.data[i] === 0 || distance.data[i]! < FAR_SHARE) return;
      const sums = k < nearest ? before : after;
      sums[0] += darker[k]!.data[i]! ** 2;
      sums[1]++;
    });
  }
  return { before, after };
}

/**
 * What a canvas knows of ground that moves by itself.
 *
 * @param plan   of the canvas
 * @param fused  what is shown where no sample is bare
 * @param unrest of the whole canvas
 */
export function measureSelfMotion(
  plan: CanvasPlan,
  aligned: AlignedSamples,
  coarse: TracedSamples,
  fused: FusedSamples,
  unrest: number,
): SelfMotion {
  const { height, width } = aligned;
  const area = height * width;
  const bare = raster(3, height, width);
  const total = raster(1, height, width);
  plan.samples.forEach((frame, k) => {
    const weight = Math.max(
      LEAST_WEIGHT,
      Math.exp(-Math.abs(frame - plan.keyframe) / MEMORY_FRAMES),
    );
    scoped(() => {
      const shown = bareArea(coarse, k, unrest, height, width).data;
      const colour = aligned.colours[k]!.data;
      const valid = aligned.valid[k]!.data;
      for (let i = 0; i < area; i++) {
        const counts = weight * shown[i]! * valid[i]!;
        if (counts < LEAST_WEIGHT / 10) continue;
        total.data[i]! += counts;
        for (let at = i; at < 3 * area; at += area)
          bare.data[at]! += counts * colour[at]!;
      }
    });
  });
  for (let i = 0; i < area; i++) {
    const weight = total.data[i]!;
    for (let at = i; at < 3 * area; at += area)
      bare.data[at] =
        weight > 0 ? bare.data[at]! / weight : fused.colour.data[at]!;
  }
  return {
    bare,
    usual: coarse.usual,
    unrest: localUnrest(coarse, unrest),
    footprints: coarse.footprints,
  };
}

/**
 * Where a sample shows nothing that may be a subject's effect, 0…1 with soft edges, enlarged: outside the footprints, whatever is dark there,
 * or where there are none, outside what is dark. To leave out what is dark beside footprints too made .3 dB more of caustics' effect
 * and .9 dB less of what is beside it, because what was left was too bright.
 */
function bareArea(
  { samples, darker, within }: TracedSamples,
  k: number,
  unrest: number,
  height: number,
  width: number,
): Raster {
  const { distance, shown } = samples[k]!;
  const bare = scoped(() => {
    if (within === undefined) {
      const stands = darkerThanUsual(darker[k]!, distance, unrest);
      const suspect = suspectRegions(stands, EFFECT_MARGIN);
      return suspect.data.map((s) => 1 - s);
    }
    return shown.data.map((s, i) => (within[k]!.data[i]! > 1 ? 0 : s));
  });
  const coarse = raster(1, shown.height, shown.width, bare);
  return resizeLinear(erode(gaussian(coarse, 1), 1), height, width);
}

/** Per place the root mean square of the darkening while the subjects are far, pooled with its surroundings. */
function localUnrest(
  { samples, darker }: CoarseSamples,
  unrest: number,
): Raster {
  const { height, width } = samples[0]!.shown;
  const sums = raster(2, height, width);
  const area = height * width;
  samples.forEach((sample, k) => {
    for (let i = 0; i < area; i++) {
      if (sample.shown.data[i] === 0 || sample.distance.data[i]! < FAR_SHARE)
        continue;
      sums.data[i]! += darker[k]!.data[i]! ** 2;
      sums.data[area + i]!++;
    }
  });
  const pooled = gaussian(sums, POOLING_PIXELS).data;
  const out = raster(1, height, width);
  const prior = 0.3;
  for (let i = 0; i < area; i++)
    out.data[i] = Math.sqrt(
      (pooled[i]! + prior * unrest * unrest) / (pooled[area + i]! + prior),
    );
  return out;
}

function farOnly({ shown, distance }: CoarseSample): Raster {
  const out = raster(1, shown.height, shown.width);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = distance.data[i]! > FAR_SHARE ? shown.data[i]! : 0;
  return out;
}

/** Distance to the nearest subject in shares of the frame's height; large where there is none. */
export function subjectDistance(
  subjects: Raster,
  vision: VisionLibrary,
): Raster {
  const { height, width } = subjects;
  const core = binary(subjects, 0.3);
  if (!core.data.includes(1))
    return raster(1, height, width, core.data.fill(width / height));
  const distance = vision.distance(core);
  for (let i = 0; i < distance.data.length; i++) distance.data[i]! /= height;
  return distance;
}

function binary(picture: Raster, above: number): Raster {
  const out = raster(1, picture.height, picture.width);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = picture.data[i]! > above ? 1 : 0;
  return out;
}

/** Enlarges coordinates, pixel centres at half-integers of the area. */
export const enlarging = (x: number, y: number): Homography => [
  x,
  0,
  (x - 1) / 2,
  0,
  y,
  (y - 1) / 2,
  0,
  0,
  1,
];
