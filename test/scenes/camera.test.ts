import assert from "node:assert/strict";
import {
  cameraAt,
  pixelToGround,
  pixelToUpright,
} from "../../src/scenes/camera.ts";
import { mapPoint, invertPlaneMap } from "../../src/scenes/homography.ts";
import { presetNamed } from "../../src/scenes/presets.ts";
import type { SceneCameraMotion } from "../../src/scenes/scene-spec.ts";

const cameraOf = (motion: SceneCameraMotion, t: number) =>
  cameraAt({ ...presetNamed("shadow-static")!, camera: motion }, t, 1);

const near = (
  a: readonly [number, number],
  b: readonly [number, number],
): void => {
  assert.ok(
    Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-6,
    `${a.join()} is not ${b.join()}`,
  );
};

describe("the scene's camera", () => {
  for (const motion of ["static", "pan-zoom", "handheld", "travel"] as const) {
    it(`sees the foot of an upright plane where the ground is, ${motion}`, () => {
      const camera = cameraOf(motion, 11);
      const upright = invertPlaneMap(pixelToUpright(camera, 0.7, 5));
      const [u, v] = mapPoint(upright, 0.3, 0);
      near(mapPoint(pixelToGround(camera), u, v), [1, 5]);
    });

    it(`sees a mirrored point at the negative height, ${motion}`, () => {
      const camera = cameraOf(motion, 11);
      const plane = pixelToUpright(camera, 0, 5);
      const [u, v] = mapPoint(invertPlaneMap(plane), 0.4, -1.2);
      // The ray to that pixel, turned upwards where it meets the ground, must meet the plane at +1.2.
      const [gx, gz] = mapPoint(pixelToGround(camera), u, v);
      const t = (5 - gz) / (gz - camera.z);
      near([gx + t * (gx - camera.x), t * camera.y], [0.4, 1.2]);
    });
  }

  it("moves near and far by one homography when it only turns and zooms", () => {
    const [before, after] = [cameraOf("pan-zoom", 4), cameraOf("pan-zoom", 25)];
    // Two world points on one ray of the first camera stay on one ray of the second.
    const [u, v] = [150, 180];
    const at = (depth: number): readonly [number, number] => {
      const [x, y] = mapPoint(pixelToUpright(before, 0, depth), u, v);
      return mapPoint(invertPlaneMap(pixelToUpright(after, 0, depth)), x, y);
    };
    near(at(4), at(8));
  });

  it("shifts near and far apart when it travels", () => {
    const [before, after] = [cameraOf("travel", 4), cameraOf("travel", 25)];
    const at = (depth: number): readonly [number, number] => {
      const [x, y] = mapPoint(pixelToUpright(before, 0, depth), 150, 180);
      return mapPoint(invertPlaneMap(pixelToUpright(after, 0, depth)), x, y);
    };
    assert.ok(Math.abs(at(4)[0] - at(8)[0]) > 10);
  });
});
