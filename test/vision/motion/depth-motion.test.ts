import assert from "node:assert/strict";
import { loadOpenCV } from "@opencvjs/web";
import {
  compose,
  identity,
  type Homography,
} from "../../../src/kernels/homography.ts";
import {
  displacedHomographyField,
  homographyField,
  sampleLinear,
  type CoordinateField,
} from "../../../src/kernels/warp.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { presetNamed } from "../../../src/scenes/presets.ts";
import {
  renderScene,
  type SceneFrame,
} from "../../../src/scenes/render-scene.ts";
import { backgroundArea } from "../../../src/vision/background/canvas.ts";
import { fromBytes, luma } from "../../../src/vision/image/colour.ts";
import { estimateMotion } from "../../../src/vision/motion/camera-motion.ts";
import { followDepth } from "../../../src/vision/motion/depth-motion.ts";
import { openCvLibrary } from "../../../src/vision/motion/opencv-library.ts";
import type { VisionLibrary } from "../../../src/vision/motion/vision-library.ts";
import { meshFlow, meshGrid } from "../../../src/vision/motion/warp-mesh.ts";

const width = 320;
const height = 184;

let vision: VisionLibrary;
before(async () => {
  vision = openCvLibrary(await loadOpenCV());
});

/** Follows a scene's first frame to some later ones, and looks how the last one's true background lies to the first's. */
async function follow(name: string, seed: number) {
  const scene = renderScene({
    ...presetNamed(name)!,
    seed,
    size: { width, height },
    supersample: 1,
    frameCount: 16,
  });
  const look = (t: number) => {
    const frame = scene.frame(t);
    const subjects = raster(1, height, width);
    for (const { mask } of frame.subjects)
      mask.forEach(
        (v, i) => (subjects.data[i] = Math.max(subjects.data[i]!, v / 255)),
      );
    return {
      frame,
      grey: luma(fromBytes(frame.rgb, height, width)),
      visible: backgroundArea(subjects),
    };
  };
  const key = look(2);
  const corners = vision.corners(key.grey, key.visible, 1200);
  const grid = meshGrid(width, height, width);
  let before: typeof key & { map: Homography } = { ...key, map: identity };
  const later = [4, 6, 8, 10, 12].map((index) => {
    const { frame, grey, visible } = look(index);
    const from = vision.corners(before.grey, before.visible, 400);
    const step = estimateMotion(vision, before.grey, grey, from).map;
    const guess = compose(step, before.map);
    const direct = estimateMotion(vision, key.grey, grey, corners, guess);
    const map = direct.model === "homography" ? direct.map : guess;
    before = { frame, grey, visible, map };
    return { frame, seen: { index, grey, visible, map } };
  });
  const { meshes, explained } = await followDepth(
    key.grey,
    corners,
    later.map(({ seen }) => ({ load: () => Promise.resolve(seen) })),
    grid,
    [0, 0],
  );
  const { frame, seen } = later.at(-1)!;
  const plane = homographyField(seen.map, height, width);
  const mesh = displacedHomographyField(
    seen.map,
    meshFlow(grid, meshes.at(-1)!, height, width, { x: 1, y: 1 }),
  );
  const shadow = key.frame.subjects[0]!.effectAlpha;
  const error = (field: CoordinateField, inShadow: boolean): number =>
    meanDifference(key.frame, frame, field, (i) =>
      inShadow ? shadow[i]! > 25 : i % width > 20 && i % width < width - 20,
    );
  return {
    plane: explained.plane / explained.corners,
    mesh: explained.mesh / explained.corners,
    error,
    fields: { plane, mesh },
  };
}

/** Mean difference of two frames' true backgrounds in levels. */
function meanDifference(
  a: SceneFrame,
  b: SceneFrame,
  field: CoordinateField,
  counts: (pixel: number) => boolean,
): number {
  const grey = (frame: SceneFrame): Raster =>
    luma(fromBytes(frame.background, height, width));
  const moved = sampleLinear(grey(b), field);
  const target = grey(a);
  let sum = 0;
  let pixels = 0;
  for (let i = 0; i < width * height; i++) {
    if (!counts(i)) continue;
    sum += Math.abs(moved.data[i]! - target.data[i]!);
    pixels++;
  }
  return (255 * sum) / pixels;
}

describe("following depth", () => {
  for (const seed of [12, 31])
    it(`finds how wall and ground of scene ${seed} shift apart, beneath the shadow too`, async () => {
      const { plane, mesh, error, fields } = await follow(
        "parallax-wall-and-ground",
        seed,
      );
      assert.ok(mesh > plane + 0.15, `${mesh} after ${plane}`);
      assert.ok(mesh > 0.8, `${mesh}`);
      for (const inShadow of [false, true]) {
        const before = error(fields.plane, inShadow);
        const after = error(fields.mesh, inShadow);
        assert.ok(after < 0.7 * before, `${after} after ${before}`);
      }
    });

  it("has nothing to add where one plane explains the clip", async () => {
    const { plane, mesh } = await follow("shadow-pan", 4);
    assert.ok(plane > 0.85, `${plane}`);
    assert.ok(mesh < plane + 0.05, `${mesh} after ${plane}`);
  });
});
