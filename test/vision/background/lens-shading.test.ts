import assert from "node:assert/strict";
import { gaussian } from "../../../src/kernels/gaussian.ts";
import { translation } from "../../../src/kernels/homography.ts";
import { plane, raster, type Raster } from "../../../src/kernels/raster.ts";
import { uniformRandom } from "../../../src/scenes/seeded-random.ts";
import { NeighbourFill } from "../../../src/vision/background/fill-from-neighbours.ts";
import {
  fitLensShading,
  shadeAsLens,
  withoutShading,
  type LensShading,
} from "../../../src/vision/background/lens-shading.ts";
import { rgbToBytes } from "../../../src/vision/image/colour.ts";

const size = { width: 160, height: 96 };
/** Corners at .67 of their light where it is grey, as a real zoom lens at its widest. */
const lens: LensShading = [-0.46, -0.12, 0.35, 0.16];
const SHIFT = 12;

/** Ground along which a camera pans, wide enough for all frames. */
function ground(seed: number): Raster {
  const random = uniformRandom(seed);
  const wide = raster(3, size.height, size.width + 10 * SHIFT);
  for (let i = 0; i < wide.data.length; i++) wide.data[i] = random();
  const soft = gaussian(wide, 3);
  const [low, high] = [0.42, 0.58];
  for (let i = 0; i < soft.data.length; i++) {
    const share = (soft.data[i]! - low) / (high - low);
    soft.data[i] = Math.min(0.9, Math.max(0.08, 0.1 + 0.7 * share));
  }
  return soft;
}

/** What a frame sees, `shift` pixels along the ground. */
function frameAt(wide: Raster, shift: number, shading?: LensShading): Raster {
  const { width, height } = size;
  const out = raster(3, height, width);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        out.data[(c * height + y) * width + x] =
          wide.data[(c * height + y) * wide.width + x + shift]!;
  if (shading !== undefined) shadeAsLens(out, shading);
  return out;
}

const everywhere = raster(1, size.height, size.width);
everywhere.data.fill(1);

const viewsOf = (shading: LensShading | undefined, step: number) =>
  Array.from({ length: 10 }, (_, t) => ({
    grey: plane(frameAt(ground(3), t * step, shading), 1),
    visible: everywhere,
    firstToFrame: translation(-t * step, 0),
  }));

const meanDifference = (a: Raster, b: Raster): number =>
  a.data.reduce((sum, v, i) => sum + Math.abs(v - b.data[i]!), 0) /
  a.data.length;

describe("a lens's shading", () => {
  it("is told by what the same places show at different distances from the middle, whatever the exposure", () => {
    const views = viewsOf(lens, SHIFT).map((view, t) => {
      const grey = raster(1, size.height, size.width, view.grey.data.slice());
      for (let i = 0; i < grey.data.length; i++) grey.data[i]! *= 1 - 0.01 * t;
      return { ...view, grey };
    });
    const found = fitLensShading(views);
    assert.ok(found !== null);
    const frame = frameAt(ground(4), 0, lens);
    const bare = frameAt(ground(4), 0);
    const left = meanDifference(withoutShading(frame, found), bare);
    const before = meanDifference(frame, bare);
    assert.ok(left < 0.15 * before, `${left} of ${before}`);
  });

  it("is not seen where there is none, nor where the camera stands still", () => {
    assert.equal(fitLensShading(viewsOf(undefined, SHIFT)), null);
    assert.equal(fitLensShading(viewsOf(lens, 0)), null);
  });

  it("is put back as it was taken off", () => {
    const frame = frameAt(ground(5), 0, lens);
    const back = withoutShading(frame, lens);
    shadeAsLens(back, lens);
    for (const [i, value] of frame.data.entries())
      assert.ok(Math.abs(value - back.data[i]!) < 0.5 / 255, `${i}`);
  });

  it("does not darken what is filled in from another frame's corner", () => {
    const wide = ground(6);
    const target = frameAt(wide, 0, lens);
    const other = frameAt(wide, 60, lens);
    const { width, height } = size;
    const region = Int32Array.from({ length: 200 }, (_, k) => {
      const x = 70 + (k % 20);
      const y = 43 + Math.floor(k / 20);
      return y * width + x;
    });
    const errorWith = (shading: LensShading | null): number => {
      const fill = new NeighbourFill(
        width,
        height,
        { bytes: rgbToBytes(target), visible: everywhere },
        region,
        shading,
      );
      fill.add(
        { bytes: rgbToBytes(other), visible: everywhere },
        [translation(-60, 0)],
        1,
      );
      const out = raster(3, height, width);
      fill.writeOver(out, new Float32Array(region.length).fill(1));
      let sum = 0;
      for (const i of region)
        for (let c = 0; c < 3; c++) {
          const at = c * width * height + i;
          sum += Math.abs(out.data[at]! - target.data[at]!);
        }
      return sum / (3 * region.length);
    };
    const [plain, moved] = [errorWith(null), errorWith(lens)];
    assert.ok(moved < 0.01, `${moved}`);
    assert.ok(moved < 0.3 * plain, `${moved} of ${plain}`);
  });
});
