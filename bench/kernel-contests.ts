import { boxMean, gaussian } from "../src/kernels/gaussian.ts";
import type { Homography } from "../src/kernels/homography.ts";
import { plane, raster, type Raster } from "../src/kernels/raster.ts";
import { refineFlow } from "../src/kernels/align.ts";
import { PointLookup } from "../src/kernels/look-up-points.ts";
import { motionError } from "../src/kernels/motion-error.ts";
import { resizeLinear, shrink } from "../src/kernels/resize.ts";
import { trackThereAndBack } from "../src/kernels/track-points.ts";
import {
  flowField,
  homographyField,
  sampleCubic,
  sampleLinear,
  sampleNearest,
} from "../src/kernels/warp.ts";
import { searchEffort } from "../src/vision/motion/track-effort.ts";
import { effectsAway } from "../src/kernels/effects.ts";
import { enlargePlanes } from "../src/kernels/enlarge.ts";
import { backgroundDoubt, colourMoments } from "../src/kernels/matte.ts";
import * as effectsReference from "../test/kernels/reference/effects.ts";
import * as enlargeReference from "../test/kernels/reference/enlarge.ts";
import * as matteReference from "../test/kernels/reference/matte.ts";
import * as gaussianReference from "../test/kernels/reference/gaussian.ts";
import * as alignReference from "../test/kernels/reference/align.ts";
import * as motionErrorReference from "../test/kernels/reference/motion-error.ts";
import * as pointsReference from "../test/kernels/reference/look-up-points.ts";
import * as resizeReference from "../test/kernels/reference/resize.ts";
import * as warpReference from "../test/kernels/reference/warp.ts";
import * as trackReference from "../test/kernels/reference/track-points.ts";
import { dilate } from "../src/kernels/morphology.ts";
import {
  medianOfSamples,
  modeOfSamples,
  type WeightedSamples,
} from "../src/kernels/samples.ts";
import { undoShading } from "../src/kernels/undo-shading.ts";
import { pixelUnit } from "../src/vision/image/pixel-unit.ts";
import { signedDistance } from "../src/vision/image/signed-distance.ts";
import * as distanceReference from "../test/kernels/reference/distance-transform.ts";
import * as morphologyReference from "../test/kernels/reference/morphology.ts";
import * as undoReference from "../test/kernels/reference/undo-shading.ts";
import * as tableReference from "../test/kernels/reference/samples-by-table.ts";
import {
  PATCH_SIDE,
  searchPatches,
  type PatchFeatures,
  type PatchField,
} from "../src/kernels/patch-search.ts";
import { patchCost } from "../test/kernels/reference/patch-search.ts";

/** A kernel beside its reference, on the same picture. */
export interface Contest {
  readonly name: string;
  /** Float32 planes that come in and go out: what a perfect kernel would read and write. */
  readonly planes: number;
  readonly kernel: (picture: Raster) => unknown;
  readonly reference: (picture: Raster) => unknown;
}

/** As much as tables of lenses are: in the corners 1.4. */
const gainsOfLens = {
  table: Float32Array.from(
    { length: 256 * 256 },
    (_, k) => 1 + (0.4 * (k >> 8)) / 255,
  ),
  size: 256,
  offset: 0.04,
};

