import assert from "node:assert/strict";
import fc from "fast-check";
import {
  nearestPatches,
  PATCH_SIDE,
  searchPatches,
  type PatchFeatures,
  type PatchField,
} from "../../src/kernels/patch-search.ts";
import * as reference from "./reference/patch-search.ts";
import { seeded } from "../vision/seeded.ts";

/** Pictures with a right part to match and a left one to match it with. */
const halves = fc
  .record({
    height: fc.integer({ min: 8, max: 24 }),
    width: fc.integer({ min: 20, max: 40 }),
    channels: fc.constantFrom(4, 8, 12),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })
  .map(({ height, width, channels, seed }) => {
    const random = seeded(seed);
    const features: PatchFeatures = {
      height,
      width,
      channels,
      data: Float32Array.from({ length: height * width * channels }, random),
    };
    const wanted = new Uint8Array(height * width);
    const allowed = new Uint8Array(height * width);
    const last = (width >> 1) - PATCH_SIDE;
    for (let y = 0; y + PATCH_SIDE <= height; y++) {
      allowed.fill(1, y * width, y * width + last + 1);
      wanted.fill(
        1,
        y * width + (width >> 1),
        (y + 1) * width - PATCH_SIDE + 1,
      );
    }
    const indices = (set: Uint8Array): Int32Array =>
      Int32Array.from([...set.keys()].filter((i) => set[i] === 1));
    const pool = indices(allowed);
    const targets = indices(wanted);
    const sources = new Int32Array(height * width).fill(-1);
    for (const t of targets)
      sources[t] = pool[Math.floor(random() * pool.length)]!;
    const field: PatchField = {
      targets,
      wanted,
      allowed,
      sources,
      costs: new Float32Array(height * width),
    };
    return { features, field, pool, seed };
  });

const freely = { free: 0, penalty: 0 };
const copyOf = (field: PatchField): PatchField => ({
  ...field,
  sources: field.sources.slice(),
  costs: field.costs.slice(),
});

describe("the search for patches", () => {
  it("ends with allowed sources that cost what it says and never more than those it began with", () => {
    fc.assert(
      fc.property(halves, ({ features, field, seed }) => {
        const before = field.sources.slice();
        searchPatches(features, field, freely, 3, seed);
        for (const t of field.targets) {
          const source = field.sources[t]!;
          assert.equal(field.allowed[source], 1);
          const cost = reference.patchCost(features, t, source);
          assert.ok(Math.abs(cost - field.costs[t]!) <= 1e-5 * (1 + cost));
          assert.ok(
            cost <= reference.patchCost(features, t, before[t]!) + 1e-4,
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  it("finds what was copied, whole", () => {
    fc.assert(
      fc.property(halves, ({ features, field, seed }) => {
        const { height, width, channels, data } = features;
        const shift = width >> 1;
        for (let y = 0; y < height; y++)
          for (let x = shift; x < 2 * shift; x++)
            data.copyWithin(
              (y * width + x) * channels,
              (y * width + x - shift) * channels,
              (y * width + x - shift + 1) * channels,
            );
        searchPatches(features, field, freely, 20, seed);
        for (const t of field.targets)
          if ((t % width) + PATCH_SIDE <= 2 * shift)
            assert.equal(field.sources[t], t - shift);
      }),
      { numRuns: 30 },
    );
  });

  it("gives the same for the same seed", () => {
    fc.assert(
      fc.property(halves, ({ features, field, seed }) => {
        const other = copyOf(field);
        const after = searchPatches(features, field, freely, 2, seed);
        assert.equal(searchPatches(features, other, freely, 2, seed), after);
        assert.deepEqual(other, field);
      }),
      { numRuns: 20 },
    );
  });

  it("shares its targets out where repetition costs", () => {
    fc.assert(
      fc.property(halves, ({ features, field, pool, seed }) => {
        const most = (of: PatchField): number => {
          const uses = new Map<number, number>();
          for (const t of of.targets)
            uses.set(of.sources[t]!, (uses.get(of.sources[t]!) ?? 0) + 1);
          return Math.max(...uses.values());
        };
        // One flat source among noise is the nearest to every flat target.
        features.data.fill(0.5);
        for (const t of field.targets) field.sources[t] = pool[0]!;
        const sharing = copyOf(field);
        searchPatches(features, field, freely, 4, seed);
        searchPatches(features, sharing, { free: 1, penalty: 1 }, 4, seed);
        assert.equal(most(field), field.targets.length);
        assert.ok(most(sharing) < field.targets.length || pool.length === 1);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the nearest of all patches", () => {
  it("is the reference's, whatever is known", () => {
    fc.assert(
      fc.property(halves, ({ features, field, pool, seed }) => {
        const random = seeded(seed + 1);
        const known = Float32Array.from(field.wanted, () =>
          random() < 0.5 ? 1 : 0,
        );
        const patches = field.targets.filter((_, i) => i % 7 === 0);
        assert.deepEqual(
          nearestPatches(features, known, patches, pool),
          reference.nearestPatches(features, known, patches, pool),
        );
      }),
      { numRuns: 30 },
    );
  });
});
