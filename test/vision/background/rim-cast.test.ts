import assert from "node:assert/strict";
import { withoutCast } from "../../../src/vision/background/rim-cast.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { constant, seeded } from "../seeded.ts";

const SIZE = 40;
const AREA = SIZE * SIZE;

const hole = Uint8Array.from({ length: AREA }, (_, i) =>
  Math.hypot((i % SIZE) - 20, Math.floor(i / SIZE) - 20) <= 12 ? 1 : 0,
);
const known = hole.map((inside) => 1 - inside);

/** The hole's colours, as a function of the direction from its middle, 0…1. */
function around(colour: (direction: number) => number): Raster {
  const out = raster(3, SIZE, SIZE);
  for (let i = 0; i < out.data.length; i++) {
    const x = (i % SIZE) - 20;
    const y = Math.floor((i % AREA) / SIZE) - 20;
    out.data[i] = colour((Math.atan2(y, x) / Math.PI + 1) / 2);
  }
  return out;
}

/** Largest difference within the hole. */
function apart(a: Raster, b: Raster): number {
  let largest = 0;
  for (let i = 0; i < a.data.length; i++)
    if (hole[i % AREA] === 1)
      largest = Math.max(largest, Math.abs(a.data[i]! - b.data[i]!));
  return largest;
}

describe("light or shade of a subject on a hole's rim", () => {
  const far = constant(3, SIZE, SIZE, 0.4);

  it("is taken away where it lies all around, stronger on one side", () => {
    for (const sign of [-1, 1]) {
      const rim = around((d) => 0.4 + sign * (0.1 + 0.15 * d));
      assert.ok(apart(withoutCast(rim, far, known, hole), far) < 1e-6);
    }
  });

  it("is taken away although the ground has texture", () => {
    const random = seeded(2);
    const rim = around(() => 0.6 + 0.1 * (random() - 0.5));
    assert.ok(apart(withoutCast(rim, far, known, hole), far) < 1e-6);
  });

  it("is not what a third of the rim has for itself", () => {
    const rim = around((d) => (d < 0.33 ? 0.7 : 0.4));
    assert.ok(apart(withoutCast(rim, far, known, hole), rim) < 1e-6);
  });

  it("is not what departs here to one side and there to the other", () => {
    const rim = around((d) => 0.4 + 0.3 * Math.sin(2 * Math.PI * d) + 0.01);
    assert.ok(apart(withoutCast(rim, far, known, hole), rim) < 0.01);
  });

  it("is not told where nothing around is known", () => {
    const rim = constant(3, SIZE, SIZE, 0.7);
    const nothing = new Uint8Array(AREA);
    assert.ok(apart(withoutCast(rim, far, nothing, hole), rim) < 1e-6);
  });
});
