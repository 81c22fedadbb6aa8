import fc from "fast-check";
import { poisonReleased } from "../../src/kernels/memory.ts";
import { raster, type Raster } from "../../src/kernels/raster.ts";

// Whatever a kernel reads of memory that is nobody's, or writes beyond its own, is to show.
poisonReleased();

/** Sizes at which borders, rows of one pixel and what does not fill a vector show. */
const side = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 5, 15, 16, 17),
  fc.integer({ min: 1, max: 70 }),
);

/** Rasters of any small shape, with values in [0, 1] that have no pattern. */
export const randomRasters = (mostChannels = 3): fc.Arbitrary<Raster> =>
  randomOf(fc.integer({ min: 1, max: mostChannels }));

/** The same, of so many planes. */
export const randomStacks = (channels: number): fc.Arbitrary<Raster> =>
  randomOf(fc.constant(channels));

function randomOf(planes: fc.Arbitrary<number>): fc.Arbitrary<Raster> {
  return fc
    .tuple(planes, side, side, fc.integer())
    .map(([channels, height, width, seed]) => {
      const out = raster(channels, height, width);
      let state = seed >>> 0;
      for (let i = 0; i < out.data.length; i++) {
        // A linear congruential generator (Numerical Recipes): reproducible, and quick enough for whole pictures.
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        out.data[i] = state / 2 ** 32;
      }
      return out;
    });
}

/** Planes of a stack as a view of the same memory. */
export function planesOf(stack: Raster, first: number, count: number): Raster {
  const area = stack.height * stack.width;
  return {
    ...stack,
    channels: count,
    data: stack.data.subarray(first * area, (first + count) * area),
  };
}

/** Largest absolute difference of two arrays of one length. */
export function largestDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
