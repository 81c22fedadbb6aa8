import { seededRandom } from "../../autodiff/seeded-random.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { cut, paste, type Part } from "../image/rect.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { connectedComponents } from "../image/components.ts";
import type { Evidence } from "./change-evidence.ts";
import { expectedOverlap, smoothAlongColours } from "./smooth-along-colours.ts";
import {
  forestProbability,
  growTree,
  type Samples,
  type Tree,
} from "./forest.ts";
import { opponent } from "./frame-features.ts";
import type { MaskPlace } from "./prior-features.ts";
import { joinSamples } from "./subject-classifier.ts";

/** Smoothing (σ) of the fine colours, in pixels at half size; set once, with no other value on record. */
const FINE_TRACK_SIGMA_PIXELS = 1;
/** Smoothing (σ) of the coarse ones, in pixels at half size; set once, with no other value on record. */
const COARSE_TRACK_SIGMA_PIXELS = 3;
/** Pixels that a frame teaches, half of them the subject's; set once, with no other value on record. */
const SAMPLES_PER_FRAME = 1500;
/** Trees of the forest that knows a subject's appearance; set once, with no other value on record. */
const TRACK_TREES = 16;
/** How far around its expected place a subject is looked for, as a share of its size, and at least, in pixels. */
const MARGIN_OF_TRACK = 0.8;
/** Those pixels, at half size; set once, with no other value on record. */
const LEAST_MARGIN_OF_TRACK_PIXELS = 10;
/** Change of what surely belongs to the subject; change and motion of what surely does not. */
const SURE_CHANGE = 0.6;
/** Change below which nothing of a subject is there; set once, with no other value on record. */
const NO_CHANGE = 0.25;
/** Motion (0…1) below which nothing moves by itself; set once, with no other value on record. */
const STILL_MOTION = 0.2;
/** Sureness of the background (0…1) from which no change means background; set once, with no other value on record. */
const KNOWN_BACKGROUND = 0.7;
/** A detection may be the subject's only where its track's statistics speak against it no more than this, and is not beyond that. */
const DOUBTFUL = -0.5;
/** The upper end, in the logarithm of odds; set once, with no other value on record. */
const REFUTED = -1.5;
/** Only the tone of a shadow refutes as much as this. */
const SHADED = -3.5;
/** What is darker than the background may be a shadow or a dark subject: it teaches nothing. */
const LIT = 0.3;
/** Nearer to a detection than this share of the subject's size nothing is surely background. */
const DOUBTFUL_DISTANCE = 0.08;

/** Where a subject is expected in a frame, and the part of the frame in which it is looked for. */
export interface Expected {
  readonly place: MaskPlace;
  readonly part: Part;
}

/** The same place wider. */
export function expectedAt(
  place: MaskPlace,
  box: Part,
  height: number,
  width: number,
): Expected {
  const margin = Math.round(
    Math.max(LEAST_MARGIN_OF_TRACK_PIXELS, MARGIN_OF_TRACK * place.size),
  );
  return {
    place,
    part: {
      left: Math.max(0, box.left - margin),
      top: Math.max(0, box.top - margin),
      right: Math.min(width, box.right + margin),
      bottom: Math.min(height, box.bottom + margin),
    },
  };
}

/**
 * What the pixels of a part look like, and where they lie as seen from the expected subject. Change and motion are left
 * out: they choose what is learnt, and a forest that saw them would only learn to repeat the choice.
 *
 * @param rgb `[3, h, w]`
 */
export function appearance(
  rgb: Raster,
  { place, part }: Expected,
): Float32Array[] {
  const colour = opponent(cut(rgb, part));
  const fine = gaussian(colour, FINE_TRACK_SIGMA_PIXELS);
  const coarse = gaussian(colour, COARSE_TRACK_SIGMA_PIXELS);
  const rough = raster(3, colour.height, colour.width);
  for (let i = 0; i < rough.data.length; i++)
    rough.data[i] = Math.abs(colour.data[i]! - fine.data[i]!);
  const texture = gaussian(rough, COARSE_TRACK_SIGMA_PIXELS / 2);
  const area = colour.height * colour.width;
  const across = new Float32Array(area);
  const down = new Float32Array(area);
  for (let i = 0; i < area; i++) {
    const x = i % colour.width;
    across[i] = (x + part.left - place.x) / place.size;
    down[i] = ((i - x) / colour.width + part.top - place.y) / place.size;
  }
  const planes = [colour, fine, coarse, texture].flatMap((r) =>
    [0, 1, 2].map((c) => plane(r, c).data),
  );
  return [...planes, across, down];
}

/**
 * Samples of what surely is the subject and of what surely is not.
 *
 * @param seed     `[1, h, w]`, 1 where the subject was detected
 * @param others   `[1, h, w]`, 1 where anything was detected
 * @param refutes  `[h·w]` of the part: `refutation` by the track's statistics
 */
