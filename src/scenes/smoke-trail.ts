import { pixelToUpright, type Camera } from "./camera.ts";
import { positionAt } from "./figure.ts";
import { mapPoint, invertPlaneMap } from "./homography.ts";
import type { Rgb, SceneSpec, SubjectSpec } from "./scene-spec.ts";
import {
  uniformBetween,
  fractalNoise,
  uniformRandom,
} from "./seeded-random.ts";
import type { Sprite } from "./sprite.ts";

const SMOKE: Rgb = [0.84, 0.81, 0.76];
/** Puffs that begin in each frame; chosen for the scenes. */
const PUFFS_PER_FRAME = 2;
/** Frames a puff lives. */
const LIFE = 26;
/** Frames for which the car has been driving when the clip begins. */
const LEAD = 14;

interface Puff {
  /** Metres. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Optical depth at its centre. */
  readonly depth: number;
}

/** The puffs in the air in frame `t`: each leaves the rear wheel, grows, rises, drifts back and thins. */
function puffsAt(spec: SceneSpec, subject: SubjectSpec, t: number): Puff[] {
  const puffs: Puff[] = [];
  const direction = subject.to >= subject.from ? 1 : -1;
  for (let born = Math.max(-LEAD, t - LIFE); born <= t; born++) {
    for (let k = 0; k < PUFFS_PER_FRAME; k++) {
      const random = uniformRandom(
        spec.seed * 7919 + (born + LEAD) * PUFFS_PER_FRAME + k,
      );
      const age = t - born + random();
      const rear =
        positionAt(spec, subject, born - random()) -
        direction * 0.42 * subject.size;
      const grown = Math.sqrt(age / LIFE);
      const drift = uniformBetween(random, 0.008, 0.03) * age;
      puffs.push({
        x: rear - direction * drift + uniformBetween(random, -0.08, 0.08),
        y:
          0.16 +
          uniformBetween(random, 0, 0.12) +
          uniformBetween(random, 0.012, 0.034) * age,
        radius: 0.12 + uniformBetween(random, 0.35, 0.55) * grown,
        depth:
          1.5 * Math.exp(-age / 11) * Math.max(0, 1 - age / LIFE) +
          0.02 * (1 - age / LIFE),
      });
    }
  }
  return puffs;
}

/**
 * Lays a car's smoke over the effect so far: `α = 1 − exp(−Σ depth)`, each puff a Gaussian broken up by noise that drifts with it;
 * the colour is all but constant.
 *
 * @param effect the layer so far, changed in place
 * @param t frame, 0-based
 */
export function addSmoke(
  effect: Sprite,
  spec: SceneSpec,
  subject: SubjectSpec,
  camera: Camera,
  t: number,
): void {
  const { width, height, data } = effect;
  const pixelToPlane = pixelToUpright(camera, 0, subject.depth);
  const planeToPixel = invertPlaneMap(pixelToPlane);
  const depth = new Float32Array(width * height);
  for (const puff of puffsAt(spec, subject, t)) {
    const reach = 2.4 * puff.radius;
    const [u0, v0] = mapPoint(planeToPixel, puff.x - reach, puff.y + reach);
    const [u1, v1] = mapPoint(planeToPixel, puff.x + reach, puff.y - reach);
    const [u, v] = mapPoint(planeToPixel, puff.x, puff.y);
    const scale = (4.8 * puff.radius) / (u1 - u0);
    const firstRow = Math.max(0, Math.floor(Math.min(v0, v1)));
    const lastRow = Math.min(height - 1, Math.ceil(Math.max(v0, v1)));
    const firstColumn = Math.max(0, Math.floor(u0));
    const lastColumn = Math.min(width - 1, Math.ceil(u1));
    const falloff = (scale / puff.radius) ** 2;
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const q = ((column + 0.5 - u) ** 2 + (row + 0.5 - v) ** 2) * falloff;
        depth[row * width + column]! += puff.depth * Math.exp(-q);
      }
    }
  }
  const driftX = t * 0.02;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const thick = depth[row * width + column]!;
      if (thick < 0.004) continue;
      const [x, y] = mapPoint(pixelToPlane, column + 0.5, row + 0.5);
      // Smoke does not sink into the ground.
      const above = Math.min(1, Math.max(0, 1 + (y + 0.02) / 0.3));
      const clump = fractalNoise(
        (x + driftX) * 2.4,
        (y - driftX * 0.8) * 2.4,
        4,
        spec.seed + 80,
      );
      const alpha =
        1 - Math.exp(-thick * above * Math.max(0, 2.6 * clump - 0.45));
      if (alpha < 0.003) continue;
      const light = 0.95 + 0.1 * clump;
      const i = (row * width + column) * 4;
      const keep = 1 - alpha;
      for (let c = 0; c < 3; c++) {
        data[i + c] = data[i + c]! * keep + alpha * SMOKE[c]! * light;
      }
      data[i + 3] = data[i + 3]! * keep + alpha;
    }
  }
}
