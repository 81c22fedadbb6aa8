import assert from "node:assert/strict";
import fc from "fast-check";
import type { Homography } from "../../src/kernels/homography.ts";
import { openScope } from "../../src/kernels/memory.ts";
import { raster, type Raster } from "../../src/kernels/raster.ts";
import {
  displacedHomographyField,
  flowField,
  homographyField,
  listCoordinates,
  sampleCubic,
  sampleLinear,
  sampleNearest,
  type CoordinateField,
} from "../../src/kernels/warp.ts";
import { largestDifference, randomRasters } from "./random-rasters.ts";
import * as reference from "./reference/warp.ts";

/** A few roundings of float32 in [0, 1]. */
const TOLERANCE = 2e-6;

/** Maps that turn, shift, tilt and enlarge, also out of the picture; every fourth has no tilt. */
const homographies: fc.Arbitrary<Homography> = fc
  .tuple(
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 8,
      maxLength: 8,
    }),
    fc.constantFrom(0, 1e-3, 1e-2, 0.1),
  )
  .map(([v, tilt]) => [
    1 + v[0]! / 2,
    v[1]! / 2,
    20 * v[2]!,
    v[3]! / 2,
    1 + v[4]! / 2,
    20 * v[5]!,
    tilt * v[6]!,
    tilt * v[7]!,
    1,
  ]);

const side = fc.integer({ min: 1, max: 300 });
const beyond = fc.constantFrom(undefined, 0, -1, 0.5);

/** A field, and the same as the reference has it. */
interface Fields {
  readonly field: CoordinateField;
  readonly expected: reference.CoordinateField;
}

const fields: fc.Arbitrary<Fields> = fc.oneof(
  fc.tuple(homographies, side, side).map(([map, height, width]) => ({
    field: homographyField(map, height, width),
    expected: reference.homographyField(map, height, width),
  })),
  randomRasters(1).map((noise) => {
    const flow = flowOf(noise);
    return { field: flowField(flow), expected: reference.flowField(flow) };
  }),
  fc.tuple(homographies, randomRasters(1)).map(([map, noise]) => {
    const flow = flowOf(noise);
    return {
      field: displacedHomographyField(map, flow),
      expected: reference.displacedHomographyField(map, flow),
    };
  }),
  fc.tuple(homographies, side, side).map(([map, height, width]) => {
    const expected = reference.homographyField(map, height, width);
    return { field: expected, expected };
  }),
);

/** Up to ten pixels in each direction. */
function flowOf({ height, width, data }: Raster): Raster {
  const flow = raster(2, height, width);
  flow.data.set(data.map((v) => 20 * v - 10));
  flow.data.set(
    data.map((v) => 10 * Math.sin(40 * v)),
    data.length,
  );
  return flow;
}

describe("warps", () => {
  it("are their references', whatever the shapes, by homographies, flows, both and lists", () => {
    fc.assert(
      fc.property(
        randomRasters(),
        fields,
        beyond,
        (source, { field, expected }, outside) => {
          const cubic = reference.sampleCubic(source, expected);
          assert.ok(
            largestDifference(sampleCubic(source, field).data, cubic.data) <=
              TOLERANCE,
          );
          const linear = reference.sampleLinear(source, expected, outside);
          assert.ok(
            largestDifference(
              sampleLinear(source, field, outside).data,
              linear.data,
            ) <= TOLERANCE,
          );
          assert.deepEqual(
            sampleNearest(source, field, outside ?? 7).data,
            reference.sampleNearest(source, expected, outside ?? 7).data,
          );
        },
      ),
    );
  });

  it("list the references' coordinates", () => {
    fc.assert(
      fc.property(fields, ({ field, expected }) => {
        const { x, y } = "x" in field ? field : listCoordinates(field);
        assert.deepEqual(x, expected.x);
        assert.deepEqual(y, expected.y);
      }),
    );
  });

  it("round halves up and find the outermost pixels, however near the border", () => {
    const source = raster(1, 1, 3, Float32Array.of(1, 2, 3));
    const x = Float32Array.of(
      -0.5,
      -0.5000001,
      0.49999997,
      0.5,
      2.4999998,
      2.5,
    );
    const field = { height: 1, width: 6, x, y: new Float32Array(6) };
    assert.deepEqual(
      [...sampleNearest(source, field, 9).data],
      [1, 9, 1, 2, 3, 9],
    );
  });

  it("take what has no coordinates, or endless ones, for outside", () => {
    const source = raster(1, 5, 5, new Float32Array(25).fill(0.3));
    const x = Float32Array.of(NaN, Infinity, -Infinity, 2, 1e30, NaN);
    const y = Float32Array.of(2, 2, 2, NaN, -1e30, NaN);
    const field = { height: 1, width: 6, x, y };
    assert.ok(sampleLinear(source, field, 7).data.every((v) => v === 7));
    assert.ok(sampleNearest(source, field, 7).data.every((v) => v === 7));
    const ends = [1, 2, 4].map((i) => sampleCubic(source, field).data[i]!);
    assert.ok(ends.every((v) => Math.abs(v - 0.3) < TOLERANCE));
  });

  it("give the same in the kernels' memory as outside it", () => {
    fc.assert(
      fc.property(randomRasters(), homographies, (source, map) => {
        const field = homographyField(map, source.height, source.width);
        const outside = sampleCubic(source, field);
        using _scope = openScope();
        const copy = raster(source.channels, source.height, source.width);
        copy.data.set(source.data);
        assert.deepEqual(sampleCubic(copy, field).data, outside.data);
      }),
    );
  });
});
