import assert from "node:assert/strict";
import { luma } from "../../../src/vision/image/colour.ts";
import { identity } from "../../../src/kernels/homography.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import {
  colourCounts,
  normalised,
} from "../../../src/vision/segmentation/colour-profile.ts";
import type { Detection } from "../../../src/vision/segmentation/detect-changes.ts";
import { changeFrom } from "../../../src/vision/segmentation/frame-features.ts";
import { explainedByFlow } from "../../../src/vision/segmentation/neighbour-flow.ts";
import { fuseCanvasWithoutMasks } from "../../../src/vision/segmentation/background-without-masks.ts";
import { maskPlace } from "../../../src/vision/segmentation/prior-features.ts";
import {
  appearance,
  expectedAt,
  learnAppearance,
  segmentTrack,
  surePixels,
} from "../../../src/vision/segmentation/segment-track.ts";
import {
  addView,
  emptyTrackSums,
  overPart,
  trackView,
  speaksAgainst,
} from "../../../src/vision/segmentation/track-statistics.ts";
import {
  dimmedSamples,
  shadowLikeness,
  shadowTone,
} from "../../../src/vision/segmentation/shadow-tone.ts";
import { linkTracks } from "../../../src/vision/segmentation/link-detections.ts";
import { constant, texture } from "../seeded.ts";

const WIDTH = 96;
const HEIGHT = 64;
const AREA = WIDTH * HEIGHT;

