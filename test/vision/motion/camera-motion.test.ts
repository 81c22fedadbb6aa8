import assert from "node:assert/strict";
import { loadOpenCV } from "@opencvjs/web";
import {
  apply,
  compose,
  identity,
  invert,
  translation,
  type Homography,
} from "../../../src/kernels/homography.ts";
import { homographyField, sampleCubic } from "../../../src/kernels/warp.ts";
import {
  findMaskGaps,
  interpolateMask,
} from "../../../src/vision/masks/mask-gaps.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import {
  chooseKeyframes,
  estimateMotion,
  resolveDrift,
  type CameraMotion,
} from "../../../src/vision/motion/camera-motion.ts";
import { openCvLibrary } from "../../../src/vision/motion/opencv-library.ts";
import type { VisionLibrary } from "../../../src/vision/motion/vision-library.ts";
import { constant, texture } from "../seeded.ts";

let vision: VisionLibrary;
before(async () => {
  vision = openCvLibrary(await loadOpenCV());
});

const view = (world: Raster, frameToWorld: Homography): Raster =>
  sampleCubic(world, homographyField(frameToWorld, 120, 200));

function cornerError(a: Homography, b: Homography): number {
  const corners = [
    [0, 0],
    [200, 0],
    [200, 120],
    [0, 120],
  ] as const;
  return Math.max(
    ...corners.map(([x, y]) => {
      const p = apply(a, x, y);
      const q = apply(b, x, y);
      return Math.hypot(p[0] - q[0], p[1] - q[1]);
    }),
  );
}

describe("camera registration", () => {
  it("finds a projective camera move from the background although a subject moves otherwise", () => {
    const world = texture(1, 200, 320, 51);
    const first: Homography = translation(40, 40);
    const second: Homography = [
      1.01, 0.012, 46, -0.008, 1.005, 37, 2e-5, 1e-5, 1,
    ];
    const a = view(world, first);
    const b = view(world, second);
    const allowed = constant(1, 120, 200, 1);
    const subject = texture(1, 40, 40, 52);
    for (let y = 0; y < 40; y++) {
      for (let x = 0; x < 40; x++) {
        a.data[(50 + y) * 200 + 60 + x] = subject.data[y * 40 + x]!;
        b.data[(54 + y) * 200 + 75 + x] = subject.data[y * 40 + x]!;
        allowed.data[(50 + y) * 200 + 60 + x] = 0;
      }
    }
    const motion = estimateMotion(
      vision,
      a,
      b,
      vision.corners(a, allowed, 800),
    );
    const truth = compose(invert(second), first);
    assert.equal(motion.model, "homography");
    assert.ok(
      cornerError(motion.map, truth) < 0.5,
      `off by ${cornerError(motion.map, truth)}`,
    );
  });

  it("says that there is no motion to be found in an empty picture", () => {
    const flat = constant(1, 120, 200, 0.5);
    const motion = estimateMotion(
      vision,
      flat,
      flat,
      vision.corners(flat, constant(1, 120, 200, 1), 800),
    );
    assert.equal(motion.model, "none");
    assert.deepEqual(motion.map, identity);
  });

  it("takes the keyframe's word against a chain that drifts", () => {
    const step: CameraMotion = {
      map: translation(1.1, 0),
      inliers: 300,
      tracked: 320,
      corners: 400,
      model: "homography",
    };
    const chain = Array.from({ length: 11 }, () => step);
    const direct = chain.map((_, t) =>
      t < 2
        ? undefined
        : {
            keyframe: 0,
            motion: { ...step, map: translation(t, 0) },
            directError: 0.01,
            chainError: 0.03,
          },
    );
    const maps = resolveDrift(chain, direct, 200, 120);
    assert.ok(Math.abs(apply(maps[10]!, 0, 0)[0] - 10) < 0.15);
    assert.ok(Math.abs(apply(maps[5]!, 0, 0)[0] - 5) < 0.1);
    const alone = resolveDrift(
      chain,
      chain.map(() => undefined),
      200,
      120,
    );
    assert.ok(Math.abs(apply(alone[10]!, 0, 0)[0] - 11) < 1e-9);
  });

  it("sets a new keyframe when the camera has left the last", () => {
    const chain = Array.from({ length: 20 }, () => translation(10, 0));
    const keyframes = chooseKeyframes(chain, 200, 120);
    assert.equal(keyframes[8], 0);
    assert.equal(keyframes[9], 8);
    assert.ok(keyframes.every((k, t) => k <= t));
  });
});

describe("missing masks", () => {
  const gapsIn = (areas: readonly number[], cutOff: readonly number[]) =>
    findMaskGaps(
      areas.map((area, t) => ({ area, cutOff: cutOff.includes(t) })),
    );

  it("are found between good ones, but not beyond a subject that comes in or goes out", () => {
    const areas = [0, 0, 500, 520, 0, 40, 540, 530, 520, 0];
    assert.deepEqual(
      gapsIn(areas, [2, 8]).map((gap) => gap.frame),
      [4, 5],
    );
  });

  it("are found at the ends where the subject is in full view, if they are few", () => {
    const areas = [0, 12, 500, 520, 530, 525, 520, 510, 0];
    assert.deepEqual(gapsIn(areas, []), [
      { frame: 0, before: 2, after: 5 },
      { frame: 1, before: 2, after: 5 },
      { frame: 8, before: 4, after: 7 },
    ]);
    assert.deepEqual(gapsIn([0, 0, 0, ...areas, 0, 0, 0, 0], []), []);
    // A far subject that grows is no gap.
    assert.deepEqual(gapsIn([60, 80, 500, 520, 530, 525, 520], []), []);
  });

  it("are filled with the shape of the neighbours at the place between them, or where they lead to", () => {
    const disc = (cx: number): Raster => {
      const out = raster(1, 60, 100);
      for (let y = 0; y < 60; y++) {
        for (let x = 0; x < 100; x++) {
          out.data[y * 100 + x] = Math.hypot(x - cx, y - 30) < 12 ? 1 : 0;
        }
      }
      return out;
    };
    for (const [share, cx] of [
      [1 / 3, 40],
      [-1 / 3, 20],
      [4 / 3, 70],
    ] as const) {
      const between = interpolateMask(disc(30), disc(60), share, vision);
      const truth = disc(cx);
      let both = 0;
      let either = 0;
      for (let i = 0; i < 6000; i++) {
        const a = between.data[i]! > 0.5;
        const b = truth.data[i]! > 0.5;
        if (a && b) both++;
        if (a || b) either++;
      }
      assert.ok(both / either > 0.95, `IoU ${both / either}`);
    }
  });
});
