import type { PlaneMap } from "./homography.ts";
import { uniformRandom } from "./seeded-random.ts";
import type { SceneSpec } from "./scene-spec.ts";

/**
 * A pinhole camera in one frame. World axes: x to the right, y up (the ground is y = 0), z away from the camera.
 * Angles are in radians: yaw to the right, pitch downwards, roll clockwise.
 */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Focal length in pixels. */
  readonly focal: number;
  /** Principal point in pixels; pixel centres are at half integers. */
  readonly centreX: number;
  readonly centreY: number;
  /** Rows: the camera's right, down and forward axes in the world. */
  readonly right: Axis;
  readonly down: Axis;
  readonly forward: Axis;
}

/** A direction `[x, y, z]` of unit length in the world. */
type Axis = readonly [number, number, number];

/** Metres above the floor: a tall person's eye. */
const EYE_HEIGHT_METRES = 1.75;
/** Radians that the camera looks down, about eight degrees; chosen for the scenes. */
const PITCH_RADIANS = 0.14;
/** Focal length in frame heights: a lens of about 40 mm on 35 mm film. */
const FOCAL_IN_HEIGHTS = 1.08;

/** The camera of frame `t` (0-based) for pictures of `scale` times the spec's size. */
export function cameraAt(spec: SceneSpec, t: number, scale: number): Camera {
  const last = Math.max(1, spec.frameCount - 1);
  const progress = t / last;
  const eased = progress * progress * (3 - 2 * progress);
  let yaw = 0;
  let pitch = PITCH_RADIANS;
  let roll = 0;
  let zoom = 1;
  let x = 0;
  switch (spec.camera) {
    case "static":
      break;
    case "pan":
      yaw = -0.15 + 0.3 * eased;
      roll = 0.012 * Math.sin(progress * 3);
      break;
    case "pan-zoom":
      yaw = -0.17 + 0.34 * eased;
      pitch += 0.02 * Math.sin(progress * 4);
      zoom = 0.92 + 0.26 * eased;
      break;
    case "handheld": {
      const wobble = handWobble(spec.seed, t);
      yaw = 0.03 * Math.sin(t * 0.11) + wobble[0];
      pitch += wobble[1];
      roll = wobble[2];
      zoom = 1 + 0.02 * Math.sin(t * 0.07);
      break;
    }
    case "travel":
      x = -0.3 + 0.6 * eased;
      yaw = 0.05 - 0.1 * progress;
      break;
  }
  return orient(spec, scale, x, yaw, pitch, roll, zoom);
}

/** Hand tremor in radians (yaw, pitch, roll): a few sines whose rates have no common period, so it never repeats. */
function handWobble(seed: number, t: number): [number, number, number] {
  const random = uniformRandom(seed + 77);
  const axis = (amplitude: number): number => {
    let sum = 0;
    for (const rate of [0.21, 0.53, 1.27]) {
      sum += Math.sin(t * rate * (0.9 + 0.2 * random()) + 6.283 * random());
    }
    return amplitude * sum;
  };
  return [axis(0.006), axis(0.005), axis(0.004)];
}

function orient(
  spec: SceneSpec,
  scale: number,
  x: number,
  yaw: number,
  pitch: number,
  roll: number,
  zoom: number,
): Camera {
  const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
  const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
  const forward: Axis = [sy * cp, -sp, cy * cp];
  const level: Axis = [cy, 0, -sy];
  const steep: Axis = [-sy * sp, -cp, -cy * sp];
  const mix = (a: number, p: Axis, b: number, q: Axis): Axis => [
    a * p[0] + b * q[0],
    a * p[1] + b * q[1],
    a * p[2] + b * q[2],
  ];
  return {
    x,
    y: EYE_HEIGHT_METRES,
    z: 0,
    focal: FOCAL_IN_HEIGHTS * spec.size.height * scale * zoom,
    centreX: (spec.size.width * scale) / 2,
    centreY: (spec.size.height * scale) / 2,
    right: mix(cr, level, sr, steep),
    down: mix(-sr, level, cr, steep),
    forward,
  };
}

/** Coefficients of u, v and 1 in component `axis` of the ray through pixel position (u, v). */
function rayForm(camera: Camera, axis: 0 | 1 | 2): Axis {
  const right = camera.right[axis] / camera.focal;
  const down = camera.down[axis] / camera.focal;
  return [
    right,
    down,
    camera.forward[axis] - camera.centreX * right - camera.centreY * down,
  ];
}

const combine = (a: number, p: Axis, b: number, q: Axis): Axis => [
  a * p[0] + b * q[0],
  a * p[1] + b * q[1],
  a * p[2] + b * q[2],
];

/**
 * From pixel position to metres `(x − originX, y)` on the upright plane at distance `depth`.
 * Mirrored in the ground, a point of that plane is seen where this map yields −y.
 */
export function pixelToUpright(
  camera: Camera,
  originX: number,
  depth: number,
): PlaneMap {
  const [dx, dy, dz] = [0, 1, 2].map((axis) =>
    rayForm(camera, axis as 0 | 1 | 2),
  ) as [Axis, Axis, Axis];
  const away = depth - camera.z;
  return Float64Array.of(
    ...combine(camera.x - originX, dz, away, dx),
    ...combine(camera.y, dz, away, dy),
    ...dz,
  );
}

/** From pixel position to metres `(x, z)` on the ground; only below the horizon. */
export function pixelToGround(camera: Camera): PlaneMap {
  const [dx, dy, dz] = [0, 1, 2].map((axis) =>
    rayForm(camera, axis as 0 | 1 | 2),
  ) as [Axis, Axis, Axis];
  return Float64Array.of(
    ...combine(-camera.x, dy, camera.y, dx),
    ...combine(-camera.z, dy, camera.y, dz),
    ...combine(-1, dy, 0, dy),
  );
}
