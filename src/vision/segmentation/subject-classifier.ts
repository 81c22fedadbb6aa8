import { chamferDepth } from "../masks/chamfer-depth.ts";
import type { SeededRandom } from "../../autodiff/seeded-random.ts";
import { cut, partAround, type Part } from "../image/rect.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";
import { augmentedMask } from "./mask-augmentation.ts";
import type { Samples } from "./forest.ts";
import type { FrameView } from "./frame-view.ts";
import { frameFeatures } from "./frame-features.ts";
import { motionFeatures } from "./motion-features.ts";
import { maskPlace, priorFeatures, type MaskPlace } from "./prior-features.ts";

/** Pixels that each variant of a mask teaches; set once, with no other value on record. */
const SAMPLES_PER_VARIANT = 1000;
/** How far around a subject it is looked for, as a share of its size, and at least, in pixels. */
const MARGIN_SHARE = 0.35;
/** Those pixels; set once, with no other value on record. */
const LEAST_MARGIN_PIXELS = 14;
/** Near the edge is within this share of the subject's size. */
const EDGE_SHARE_OF_SIZE = 0.12;

/** The part of a frame in which a subject is looked for; undefined for an empty mask. */
export function searchPart(mask: Raster): Part | undefined {
  const place = maskPlace(mask);
  if (place === undefined) return undefined;
  const margin = Math.max(LEAST_MARGIN_PIXELS, MARGIN_SHARE * place.size);
  return partAround(mask, 0.3, Math.round(margin));
}

/** A part of a frame with what can be said of its pixels whatever mask is expected. */
export interface FrameSurroundings {
  readonly view: FrameView;
  readonly part: Part;
  readonly looks: readonly Float32Array[];
}

/** Looks at a part of a frame. */
export const frameSurroundings = (
  view: FrameView,
  part: Part,
): FrameSurroundings => ({
  view,
  part,
  looks: frameFeatures(view, part),
});

/**
 * All features of a part's pixels beside an expected mask, in a fixed order; undefined when the mask does not reach into
 * the part.
 *
 * @param prior  `[1, H, W]`
 * @param within `prior` in the part, where something else than a cut is wanted
 */
export function allFeatures(
  { view, part, looks }: FrameSurroundings,
  prior: Raster,
  vision: VisionLibrary,
  within: Raster = cut(prior, part),
): Float32Array[] | undefined {
  const place = maskPlace(within);
  if (place === undefined) return undefined;
  return [
    ...looks,
    ...motionFeatures(view.motion, prior, part),
    ...priorFeatures(within, place, vision),
  ];
}

/**
 * Samples of one frame and its mask, as they look beside slightly wrong predictions of that mask; two thirds of them near
 * the mask's edge, where decisions are made.
 *
 * @param mask          `[1, H, W]`; values near one half teach nothing
 * @param deformations  how many predictions
 * @returns             undefined for an empty mask
 */
export function trainingSamples(
  around: FrameSurroundings,
  mask: Raster,
  deformations: number,
  weight: number,
  random: SeededRandom,
  vision: VisionLibrary,
): Samples | undefined {
  const inside = cut(mask, around.part);
  const place = maskPlace(inside);
  if (place === undefined) return undefined;
  const { near, far } = pools(inside, place, vision);
  if (near.length === 0 || far.length === 0) return undefined;
  const count = deformations * SAMPLES_PER_VARIANT;
  const columns: Float32Array[] = [];
  const labels = new Uint8Array(count);
  for (let k = 0; k < deformations; k++) {
    const expected = augmentedMask(inside, place, random);
    const features = allFeatures(around, mask, vision, expected);
    if (features === undefined) return undefined;
    features.forEach((_, f) => (columns[f] ??= new Float32Array(count)));
    for (let s = 0; s < SAMPLES_PER_VARIANT; s++) {
      const pool = s % 3 === 0 ? far : near;
      const i = pool[random.below(pool.length)]!;
      const at = k * SAMPLES_PER_VARIANT + s;
      for (let f = 0; f < features.length; f++)
        columns[f]![at] = features[f]![i]!;
      labels[at] = inside.data[i]! > 0.5 ? 1 : 0;
    }
  }
  return { columns, labels, weights: new Float32Array(count).fill(weight) };
}

function pools(
  mask: Raster,
  place: MaskPlace,
  vision: VisionLibrary,
): { near: number[]; far: number[] } {
  const distance = chamferDepth(mask, vision).data;
  const reach = Math.max(4, EDGE_SHARE_OF_SIZE * place.size);
  const near: number[] = [];
  const far: number[] = [];
  mask.data.forEach((m, i) => {
    if (m > 0.25 && m < 0.75) return;
    (Math.abs(distance[i]!) < reach ? near : far).push(i);
  });
  return { near, far };
}

/** Puts training sets together. */
export function joinSamples(trainingSets: readonly Samples[]): Samples {
  const count = trainingSets.reduce((sum, l) => sum + l.labels.length, 0);
  const width = trainingSets[0]?.columns.length ?? 0;
  const columns = Array.from({ length: width }, () => new Float32Array(count));
  const labels = new Uint8Array(count);
  const weights = new Float32Array(count);
  let at = 0;
  for (const trainingSet of trainingSets) {
    trainingSet.columns.forEach((column, f) => {
      columns[f]!.set(column, at);
    });
    labels.set(trainingSet.labels, at);
    weights.set(trainingSet.weights, at);
    at += trainingSet.labels.length;
  }
  return { columns, labels, weights };
}