/** All kernels that are timed. */
export const contests: readonly Contest[] = [
  {
    name: "Gaussian σ 1.5, 3 planes",
    planes: 6,
    kernel: (p) => gaussian(p, 1.5),
    reference: (p) => gaussianReference.gaussian(p, 1.5),
  },
  {
    name: "Gaussian σ 8, 3 planes",
    planes: 6,
    kernel: (p) => gaussian(p, 8),
    reference: (p) => gaussianReference.gaussian(p, 8),
  },
  {
    name: "box mean 7, 3 planes",
    planes: 6,
    kernel: (p) => boxMean(p, 7),
    reference: (p) => gaussianReference.boxMean(p, 7),
  },
  {
    name: "cubic warp by homography, 3 planes",
    planes: 6,
    kernel: (p) => sampleCubic(p, homographyField(turn, p.height, p.width)),
    reference: (p) =>
      warpReference.sampleCubic(
        p,
        warpReference.homographyField(turn, p.height, p.width),
      ),
  },
  {
    name: "linear warp by homography, 3 planes",
    planes: 6,
    kernel: (p) => sampleLinear(p, homographyField(turn, p.height, p.width), 0),
    reference: (p) =>
      warpReference.sampleLinear(
        p,
        warpReference.homographyField(turn, p.height, p.width),
        0,
      ),
  },
  {
    name: "nearest warp by homography, 3 planes",
    planes: 6,
    kernel: (p) =>
      sampleNearest(p, homographyField(turn, p.height, p.width), 0),
    reference: (p) =>
      warpReference.sampleNearest(
        p,
        warpReference.homographyField(turn, p.height, p.width),
        0,
      ),
  },
  {
    name: "linear warp by flow, 3 planes",
    planes: 8,
    kernel: (p) => sampleLinear(p, flowField(flowIn(p))),
    reference: (p) =>
      warpReference.sampleLinear(p, warpReference.flowField(flowIn(p))),
  },
  {
    name: "undo a lens's shading, 3 planes",
    planes: 6,
    kernel: (picture) => undoShading(picture, gainsOfLens),
    reference: (picture) => undoReference.undoShading(picture, gainsOfLens),
  },
  {
    name: "shrink to a half, 3 planes",
    planes: 3.75,
    kernel: (p) => shrink(p, p.height >> 1, p.width >> 1),
    reference: (p) => resizeReference.shrink(p, p.height >> 1, p.width >> 1),
  },
  {
    name: "shrink to .4, 3 planes",
    planes: 3.48,
    kernel: (p) => shrink(p, (p.height * 0.4) | 0, (p.width * 0.4) | 0),
    reference: (p) =>
      resizeReference.shrink(p, (p.height * 0.4) | 0, (p.width * 0.4) | 0),
  },
  {
    name: "resize to 1.5, 3 planes",
    planes: 9.75,
    kernel: (p) => resizeLinear(p, (p.height * 1.5) | 0, (p.width * 1.5) | 0),
    reference: (p) =>
      resizeReference.resizeLinear(
        p,
        (p.height * 1.5) | 0,
        (p.width * 1.5) | 0,
      ),
  },
  {
    name: "align, 2 iterations",
    planes: 5,
    kernel: (p) =>
      refineFlow(plane(p, 0), plane(p, 1), plane(p, 2), flowIn(p), 6, 2),
    reference: (p) =>
      alignReference.refineFlow(
        plane(p, 0),
        plane(p, 1),
        plane(p, 2),
        flowIn(p),
        6,
        2,
      ),
  },
  {
    name: "motion error",
    planes: 4,
    kernel: (p) =>
      motionError(plane(p, 0), plane(p, 1), plane(p, 2), plane(p, 2), turn),
    reference: (p) =>
      motionErrorReference.motionError(
        plane(p, 0),
        plane(p, 1),
        plane(p, 2),
        plane(p, 2),
        turn,
      ),
  },
  {
    name: "look up every third pixel in bytes",
    planes: 1,
    kernel: (p) => {
      const { bytes, points } = everyThird(p);
      using lookup = new PointLookup(bytes, p.width, p.height, plane(p, 2));
      return lookup.at(points, turn);
    },
    reference: (p) => {
      const { bytes, points } = everyThird(p);
      return pointsReference.lookUpPoints(
        bytes,
        p.width,
        p.height,
        plane(p, 2),
        points,
        turn,
      );
    },
  },
  {
    name: "track 600 points there and back",
    planes: 2,
    kernel: (p) => track(trackThereAndBack, p),
    reference: (p) => track(trackReference.trackThereAndBack, p),
  },
  {
    name: "dilation 4, 3 planes",
    planes: 6,
    kernel: (p) => dilate(p, 4),
    reference: (p) => morphologyReference.dilate(p, 4),
  },
  {
    name: "dilation 1, 3 planes",
    planes: 6,
    kernel: (p) => dilate(p, 1),
    reference: (p) => morphologyReference.dilate(p, 1),
  },
  {
    name: "signed distance to a disc, 20 units",
    planes: 2,
    kernel: (p) => signedDistance(disc(p), pixelUnit(p.height, p.width)),
    reference: (p) => {
      const { data, height, width } = disc(p);
      const to = new Float32Array(data.length);
      distanceReference.distanceToMask(data, 0.5, height, width, to);
      const inverse = data.map((v) => 1 - v);
      distanceReference.distanceToMask(inverse, 0.5, height, width, to);
    },
  },
  {
    name: "mode of 21 samples",
    planes: 89,
    kernel: (p) => modeOfSamples(samplesOf(p), 1 / 0.0024, 2),
    reference: (p) => tableReference.fuseSamples(samplesOf(p), 0.02),
  },
  {
    name: "median of 21 samples",
    planes: 88,
    kernel: (p) => medianOfSamples(samplesOf(p)),
    reference: (p) => tableReference.medianOfSamples(samplesOf(p)),
  },
  {
    name: "moments of colours, 3 planes to 10",
    planes: 14,
    kernel: (p) => colourMoments(p, plane(p, 0)),
    reference: (p) => matteReference.colourMoments(p, plane(p, 0)),
  },
  {
    name: "doubt in the background",
    planes: 11,
    kernel: (p) => backgroundDoubt(estimate(p), plane(p, 1), DOUBT),
    reference: (p) =>
      matteReference.backgroundDoubt(estimate(p), plane(p, 1), DOUBT),
  },
  {
    name: "effects taken away",
    planes: 15,
    kernel: (p) => effectsAway(effectPixels(p)),
    reference: (p) => effectsReference.effectsAway(effectPixels(p)),
  },
  {
    name: "enlarging to twice the size, 3 planes",
    planes: 15,
    kernel: (p) =>
      enlargePlanes(
        p,
        2 * p.height,
        2 * p.width,
        whole(2 * p.height, 2 * p.width),
      ),
    reference: (p) =>
      enlargeReference.enlargePlanes(
        p,
        2 * p.height,
        2 * p.width,
        whole(2 * p.height, 2 * p.width),
      ),
  },
  {
    name: "patch costs, 50 000 targets",
    planes: 4,
    kernel: (p) => {
      searchPatches(
        patchesOf(p),
        firstPatches(p),
        { free: 0, penalty: 0 },
        0,
        1,
      );
    },
    reference: (p) => {
      const { targets, sources } = firstPatches(p);
      const features = patchesOf(p);
      for (const t of targets) patchCost(features, t, sources[t]!);
    },
  },
];

