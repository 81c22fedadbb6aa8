import assert from "node:assert/strict";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { cleaningGain } from "../../../src/vision/corrections/clean-background.ts";
import { strokeArea } from "../../../src/vision/corrections/stroke.ts";
import { constant, texture } from "../seeded.ts";

const [width, height] = [96, 64];

/** A ground with a soft dark spot in its middle that has stayed in the background. */
function spoilt(): { readonly truth: Raster; readonly background: Raster } {
  const ground = texture(3, height, width, 3);
  const truth = raster(
    3,
    height,
    width,
    ground.data.map((v) => 0.4 + 0.2 * v),
  );
  const background = raster(3, height, width);
  const area = width * height;
  for (let i = 0; i < 3 * area; i++) {
    const x = ((i % area) % width) - 48;
    const y = Math.floor((i % area) / width) - 32;
    const dark = Math.min(1, Math.max(0, 2 - Math.hypot(x, y) / 8));
    background.data[i] = truth.data[i]! * (1 - 0.4 * dark);
  }
  return { truth, background };
}

const where = strokeArea(
  { points: [[48.5, 32.5]], radius: 20 },
  { width, height },
  { width, height },
);

/** Mean difference from the truth within the stroke. */
function error(gain: Raster, { truth, background }: ReturnType<typeof spoilt>) {
  const area = width * height;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < 3 * area; i++) {
    if (where.data[i % area]! < 1) continue;
    sum += Math.abs(background.data[i]! * gain.data[i]! - truth.data[i]!);
    count++;
  }
  return sum / count;
}

describe("a background in which something is left over", () => {
  const none = constant(1, height, width, 0);

  it("gets the light of its surroundings and keeps its texture", () => {
    const some = spoilt();
    const before = error(constant(3, height, width, 1), some);
    const gain = cleaningGain(some.background, where, none, [], 1, true);
    const after = error(gain, some);
    assert.ok(after < 0.3 * before, `${after} of ${before}`);
    // Nothing outside the stroke is touched.
    gain.data.forEach((value, i) => {
      if (where.data[i % (width * height)] === 0) assert.equal(value, 1);
    });
  });

  it("takes what other frames show of the place", () => {
    const some = spoilt();
    const usable = constant(1, height, width, 1);
    const sample = { background: some.truth, usable };
    const gain = cleaningGain(
      some.background,
      where,
      none,
      [sample, sample, { background: some.background, usable }],
      1,
      true,
    );
    assert.ok(error(gain, some) < 1e-3, String(error(gain, some)));
  });

  it("believes no other frames that have the same left over", () => {
    const some = spoilt();
    const usable = constant(1, height, width, 1);
    const same = { background: some.background, usable };
    const alone = cleaningGain(some.background, where, none, [], 1, true);
    const gain = cleaningGain(
      some.background,
      where,
      none,
      [same, same],
      1,
      true,
    );
    assert.deepEqual(gain.data, alone.data);
  });
});