export function surePixels(
  features: readonly Float32Array[],
  { place, part }: Expected,
  seed: Raster,
  others: Raster,
  evidence: Evidence,
  refutes: Float32Array,
  frame: number,
): Samples | undefined {
  const inside = cut(seed, part).data;
  const near = cut(
    dilate(others, Math.max(2, Math.round(DOUBTFUL_DISTANCE * place.size))),
    part,
  ).data;
  const change = cut(evidence.change, part).data;
  const moving = cut(evidence.moving, part).data;
  const sure = cut(evidence.sure, part).data;
  const shade = cut(evidence.shade, part).data;
  const subject: number[] = [];
  const rest: number[] = [];
  for (let i = 0; i < change.length; i++) {
    const bare = change[i]! < NO_CHANGE && shade[i]! < LIT;
    if (refutes[i]! < SHADED) rest.push(i);
    else if (change[i]! > SURE_CHANGE) {
      if (inside[i]! > 0.5 && refutes[i]! > DOUBTFUL) subject.push(i);
      else if (refutes[i]! < REFUTED) rest.push(i);
    } else if (bare && sure[i]! > KNOWN_BACKGROUND) rest.push(i);
    else if (bare && near[i]! < 0.5 && moving[i]! < STILL_MOTION) rest.push(i);
  }
  if (subject.length < 20 || rest.length < 20) return undefined;
  const random = seededRandom(frame + 1);
  const columns = features.map(() => new Float32Array(SAMPLES_PER_FRAME));
  const labels = new Uint8Array(SAMPLES_PER_FRAME);
  for (let s = 0; s < SAMPLES_PER_FRAME; s++) {
    const positive = s % 2;
    const pool = positive === 1 ? subject : rest;
    const i = pool[random.below(pool.length)]!;
    features.forEach((f, k) => (columns[k]![s] = f[i]!));
    labels[s] = positive;
  }
  return {
    columns,
    labels,
    weights: new Float32Array(SAMPLES_PER_FRAME).fill(1),
  };
}

/** Learns a subject's appearance from several frames; no trees where there is nothing to learn from. */
export function learnAppearance(trainingSets: readonly Samples[]): Tree[] {
  if (trainingSets.length === 0) return [];
  const samples = joinSamples(trainingSets);
  const random = seededRandom(1);
  return Array.from({ length: TRACK_TREES }, () => growTree(samples, random));
}

/** Change that says nothing either way, how much it counts beside appearance, and the most and least it may count. */
const NEUTRAL = 0.4;
/** What a unit of change beyond that adds to the logarithm of odds; set once, with no other value on record. */
const CHANGE_WEIGHT = 2;
/** The most that it may add; set once, with no other value on record. */
const MOST_FROM_CHANGE = 2;
/** The most that it may take; set once, with no other value on record. */
const LEAST_FROM_CHANGE = -1.5;
/** What motion (0…1, none at half) adds to the logarithm of odds; set once, with no other value on record. */
const MOTION_LOG_ODDS = 0.5;
/** How much less no change counts where a shadow explains the difference. */
const DARKENED_SHARE = 0.5;

/** A region below this share of the largest is dropped unless something was detected there. */
const SPLINTER_OF_TRACK = 0.1;

/**
 * The subject's mask in one frame: appearance, evidence and statistics together, along edges.
 *
 * @param refutes `[h·w]` of the part: `refutation` by the track's statistics
 * @returns `[1, h, w]` probability, and the expected overlap with the truth
 */
export function segmentTrack(
  trees: readonly Tree[],
  rgb: Raster,
  expected: Expected,
  seed: Raster | undefined,
  evidence: Evidence,
  refutes: Float32Array,
): { mask: Raster; confidence: number } {
  const { part } = expected;
  const guide = cut(rgb, part);
  const p = forestProbability(trees, appearance(rgb, expected));
  const change = cut(evidence.change, part).data;
  const moving = cut(evidence.moving, part).data;
  const sure = cut(evidence.sure, part).data;
  const shade = cut(evidence.shade, part).data;
  const found = raster(1, guide.height, guide.width);
  for (let i = 0; i < p.length; i++) {
    const q = Math.min(0.99, Math.max(0.01, p[i]!));
    // Where the background is not known, no change says nothing.
    const bare =
      (1 - moving[i]! * (1 - sure[i]!)) * (1 - DARKENED_SHARE * shade[i]!);
    const says =
      Math.min(
        MOST_FROM_CHANGE,
        Math.max(
          LEAST_FROM_CHANGE * bare,
          CHANGE_WEIGHT * (change[i]! - NEUTRAL),
        ),
      ) +
      MOTION_LOG_ODDS * (moving[i]! - 0.5) +
      refutes[i]!;
    found.data[i] = 1 / (1 + Math.exp(-Math.log(q / (1 - q)) - says));
  }
  const mask = smoothAlongColours(found, guide);
  if (seed !== undefined) dropFarRegions(mask, cut(seed, part));
  const out = raster(1, rgb.height, rgb.width);
  paste(out, mask, part);
  return { mask: out, confidence: expectedOverlap(mask) };
}

function dropFarRegions(mask: Raster, seed: Raster): void {
  const { labels, areas } = connectedComponents(mask);
  const held = areas.map(() => 0);
  labels.forEach((label, i) => {
    if (label > 0 && seed.data[i]! > 0.5) held[label]!++;
  });
  const most = Math.max(...held);
  labels.forEach((label, i) => {
    if (label > 0 && held[label]! <= SPLINTER_OF_TRACK * most) mask.data[i] = 0;
  });
}
