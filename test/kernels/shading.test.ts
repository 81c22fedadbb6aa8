import assert from "node:assert/strict";
import fc from "fast-check";
import { plane } from "../../src/kernels/raster.ts";
import {
  multiplyByGain,
  robustFit,
  ROW_TERMS,
} from "../../src/kernels/shading.ts";
import { randomRasters } from "./random-rasters.ts";

const coefficient = fc.double({ min: -1, max: 1, noNaN: true });

describe("a smooth gain", () => {
  it("is what its formula says, on every shape", () => {
    fc.assert(
      fc.property(
        randomRasters(1),
        fc.array(coefficient, { minLength: 7, maxLength: 7 }),
        (source, f) => {
          const { height, width } = source;
          const gained = plane({ ...source, data: source.data.slice() }, 0);
          multiplyByGain(gained, Float64Array.from(f), 0.04, 0.4);
          const aspect = height / width;
          for (let i = 0; i < source.data.length; i++) {
            const u = (i % width) / width - 0.5;
            const v = Math.floor(i / width) / height - 0.5;
            const away =
              (4 * (u * u + (aspect * v) ** 2)) / (1 + aspect * aspect);
            const terms = [1, u, v, u * u, u * v, v * v, away * away];
            const log = terms.reduce((sum, term, k) => sum + term * f[k]!, 0);
            const gain = Math.exp(Math.min(0.4, Math.max(-0.4, log)));
            const expected = (source.data[i]! + 0.04) * gain - 0.04;
            assert.ok(Math.abs(gained.data[i]! - expected) < 1e-5);
          }
        },
      ),
    );
  });
});

describe("a robust fit", () => {
  it("solves the equations that its weights say", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.array(coefficient, { minLength: 7, maxLength: 7 }),
            coefficient,
          ),
          { maxLength: 40 },
        ),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        (points, scale) => {
          const rows = new Float64Array(points.length * ROW_TERMS);
          points.forEach(([row], k) => {
            rows.set(row, k * ROW_TERMS);
          });
          const values = Float64Array.from(points, ([, value]) => value);
          const first = Float64Array.of(0.3, -0.2, 0.1, 0.5, 0, -0.4, 0.2, 0);
          let round = 0;
          robustFit(rows, values, [scale, scale], (normal, right, total) => {
            const fit = round++ === 0 ? new Float64Array(ROW_TERMS) : first;
            const weights = points.map(([row, value]) => {
              const guess = row.reduce((sum, v, i) => sum + v * fit[i]!, 0);
              return (1 + ((value - guess) / scale) ** 2) ** -2;
            });
            const sum = (of: (k: number) => number): number =>
              weights.reduce((all, weight, k) => all + weight * of(k), 0);
            const near = (a: number, b: number): void => {
              assert.ok(Math.abs(a - b) < 1e-9, `${a} instead of ${b}`);
            };
            near(
              total,
              sum(() => 1),
            );
            for (let i = 0; i < 7; i++) {
              near(
                right[i]!,
                sum((k) => points[k]![1] * points[k]![0][i]!),
              );
              for (let j = 0; j < 7; j++)
                near(
                  normal[i * ROW_TERMS + j]!,
                  sum((k) => points[k]![0][i]! * points[k]![0][j]!),
                );
            }
            return first;
          });
          assert.equal(round, 2);
        },
      ),
    );
  });
});
