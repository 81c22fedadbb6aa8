import assert from "node:assert/strict";
import fc from "fast-check";
import { raster, type Raster } from "../../src/kernels/raster.ts";
import {
  medianOfSamples,
  modeOfSamples,
  type WeightedSamples,
} from "../../src/kernels/samples.ts";
import { randomRasters } from "./random-rasters.ts";
import { medianOf, modesOf } from "./reference/samples.ts";

/** Up to 26 samples of a small picture: about one in four without weight, and some pixels with none at all. */
const randomSamples = fc
  .tuple(
    fc.integer({ min: 1, max: 26 }),
    randomRasters(1).filter(({ data }) => data.length < 200),
    fc.integer(),
  )
  .map(([n, shape, seed]): WeightedSamples => {
    const { height, width } = shape;
    let state = seed >>> 0;
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const fill = (channels: number, value: (i: number) => number): Raster => {
      const out = raster(channels, height, width);
      for (let i = 0; i < out.data.length; i++) out.data[i] = value(i);
      return out;
    };
    const colours = Array.from({ length: n }, () =>
      fill(3, () => 0.4 + 0.2 * random()),
    );
    const weights = Array.from({ length: n }, () =>
      fill(1, (i) => (i % 7 === 3 ? 0 : Math.max(0, random() - 0.25))),
    );
    return { height, width, colours, weights };
  });

/** 1 over six times the square of .02, as backgrounds are fused, and of .1. */
const scale = fc.constantFrom(1 / 0.0024, 1 / 0.06);

describe("the mode of samples", () => {
  it("is its reference, whatever the shape and the number of samples", () => {
    fc.assert(
      fc.property(randomSamples, scale, (samples, sharpness) => {
        const { colour, spread, count } = modeOfSamples(samples, sharpness, 2);
        const area = samples.height * samples.width;
        for (let i = 0; i < area; i++) {
          const modes = modesOf(samples, i, sharpness, 2);
          const found = [0, 1, 2].map((c) => colour.data[c * area + i]!);
          const shown = samples.weights.filter((w) => w.data[i]! > 0).length;
          assert.equal(count.data[i], shown);
          if (shown === 0) assert.deepEqual(found, [0, 0, 0]);
          else
            assert.ok(
              modes.some(
                (mode) =>
                  Math.abs(Math.sqrt(mode.variance) - spread.data[i]!) < 2e-5 &&
                  mode.colour.every((v, c) => Math.abs(v - found[c]!) < 1e-5),
              ),
              `${found.join()} ± ${spread.data[i]} is none of ${JSON.stringify(modes)}`,
            );
        }
      }),
    );
  });
});

describe("the median of samples", () => {
  it("is its reference, whatever the shape and the number of samples", () => {
    fc.assert(
      fc.property(randomSamples, (samples) => {
        const { colour, count } = medianOfSamples(samples);
        const area = samples.height * samples.width;
        for (let i = 0; i < area; i++) {
          const shown = samples.weights.filter((w) => w.data[i]! > 0).length;
          assert.equal(count.data[i], shown);
          for (let c = 0; c < 3; c++)
            assert.equal(
              colour.data[c * area + i],
              Math.fround(medianOf(samples, i, c)),
            );
        }
      }),
    );
  });
});
