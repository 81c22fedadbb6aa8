import assert from "node:assert/strict";
import {
  apply,
  compose,
  type Homography,
  identity,
  translation,
} from "../../../src/kernels/homography.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import {
  type ComparedFrame,
  detailOf,
  refineMap,
} from "../../../src/vision/motion/refine-map.ts";

const [width, height] = [160, 100] as const;

/** A ground of waves, so that it can be looked at between pixels. */
const ground = (x: number, y: number): number =>
  0.5 +
  0.12 * Math.sin(0.9 * x + 0.3 * y) +
  0.1 * Math.sin(0.35 * x - 0.8 * y + 1) +
  0.08 * Math.sin(0.21 * x * Math.cos(y / 30) + 2);

/** What a camera sees of it, whose pixels `toGround` takes there; with some noise, and something of its own that covers a corner. */
function seen(toGround: Homography, seed: number, gain = 1): ComparedFrame {
  const grey: Raster = raster(1, height, width);
  const visible = raster(1, height, width);
  let state = seed;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const noise = (state / 2 ** 32 - 0.5) / 60;
      const covered = x > 110 && y > 50;
      const value = covered ? (x * seed) % 7 < 3 ? 1 : 0 : gain * ground(...apply(toGround, x, y)); // prettier-ignore
      grey.data[y * width + x] = value + noise;
      // A part of what covers it is not known to.
      visible.data[y * width + x] = covered && x > 118 ? 0 : 1;
    }
  return { detail: detailOf(grey), visible };
}

/** How far a map is off at the corners of the picture's middle, in pixels. */
const offBy = (map: Homography, truth: Homography): number =>
  Math.max(
    ...[40, 120].flatMap((x) =>
      [25, 75].map((y) => {
        const [a, b] = [apply(map, x, y), apply(truth, x, y)];
        return Math.hypot(a[0] - b[0], a[1] - b[1]);
      }),
    ),
  );

describe("a map between two frames", () => {
  // prettier-ignore
  const truth: Homography = [1.01, 0.006, 7.3, -0.004, 1.005, -2.6, 2e-5, -3e-5, 1];
  // The second frame's pixels lie on the ground where the first's do that the map takes there.
  const inverse = (map: Homography): Homography => {
    const [a, b, c, d, e, f, g, h, i] = map as readonly [number, number, number, number, number, number, number, number, number]; // prettier-ignore
    // prettier-ignore
    const out = [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f, d * h - e * g, b * g - a * h, a * e - b * d];
    return out.map((value) => value / out[8]!);
  };
  const from = seen(identity, 7);
  const off = compose(translation(0.35, -0.25), truth);

  it("is brought from two fifths of a pixel to a twentieth, whatever covers a corner, and in another light", () => {
    for (const gain of [1, 0.85]) {
      const to = seen(inverse(truth), 11, gain);
      assert.ok(offBy(off, truth) > 0.4);
      const refined = refineMap(from, to, off);
      assert.ok(offBy(refined, truth) < 0.05, `${offBy(refined, truth)}`);
    }
  });

  it("stays as it is where nothing is to be seen, or what is seen has nothing to do with it", () => {
    const flat = { detail: raster(1, height, width), visible: from.visible };
    assert.deepEqual(refineMap(flat, flat, off), off);
    const dark = { ...from, visible: raster(1, height, width) };
    assert.deepEqual(refineMap(from, dark, off), off);
  });
});