type Inside = (x: number, y: number) => boolean;
const box =
  (left: number, top: number, width: number, height: number): Inside =>
  (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height;

function maskOf(inside: Inside): Raster {
  const mask = raster(1, HEIGHT, WIDTH);
  for (let i = 0; i < AREA; i++)
    mask.data[i] = inside(i % WIDTH, Math.floor(i / WIDTH)) ? 1 : 0;
  return mask;
}

/** A picture in which some places have another colour. */
function painted(
  picture: Raster,
  inside: Inside,
  colour: readonly number[],
): Raster {
  const out = raster(3, HEIGHT, WIDTH, picture.data.slice());
  maskOf(inside).data.forEach((here, i) => {
    if (here > 0) colour.forEach((v, c) => (out.data[c * AREA + i] = v));
  });
  return out;
}

/** Mean over the pixels of a region. */
function meanIn(values: Float32Array, inside: Inside): number {
  let sum = 0;
  let count = 0;
  maskOf(inside).data.forEach((here, i) => {
    if (here === 0) return;
    sum += values[i]!;
    count++;
  });
  return sum / count;
}

function overlap(a: Raster, b: Raster): number {
  let both = 0;
  let either = 0;
  a.data.forEach((p, i) => {
    if (p > 0.5 && b.data[i]! > 0.5) both++;
    if (p > 0.5 || b.data[i]! > 0.5) either++;
  });
  return both / either;
}

const ground = texture(3, HEIGHT, WIDTH, 3);
const red = [0.9, 0.1, 0.1];

describe("the background of a clip whose subjects nobody knows", () => {
  it("is not the subject, even where only one frame of nine shows it bare", () => {
    const here = box(30, 20, 20, 20);
    const bare = ground;
    const frames = Array.from({ length: 9 }, (_, t) =>
      t === 4 ? bare : painted(bare, here, red),
    );
    const moving = frames.map((_, t) =>
      t === 4 ? constant(1, HEIGHT, WIDTH, 0) : maskOf(here),
    );
    const fuse = (still: readonly Raster[]): Raster =>
      fuseCanvasWithoutMasks(
        {
          keyframe: 4,
          width: WIDTH,
          height: HEIGHT,
          canvasToFirst: identity,
          samples: frames.map((_, t) => t),
        },
        frames,
        still,
        frames.map(() => identity),
      ).colour;
    const at = 30 * WIDTH + 40;
    assert.ok(Math.abs(fuse(moving).data[at]! - bare.data[at]!) < 0.02);
    const nobodyMoves = frames.map(() => constant(1, HEIGHT, WIDTH, 0));
    assert.ok(Math.abs(fuse(nobodyMoves).data[at]! - red[0]!) < 0.02);
  });
});

describe("change against the background", () => {
  it("leaves out a shadow that the sky tints, and keeps a thing of another colour", () => {
    const shadow = box(10, 20, 24, 24);
    const thing = box(60, 20, 24, 24);
    const rgb = painted(ground, thing, red);
    maskOf(shadow).data.forEach((here, i) => {
      if (here === 0) return;
      [0.5, 0.55, 0.62].forEach((k, c) => (rgb.data[c * AREA + i]! *= k));
    });
    const spread = constant(1, HEIGHT, WIDTH, 0.01);
    const count = constant(1, HEIGHT, WIDTH, 20);
    const change = changeFrom(rgb, ground, spread, count);
    const plain = change.data.subarray(0, AREA);
    const unshaded = change.data.subarray(AREA, 2 * AREA);
    const core = box(16, 26, 12, 12);
    assert.ok(meanIn(plain, core) > 1);
    assert.ok(meanIn(unshaded, core) < 0.2 * meanIn(plain, core));
    assert.ok(meanIn(unshaded, box(66, 26, 12, 12)) > 1);
  });
});

describe("motion that bleeds", () => {
  it("is told from motion by what it explains", () => {
    const thing = box(30, 20, 20, 20);
    const cloth = texture(3, HEIGHT, WIDTH, 9);
    const sky = constant(3, HEIGHT, WIDTH, 0.5);
    const shifted = (by: number): Raster => {
      const out = raster(3, HEIGHT, WIDTH, sky.data.slice());
      for (let y = 20; y < 40; y++)
        for (let x = 30; x < 50; x++)
          for (let c = 0; c < 3; c++)
            out.data[c * AREA + y * WIDTH + x + by] =
              cloth.data[c * AREA + y * WIDTH + x]!;
      return out;
    };
    const flow = raster(2, HEIGHT, WIDTH);
    // The flow is 4 to the right on the thing and ten pixels around it.
    maskOf(box(20, 10, 40, 40)).data.forEach((here, i) => {
      flow.data[i] = 4 * here;
    });
    const { data } = explainedByFlow(
      luma(shifted(0)),
      luma(shifted(4)),
      flow,
      identity,
    );
    assert.ok(meanIn(data, thing) > 0.8);
    assert.ok(meanIn(data, box(20, 10, 40, 5)) < 0.05);
  });
});

describe("a subject of which half was detected", () => {
  it("is found whole by its appearance", () => {
    const truth = box(36, 18, 24, 30);
    const blue = [0.1, 0.2, 0.9];
    const whole = maskOf(truth);
    const rgb = painted(ground, truth, blue);
    const seed = maskOf(box(36, 18, 24, 14));
    const evidence = {
      change: raster(1, HEIGHT, WIDTH, seed.data.slice()),
      moving: whole,
      shade: constant(1, HEIGHT, WIDTH, 0),
      sure: maskOf((x, y) => !truth(x, y)),
    };
    const expected = expectedAt(
      maskPlace(seed)!,
      { left: 36, top: 18, right: 60, bottom: 32 },
      HEIGHT,
      WIDTH,
    );
    const features = appearance(rgb, expected);
    const refutes = new Float32Array(features[0]!.length);
    const trainingSet = surePixels(
      features,
      expected,
      seed,
      seed,
      evidence,
      refutes,
      0,
    );
    assert.ok(trainingSet !== undefined);
    const trees = learnAppearance([trainingSet]);
    const found = segmentTrack(trees, rgb, expected, seed, evidence, refutes);
    assert.ok(overlap(seed, whole) < 0.5);
    assert.ok(overlap(found.mask, whole) > 0.9);
    assert.ok(found.confidence > 0.8);
  });
});

describe("the statistics of a track that walks with its shadow", () => {
  it("speaks against the shadow and against what does not come along, not against the subject", () => {
    const cloth = texture(3, HEIGHT, WIDTH, 3);
    const ones = constant(1, HEIGHT, WIDTH, 1);
    const sums = emptyTrackSums();
    const frames = Array.from({ length: 12 }, (_, t) => {
      const body = box(24 + 4 * t, 14, 10, 24);
      const shadow = box(24 + 4 * t - 14, 38, 24, 8);
      const rgb = raster(3, HEIGHT, WIDTH, cloth.data.slice());
      for (let i = 0; i < AREA; i++) {
        const x = i % WIDTH;
        const y = (i - x) / WIDTH;
        for (let c = 0; c < 3; c++) {
          if (shadow(x, y)) rgb.data[c * AREA + i]! *= 0.5;
          if (body(x, y)) rgb.data[c * AREA + i] = red[c]!;
        }
      }
      const noSpread = constant(1, HEIGHT, WIDTH, 0);
      const count = constant(1, HEIGHT, WIDTH, 20);
      const change = changeFrom(rgb, cloth, noSpread, count);
      // The shadow moves as much as the body does; in every fourth frame something that stays in its place moves too.
      const aside = box(70, 50, 12, 8);
      const moving = maskOf(
        (x, y) => body(x, y) || shadow(x, y) || (t % 4 === 0 && aside(x, y)),
      );
      const view = trackView({ rgb, change, sure: ones }, moving);
      const place = maskPlace(maskOf((x, y) => body(x, y) || shadow(x, y)))!;
      addView(sums, view, place);
      return { body, shadow, aside, place };
    });
    const against = speaksAgainst(sums);
    const { body, shadow, aside, place } = frames[3]!;
    const whole = { left: 0, top: 0, right: WIDTH, bottom: HEIGHT };
    const map = overPart(against, place, whole);
    assert.ok(meanIn(map, body) > -0.3);
    assert.ok(meanIn(map, shadow) < -0.6);
    assert.ok(meanIn(map, aside) < -2);
  });

  it("says nothing where nothing was seen", () => {
    assert.ok(speaksAgainst(emptyTrackSums()).data.every((v) => v === 0));
  });
});

describe("the tone of a shadow", () => {
  const cloth = texture(3, HEIGHT, WIDTH, 3);
  const ones = constant(1, HEIGHT, WIDTH, 1);
  const whole = { left: 0, top: 0, right: WIDTH, bottom: HEIGHT };
  const shadow = box(10, 34, 40, 16);
  const body = box(30, 10, 12, 24);
  /** The sky lights a shadow blue; its edge is softer than its core. */
  const scene = (
    left: (x: number, y: number) => readonly number[],
  ): Parameters<typeof dimmedSamples>[0] => {
    const rgb = raster(3, HEIGHT, WIDTH, cloth.data.slice());
    for (let i = 0; i < AREA; i++) {
      const x = i % WIDTH;
      const y = (i - x) / WIDTH;
      for (let c = 0; c < 3; c++) {
        if (shadow(x, y)) rgb.data[c * AREA + i]! *= left(x, y)[c]!;
        if (body(x, y)) rgb.data[c * AREA + i] = [0.2, 0.16, 0.05][c]!;
      }
    }
    const noSpread = constant(1, HEIGHT, WIDTH, 0);
    const count = constant(1, HEIGHT, WIDTH, 20);
    const change = changeFrom(rgb, cloth, noSpread, count);
    return { rgb, change, sure: ones };
  };
  const soft = (x: number): number => Math.min(1, (x - 9) / 12);
  const subject = maskOf(body);

  it("is found beside a subject, and tells the shadow from a dark subject", () => {
    const dim = [0.45, 0.52, 0.62];
    const changes = scene((x) => dim.map((left) => left ** soft(x)));
    const tone = shadowTone(dimmedSamples(changes, whole, subject));
    assert.ok(tone !== undefined);
    const logs = dim.map(Math.log);
    const length = Math.hypot(...logs);
    tone.direction.forEach((share, c) => {
      assert.ok(Math.abs(share - logs[c]! / length) < 0.03, String(share));
    });
    assert.ok(Math.abs(tone.depth - length) < 0.1, String(tone.depth));
    const likeness = shadowLikeness(tone, changes, whole);
    assert.ok(meanIn(likeness, box(26, 38, 22, 8)) > 0.8);
    assert.ok(meanIn(likeness, box(33, 13, 6, 18)) < 0.1);
    assert.ok(meanIn(likeness, box(60, 10, 30, 40)) < 0.05);
  });

  it("is none where what is dimmed has many colours, or hardly anything is", () => {
    const tints = [
      [0.3, 0.7, 0.7],
      [0.7, 0.3, 0.7],
      [0.7, 0.7, 0.3],
    ];
    const motley = scene((x) => tints[Math.floor(x / 8) % 3]!);
    const samples = dimmedSamples(motley, whole, subject);
    assert.equal(samples.length, 900);
    assert.equal(shadowTone(samples), undefined);
    const bare = scene(() => [1, 1, 1]);
    assert.equal(shadowTone(dimmedSamples(bare, whole, subject)), undefined);
  });
});

describe("two that cross", () => {
  it("keep their names by their colours when the picture has taken one for the other", () => {
    const colours = { left: red, right: [0.1, 0.8, 0.2] };
    const detection = (inside: Inside, rgb: Raster): Detection => {
      const mask = maskOf(inside);
      const counts = colourCounts(rgb, (i) => mask.data[i]! > 0);
      const area = mask.data.reduce((a, b) => a + b, 0);
      return { mask, area, contrast: 1, profile: normalised(counts) };
    };
    const frames = Array.from({ length: 26 }, (_, t) => {
      const first = box(6 + 3 * t, 20, 14, 24);
      const second = box(78 - 3 * t, 20, 14, 24);
      const both = painted(painted(ground, second, colours.right), first, red);
      const apart = Math.abs(72 - 6 * t) > 14;
      return apart
        ? [detection(first, both), detection(second, both)]
        : [detection((x, y) => first(x, y) || second(x, y), both)];
    });
    // A flow that sees nothing move: each is expected where the other comes out.
    const still = frames.map(() => raster(2, HEIGHT, WIDTH));
    const tracks = linkTracks(frames, still);
    const first = tracks.find(
      ({ detections }) => detections[0]?.mask === frames[0]![0]!.mask,
    );
    const firstPlaces = frames.flatMap((found, t) =>
      found.length === 2 ? [{ t, own: found[0]!.mask }] : [],
    );
    const mistaken = firstPlaces.filter(
      ({ t, own }) => first?.detections[t]?.mask !== own,
    );
    assert.deepEqual(
      mistaken.map(({ t }) => t),
      [],
    );
  });
});
