import { seededRandom } from "../../autodiff/seeded-random.ts";
import { cut, paste } from "../image/rect.ts";
import { resizeLinear } from "../../kernels/resize.ts";
import { flowField, sampleLinear } from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";
import {
  colourCounts,
  normalised,
  type ColourProfile,
} from "./colour-profile.ts";
import {
  forestProbability,
  growTree,
  type Samples,
  type Tree,
} from "./forest.ts";
import type { Flow, FrameView } from "./frame-view.ts";
import { selectComponents } from "./select-components.ts";
import { expectedOverlap, smoothAlongColours } from "./smooth-along-colours.ts";
import {
  allFeatures,
  joinSamples,
  trainingSamples,
  frameSurroundings,
  searchPart,
} from "./subject-classifier.ts";

/** Trees of a forest that follows a subject; set once, with no other value on record. */
const PROPAGATION_TREES = 12;
/** Variants of a painted mask that are learnt from; set once, with no other value on record. */
const DEFORMATIONS = 6;
/** What was found in the frames before is learnt from as well, but trusted less than what was painted. */
const FOUND_WEIGHT = 0.5;
/** Variants of a mask that was found; set once, with no other value on record. */
const FOUND_DEFORMATIONS = 2;
/** Found frames that are learnt from at once, the last ones; set once, with no other value on record. */
const FOUND_FRAMES = 6;
/** Trees that a new frame brings; the oldest go, so that all are new after six frames. */
const NEW_TREES = 2;

/** What the painted frames teach. */
export interface TrainingMask {
  readonly trainingSets: readonly Samples[];
  readonly trees: readonly Tree[];
  readonly profiles: readonly ColourProfile[];
}

/**
 * Learns a subject from the frames in which it was painted.
 *
 * @param painted masks `[1, H, W]`; empty ones teach nothing
 */
export function trainOnMask(
  painted: readonly { readonly view: FrameView; readonly mask: Raster }[],
  vision: VisionLibrary,
): TrainingMask {
  const random = seededRandom(1);
  const trainingSets: Samples[] = [];
  const profiles: ColourProfile[] = [];
  for (const { view, mask } of painted) {
    const part = searchPart(mask);
    if (part === undefined) continue;
    const around = frameSurroundings(view, part);
    const trainingSet = trainingSamples(
      around,
      mask,
      DEFORMATIONS,
      1,
      random,
      vision,
    );
    if (trainingSet !== undefined) trainingSets.push(trainingSet);
    const counts = colourCounts(view.rgb, (i) => mask.data[i]! > 0.5);
    profiles.push(normalised(counts));
  }
  return {
    trainingSets,
    profiles,
    trees: grow(trainingSets, PROPAGATION_TREES, 1),
  };
}

function grow(
  trainingSets: readonly Samples[],
  count: number,
  seed: number,
): Tree[] {
  if (trainingSets.length === 0) return [];
  const samples = joinSamples(trainingSets);
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => growTree(samples, random));
}

/** Where the subject is in one frame, and what was learnt on the way there. */
export interface PropagatedMask {
  /** `[1, H, W]` probability */
  readonly mask: Raster;
  /** Expected intersection over union of the mask with the truth, if the probabilities are right. */
  readonly confidence: number;
  readonly found: readonly Samples[];
  readonly foundTrees: readonly Tree[];
}

/** A painted frame to follow from. */
export const propagationStart = (mask: Raster): PropagatedMask => ({
  mask,
  confidence: 1,
  found: [],
  foundTrees: [],
});

/**
 * Follows the subject into a neighbouring frame: the mask before, carried by the flow, is what is expected; a forest that
 * learnt from the painted frames and from the last ones found decides about every pixel around it.
 *
 * @param view   of the frame
 * @param flow   `[2, h, w]` from the frame to the one before it, at any size, in its pixels
 * @param others `[1, H, W]` probability of other subjects, where known
 */
export function propagateMask(
  teaching: TrainingMask,
  before: PropagatedMask,
  view: FrameView,
  flow: Flow,
  others: Raster | undefined,
  seed: number,
  vision: VisionLibrary,
): PropagatedMask {
  const { height, width } = view.rgb;
  const prior = sampleLinear(
    before.mask,
    flowField(enlarged(flow, height, width)),
  );
  const part = searchPart(prior);
  const around = part === undefined ? undefined : frameSurroundings(view, part);
  const features =
    around === undefined ? undefined : allFeatures(around, prior, vision);
  if (around === undefined || features === undefined)
    return {
      ...propagationStart(raster(1, height, width)),
      confidence: before.confidence,
    };
  const found = raster(
    1,
    around.part.bottom - around.part.top,
    around.part.right - around.part.left,
  );
  const trees = [...teaching.trees, ...before.foundTrees];
  found.data.set(forestProbability(trees, features));
  const guide = cut(view.rgb, around.part);
  const settled = smoothAlongColours(found, guide);
  if (others !== undefined) yieldTo(settled, cut(others, around.part));
  selectComponents(settled, cut(prior, around.part), guide, teaching.profiles);
  const mask = raster(1, height, width);
  paste(mask, settled, around.part);
  const trainingSet = trainingSamples(
    around,
    mask,
    FOUND_DEFORMATIONS,
    FOUND_WEIGHT,
    seededRandom(seed),
    vision,
  );
  const trainingSets =
    trainingSet === undefined
      ? before.found
      : [...before.found, trainingSet].slice(-FOUND_FRAMES);
  const young = grow(
    [...teaching.trainingSets, ...trainingSets],
    NEW_TREES,
    seed,
  );
  return {
    mask,
    confidence: expectedOverlap(settled),
    found: trainingSets,
    foundTrees: [...before.foundTrees, ...young].slice(-PROPAGATION_TREES),
  };
}

function enlarged(flow: Flow, height: number, width: number): Flow {
  const out = resizeLinear(flow, height, width);
  const area = height * width;
  for (let i = 0; i < area; i++) {
    out.data[i]! *= width / flow.width;
    out.data[area + i]! *= height / flow.height;
  }
  return out;
}

/** Two subjects cannot own one pixel: each keeps its share by the squares of both claims. */
function yieldTo(mask: Raster, others: Raster): void {
  for (let i = 0; i < mask.data.length; i++) {
    const mine = mask.data[i]! ** 2;
    const theirs = others.data[i]! ** 2;
    if (theirs > 0) mask.data[i]! *= mine / (mine + theirs + 1e-6);
  }
}
