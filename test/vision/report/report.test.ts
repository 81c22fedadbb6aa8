import assert from "node:assert/strict";
import { identity } from "../../../src/kernels/homography.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import type { AlignedSamples } from "../../../src/vision/background/align-samples.ts";
import {
  backgroundArea,
  type CanvasPlan,
  type CanvasSample,
} from "../../../src/vision/background/canvas.ts";
import { holdOut } from "../../../src/vision/report/held-out.ts";
import { judge, type Measured } from "../../../src/vision/report/judge.ts";
import { leftOver } from "../../../src/vision/report/left-over.ts";
import { lookAround } from "../../../src/vision/report/surroundings.ts";
import { openCvLibrary } from "../../../src/vision/motion/opencv-library.ts";
import { loadOpenCV } from "@opencvjs/web";
import type { VisionLibrary } from "../../../src/vision/motion/vision-library.ts";
import { constant, seeded, texture } from "../seeded.ts";

const HEIGHT = 64;
const WIDTH = 128;
const FRAMES = 9;

const box = (left: number, top = 20, side = 16): Raster => {
  const mask = raster(1, HEIGHT, WIDTH);
  for (let y = top; y < top + side; y++)
    mask.data.fill(1, y * WIDTH + left, y * WIDTH + left + side);
  return mask;
};

/** A box before a standing texture, seen by a standing camera. */
function clip(
  at: (t: number) => number,
  noise = 0,
): {
  plan: CanvasPlan;
  samples: CanvasSample[];
  aligned: AlignedSamples;
} {
  const ground = texture(3, HEIGHT, WIDTH, 5);
  const random = seeded(9);
  const samples = Array.from({ length: FRAMES }, (_, t) => {
    const subjects = box(at(t));
    const rgb = raster(3, HEIGHT, WIDTH);
    for (let i = 0; i < rgb.data.length; i++)
      rgb.data[i] =
        subjects.data[i % (HEIGHT * WIDTH)] === 1
          ? 0.9
          : ground.data[i]! + noise * (random() - 0.5);
    return {
      rgb,
      subjects,
      visible: backgroundArea(subjects),
      firstToFrame: identity,
    };
  });
  const count = raster(1, HEIGHT, WIDTH);
  for (const { visible } of samples)
    visible.data.forEach((v, i) => (count.data[i]! += v));
  return {
    plan: {
      keyframe: 4,
      width: WIDTH,
      height: HEIGHT,
      canvasToFirst: identity,
      samples: samples.map((_, t) => t),
    },
    samples,
    aligned: {
      height: HEIGHT,
      width: WIDTH,
      colours: samples.map(({ rgb }) => rgb),
      valid: samples.map(({ visible }) => visible),
      count,
    },
  };
}

/** From the left edge to before the middle, so that the phantom stands on the right. */
const walking = (t: number): number => 2 + 5 * t;
const standing = (): number => 20;

describe("a background that is hidden on purpose", () => {
  let vision: VisionLibrary;
  before(async () => {
    vision = openCvLibrary(await loadOpenCV());
  });

  it("comes back to the clip's noise where other frames show it", () => {
    const { plan, samples, aligned } = clip(walking, 0.02);
    const { seen, unseen } = holdOut(plan, samples, aligned, vision);
    assert.equal(unseen.count, 0);
    assert.ok(seen.count > 3 * 16 * 16);
    const deviation = Math.sqrt(seen.sum / seen.count);
    assert.ok(deviation > 0.003 && deviation < 0.02, String(deviation));
  });

  it("is guessed, and worse, where the phantom never moves", () => {
    const { plan, samples, aligned } = clip(standing);
    const { seen, unseen } = holdOut(plan, samples, aligned, vision);
    assert.equal(seen.count, 0);
    assert.ok(unseen.count > 3 * 16 * 16);
    assert.ok(Math.sqrt(unseen.sum / unseen.count) > 0.03);
  });
});

describe("a subject's surroundings", () => {
  it("are seen without it when it walks on, and never when it stands", () => {
    const walk = clip(walking);
    const free = lookAround(walk.plan, walk.samples);
    assert.ok(free.pixels > 500);
    assert.ok(free.neverFree < 0.2 * free.pixels, JSON.stringify(free));
    const stay = clip(standing);
    const never = lookAround(stay.plan, stay.samples);
    assert.equal(never.neverFree, never.pixels);
  });
});

describe("what is left over", () => {
  it("is evidence near a subject that no layer takes", () => {
    const subjects = box(40);
    const evidence = constant(1, HEIGHT, WIDTH, 0);
    // A shadow beside it, half of which has been attributed.
    for (let y = 24; y < 34; y++)
      evidence.data.fill(0.1, y * WIDTH + 56, y * WIDTH + 62);
    const support = constant(1, HEIGHT, WIDTH, 0);
    for (let y = 24; y < 29; y++)
      support.data.fill(1, y * WIDTH + 56, y * WIDTH + 62);
    const { near, far } = leftOver(evidence, support, subjects);
    assert.ok(Math.abs(near.sum - 0.1 * 5 * 6) < 1e-4, String(near.sum));
    assert.equal(far.sum, 0);
    assert.equal(near.pixels + far.pixels, HEIGHT * WIDTH - 16 * 16);
  });
});

describe("a report", () => {
  const good: Measured = {
    heldOut: [
      { seen: { sum: 0.1, count: 1000 }, unseen: { sum: 0, count: 0 } },
    ],
    surroundings: [{ pixels: 1000, neverFree: 0 }],
    leftOver: [{ near: { sum: 0, pixels: 100 }, far: { sum: 0, pixels: 900 } }],
    unknown: [{ sum: 0, pixels: 500 }],
    farResidual: 0.004,
    unrest: 0.001,
  };

  it("expects what the test has shown where all is seen", () => {
    const report = judge(good);
    assert.equal(report.grade, "good");
    assert.ok(Math.abs(report.heldOut! - 40) < 0.01);
    assert.ok(report.expected > 38 && report.expected < 46);
  });

  it("expects less for every doubt", () => {
    const { expected } = judge(good);
    const doubts: Partial<Measured>[] = [
      { unknown: [{ sum: 250, pixels: 500 }] },
      { surroundings: [{ pixels: 1000, neverFree: 900 }] },
      { farResidual: 0.04 },
      {
        leftOver: [
          { near: { sum: 5, pixels: 100 }, far: { sum: 0, pixels: 900 } },
        ],
      },
    ];
    for (const doubt of doubts)
      assert.ok(
        judge({ ...good, ...doubt }).expected < expected - 1,
        JSON.stringify(doubt),
      );
  });

  it("has figures though nothing could be compared", () => {
    const report = judge({
      ...good,
      heldOut: [],
      surroundings: [],
      leftOver: [],
      unknown: [],
      farResidual: null,
    });
    assert.equal(report.heldOut, null);
    assert.ok(Number.isFinite(report.expected));
  });
});
