import assert from "node:assert/strict";
import type { CanvasPlan } from "../../../src/vision/background/canvas.ts";
import { fillCanvas } from "../../../src/vision/background/fill-canvas.ts";
import { neverSeen } from "../../../src/vision/background/never-seen.ts";
import type { FusedSamples } from "../../../src/vision/background/mode-fusion.ts";
import { identity, translation } from "../../../src/kernels/homography.ts";
import { cut } from "../../../src/vision/image/rect.ts";
import { plane, raster, type Raster } from "../../../src/kernels/raster.ts";
import { constant, texture } from "../seeded.ts";

const HEIGHT = 96;
const WIDTH = 128;
const AREA = HEIGHT * WIDTH;
/** Of the second canvas to the first. */
const SHIFT = 6;

/** What lies behind everything, wider than a canvas. */
const scene = texture(3, HEIGHT, WIDTH + SHIFT, 21);

const inHole = (x: number, y: number): boolean =>
  Math.hypot(x - 64, y - 48) <= 15;

/** A canvas that shows the scene from column `left` on and not the disc in it. */
function canvas(left: number): {
  plan: CanvasPlan;
  fused: FusedSamples;
  hidden: { source: Raster; usable: Raster; wanted: Raster };
} {
  const colour = cut(scene, {
    left,
    top: 0,
    right: left + WIDTH,
    bottom: HEIGHT,
  });
  const seen = raster(1, HEIGHT, WIDTH);
  const wanted = raster(1, HEIGHT, WIDTH);
  for (let i = 0; i < AREA; i++) {
    const inside = inHole((i % WIDTH) + left, Math.floor(i / WIDTH));
    wanted.data[i] = inside ? 1 : 0;
    seen.data[i] = inside ? 0 : 1;
    if (inside) for (let at = i; at < 3 * AREA; at += AREA) colour.data[at] = 0;
  }
  return {
    plan: {
      keyframe: 0,
      width: WIDTH,
      height: HEIGHT,
      canvasToFirst: translation(left, 0),
      samples: [0],
    },
    fused: { colour, spread: constant(1, HEIGHT, WIDTH, 0), count: seen },
    hidden: { source: colour, usable: seen, wanted },
  };
}

describe("filling canvases", () => {
  it("invents once and carries it to the other canvases, so that it stands still", () => {
    const first = canvas(0);
    const second = canvas(SHIFT);
    const filled = fillCanvas(first.plan, first.fused, first.hidden, []);
    assert.deepEqual(filled.invented.data, first.hidden.wanted.data);
    const carried = fillCanvas(second.plan, second.fused, second.hidden, [
      { plan: first.plan, canvas: filled },
    ]);
    const anew = fillCanvas(second.plan, second.fused, second.hidden, []);
    const apart = (of: FusedSamples): number => {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < AREA; i++) {
        if (second.hidden.wanted.data[i] === 0) continue;
        for (let at = i; at < 3 * AREA; at += AREA) {
          sum += Math.abs(
            of.colour.data[at]! - filled.colour.data[at + SHIFT]!,
          );
          count++;
        }
      }
      return sum / count;
    };
    assert.ok(apart(carried) < 2e-3, `${apart(carried)} apart`);
    // Without it, there would be something to see.
    assert.ok(apart(anew) > 10 * apart(carried));
    assert.ok(carried.invented.data.every((v) => v === 0));
  });

  it("does not touch what a frame shows", () => {
    const { plan, fused, hidden } = canvas(0);
    const { colour } = fillCanvas(plan, fused, hidden, []);
    for (let i = 0; i < colour.data.length; i++)
      if (hidden.wanted.data[i % AREA] === 0)
        assert.equal(colour.data[i], fused.colour.data[i]);
  });
});

describe("what no frame shows", () => {
  const subjects = raster(1, HEIGHT, WIDTH);
  for (let i = 0; i < AREA; i++)
    subjects.data[i] = inHole(i % WIDTH, Math.floor(i / WIDTH)) ? 1 : 0;
  const seen = raster(1, HEIGHT, WIDTH);
  for (let i = 0; i < AREA; i++) seen.data[i] = 1 - subjects.data[i]!;
  /** Two frames of which the second has a shadow across its left. */
  const plain = canvas(0).fused.colour;
  const shaded = raster(3, HEIGHT, WIDTH, plain.data.slice());
  for (let i = 0; i < shaded.data.length; i++)
    if (i % WIDTH < 40) shaded.data[i]! *= 0.5;

  const found = (
    count: Raster,
    colours: readonly Raster[],
    left = 0,
  ): ReturnType<typeof neverSeen> =>
    neverSeen(
      {
        keyframe: 0,
        width: WIDTH,
        height: HEIGHT,
        canvasToFirst: translation(left, 0),
        samples: colours.map((_, k) => k),
      },
      colours.map(() => ({ subjects, firstToFrame: identity })),
      {
        height: HEIGHT,
        width: WIDTH,
        colours,
        valid: colours.map(() => seen),
        count,
      },
      { colour: plain, spread: constant(1, HEIGHT, WIDTH, 0), count },
    );

  it("lies in a frame, beneath the subjects; what lies beyond all frames is not wanted", () => {
    const count = raster(1, HEIGHT, WIDTH, seen.data.slice());
    for (let i = 0; i < AREA; i++) if (i % WIDTH < 10) count.data[i] = 0;
    const hidden = found(count, [plain], -10);
    assert.ok(hidden !== undefined);
    for (let i = 0; i < AREA; i++)
      assert.equal(
        hidden.wanted.data[i],
        i % WIDTH >= 10 && count.data[i] === 0 ? 1 : 0,
      );
    assert.equal(found(constant(1, HEIGHT, WIDTH, 1), [plain]), undefined);
  });

  it("is not copied from where the frame shows an effect", () => {
    const count = raster(1, HEIGHT, WIDTH, seen.data.slice());
    for (let i = 0; i < AREA; i++) count.data[i]! *= 5;
    const hidden = found(count, [shaded]);
    assert.ok(hidden !== undefined);
    assert.equal(plane(hidden.source, 0).data[5], shaded.data[5]);
    let shadow = 0;
    let rest = 0;
    for (let i = 0; i < AREA; i++) {
      if (i % WIDTH < 34) shadow += hidden.usable.data[i]! / (34 * HEIGHT);
      if (i % WIDTH > 100) rest += hidden.usable.data[i]! / (27 * HEIGHT);
    }
    assert.ok(shadow < 0.1, `${shadow} of the shadow`);
    assert.ok(rest > 0.999, `${rest} of the rest`);
  });
});