/** A camera that turns, moves and tilts a little. */
const turn: Homography = [1.01, 0.012, 6.3, -0.008, 1.005, -3.7, 2e-6, 1e-6, 1];

/** A picture's bytes, and every third pixel. */
const everyThird = (
  picture: Raster,
): { bytes: Uint8Array; points: Int32Array } => ({
  bytes: new Uint8Array(picture.data.length).fill(127),
  points: Int32Array.from(
    { length: (picture.width * picture.height) / 3 },
    (_, i) => 3 * i,
  ),
});

/** Two planes of a picture as a displacement. */
const flowIn = (picture: Raster): Raster => ({
  ...picture,
  channels: 2,
  data: picture.data.subarray(0, 2 * picture.width * picture.height),
});

/** Follows points that lie off by half a pixel. */
function track(
  follow: typeof trackThereAndBack,
  picture: Raster,
): ReturnType<typeof trackThereAndBack> {
  const { width, height } = picture;
  const points = Float32Array.from({ length: 1200 }, (_, i) =>
    i % 2 === 0
      ? (width * (1 + ((i >> 1) % 30))) / 32
      : (height * (1 + Math.floor(i / 60))) / 22,
  );
  const expected = points.map((at) => at + 0.5);
  const grey = plane(picture, 0);
  return follow(grey, grey, points, expected, 0.7, searchEffort);
}

const discs = new WeakMap<Float32Array, Raster>();

/** A subject of a third of the picture's height. */
function disc({ data, height, width }: Raster): Raster {
  let made = discs.get(data);
  if (made === undefined) {
    made = raster(1, height, width, new Float32Array(height * width));
    for (let i = 0; i < made.data.length; i++) {
      const x = (i % width) - width / 2;
      const y = Math.floor(i / width) - height / 2;
      made.data[i] = Math.hypot(x, y) < height / 6 ? 1 : 0;
    }
    discs.set(data, made);
  }
  return made;
}

const sampled = new WeakMap<Float32Array, WeightedSamples>();

/** 21 samples of a flat background, each with a little noise and one that differs. */
function samplesOf({ data, height, width }: Raster): WeightedSamples {
  let made = sampled.get(data);
  if (made === undefined) {
    const area = height * width;
    const ones = raster(1, height, width, new Float32Array(area).fill(1));
    made = {
      height,
      width,
      colours: Array.from({ length: 21 }, (_, k) => {
        const by = k % 5 === 0 ? 0.4 : 0.05;
        const shift = 997 * k;
        const own = data.map(
          (_v, i) => 0.3 + by * data[(i + shift) % data.length]!,
        );
        return raster(3, height, width, own.slice());
      }),
      weights: Array.from({ length: 21 }, () => ones),
    };
    sampled.set(data, made);
  }
  return made;
}

const DOUBT = { range: 0.1, noise: 1e-4, clear: 0.5 };
const estimate = (p: Raster) => ({
  frame: p,
  background: p,
  spread: plane(p, 0),
});
const effectPixels = (p: Raster) => ({
  frame: p,
  background: p,
  spread: plane(p, 0),
  significance: plane(p, 1),
  zone: plane(p, 2),
  gates: plane(p, 0),
  objects: plane(p, 1),
});
const whole = (bottom: number, right: number) => ({
  left: 0,
  top: 0,
  right,
  bottom,
});

/** The picture's values, four a pixel, as if they were features. */
const patchesOf = ({ width, data }: Raster): PatchFeatures => ({
  height: Math.floor((3 * data.length) / (12 * width)),
  width,
  channels: 4,
  data,
});

/** Patches that are compared with those a row of patches below them. */
function firstPatches({ width, height }: Raster): PatchField {
  const area = width * height;
  const targets = Int32Array.from({ length: 50_000 }, (_, i) => i);
  const sources = new Int32Array(area);
  for (const t of targets) sources[t] = t + PATCH_SIDE * width;
  return {
    targets,
    wanted: new Uint8Array(area),
    allowed: new Uint8Array(area),
    sources,
    costs: new Float32Array(area),
  };
}
