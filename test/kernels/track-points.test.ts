import assert from "node:assert/strict";
import fc from "fast-check";
import { gaussian } from "../../src/kernels/gaussian.ts";
import { homographyField, sampleCubic } from "../../src/kernels/warp.ts";
import {
  greyBytes,
  trackThereAndBack,
  type TrackEffort,
} from "../../src/kernels/track-points.ts";
import type { Raster } from "../../src/kernels/raster.ts";
import { randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/track-points.ts";

const efforts: TrackEffort[] = [
  { window: 21, levels: 4, iterations: 30 },
  { window: 15, levels: 2, iterations: 15 },
  { window: 31, levels: 1, iterations: 5 },
  { window: 5, levels: 3, iterations: 10 },
];

describe("tracking there and back", () => {
  it("finds the points that OpenCV finds, where it finds them, whatever the shape", () => {
    let all = 0;
    let found = 0;
    let alike = 0;
    let near = 0;
    fc.assert(
      fc.property(
        randomRasters(1),
        fc.constantFrom(...efforts),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.integer({ min: 0, max: 9 }),
        (noise, effort, x, y, margin) => {
          const from = contrasted(gaussian(noise, 2));
          const to = sampleCubic(
            from,
            homographyField(
              [1.01, 0.01, x, -0.01, 0.99, y, 0, 0, 1],
              from.height,
              from.width,
            ),
          );
          const points = grid(from, margin);
          const expected = points.map((v, i) => v - (i % 2 === 0 ? x : y) / 2);
          const known = reference.trackThereAndBack(
            from,
            to,
            points,
            expected,
            0.7,
            effort,
          );
          const seen = trackThereAndBack(
            from,
            to,
            points,
            expected,
            0.7,
            effort,
          );
          for (const [i, was] of known.found.entries()) {
            all++;
            if (was === seen.found[i]) alike++;
            if (was === 0 || seen.found[i] === 0) continue;
            found++;
            const off = Math.hypot(
              known.points[2 * i]! - seen.points[2 * i]!,
              known.points[2 * i + 1]! - seen.points[2 * i + 1]!,
            );
            if (off < 0.05) near++;
          }
        },
      ),
      { seed: 1, numRuns: 150 },
    );
    assert.ok(found > 1000, `only ${found} of ${all} are found at all`);
    assert.ok(alike >= 0.99 * all, `${alike} of ${all} are found alike`);
    assert.ok(near >= 0.99 * found, `${near} of ${found} lie alike`);
  });

  it("follows no point of a picture without any structure", () => {
    const flat = { channels: 1, height: 40, width: 50 };
    const grey: Raster = { ...flat, data: new Float32Array(2000).fill(0.4) };
    const points = Float32Array.of(10, 10, 25, 20);
    const { found } = trackThereAndBack(
      grey,
      grey,
      points,
      points,
      0.7,
      efforts[0]!,
    );
    assert.deepEqual([...found], [0, 0]);
  });

  it("rounds greys to bytes as clamped arrays do", () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 0, maxLength: 40, min: -2, max: 2 }),
        (data) => {
          const half = data.map((v, i) => (i % 3 === 0 ? (i - 0.5) / 255 : v));
          assert.deepEqual(
            [
              ...greyBytes({
                channels: 1,
                height: 1,
                width: data.length,
                data: half,
              }),
            ],
            [...Uint8ClampedArray.from(half, (v) => 255 * v)],
          );
        },
      ),
    );
  });
});

/** The same picture from 0 to 1. */
function contrasted(picture: Raster): Raster {
  const least = Math.min(...picture.data);
  const range = Math.max(...picture.data) - least || 1;
  return { ...picture, data: picture.data.map((v) => (v - least) / range) };
}

/** Points at every third pixel, also a little outside. */
function grid({ width, height }: Raster, margin: number): Float32Array {
  const points: number[] = [];
  for (let y = -margin; y < height + margin; y += 3)
    for (let x = -margin; x < width + margin; x += 3)
      points.push(x + 0.37, y + 0.61);
  return Float32Array.from(points);
}
