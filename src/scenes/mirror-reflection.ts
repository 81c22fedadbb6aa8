import { ripple } from "./backdrop.ts";
import { pixelToGround, pixelToUpright, type Camera } from "./camera.ts";
import type { Figure } from "./figure.ts";
import { sampleSprite, type Sprite } from "./sprite.ts";
import { valueNoise } from "./seeded-random.ts";

/** The floor's mirror: opacity at the foot, and metres of mirrored height over which it falls to 1/e. */
const STRENGTH = 0.56;
/** Metres of mirrored height over which it falls to 1/e; chosen for the scenes. */
const FADE_METRES = 1.5;

/**
 * Lays a figure's reflection over the effect so far. The mirrored point of the figure's plane is where that plane, continued below the
 * ground, is hit at −y; the floor's ripples push it sideways more the farther it is from the foot, and slowly change.
 *
 * @param effect the layer so far, changed in place
 * @param t frame, 0-based
 */
export function addReflection(
  effect: Sprite,
  figure: Figure,
  camera: Camera,
  seed: number,
  t: number,
): void {
  const upright = pixelToUpright(camera, figure.x, figure.depth);
  const floor = pixelToGround(camera);
  const sample = new Float64Array(4);
  const picture = figure.silhouettes[1]!;
  for (let row = 0; row < effect.height; row++) {
    for (let column = 0; column < effect.width; column++) {
      const u = column + 0.5;
      const v = row + 0.5;
      const w = upright[6]! * u + upright[7]! * v + upright[8]!;
      const below = -(upright[3]! * u + upright[4]! * v + upright[5]!) / w;
      if (below <= -0.02 || below > figure.top + 0.1) continue;
      const x = (upright[0]! * u + upright[1]! * v + upright[2]!) / w;
      if (x < figure.left || x > -figure.left + 1) continue;
      const k = floor[6]! * u + floor[7]! * v + floor[8]!;
      const gx = (floor[0]! * u + floor[1]! * v + floor[2]!) / k;
      const gz = (floor[3]! * u + floor[4]! * v + floor[5]!) / k;
      const wave = valueNoise(gx * 2.3 + t * 0.05, gz * 5.5, seed + 71) - 0.5;
      const bend =
        (ripple(gx, gz, seed) + 0.12 * wave) * Math.min(1, 0.25 + below);
      sampleSprite(
        picture,
        (x + bend - figure.left) * figure.density,
        (figure.ceiling - below) * figure.density,
        sample,
      );
      if (sample[3]! < 0.004) continue;
      const share = STRENGTH * Math.exp(-Math.max(0, below) / FADE_METRES);
      const i = (row * effect.width + column) * 4;
      const keep = 1 - share * sample[3]!;
      for (let c = 0; c < 4; c++) {
        effect.data[i + c] = effect.data[i + c]! * keep + share * sample[c]!;
      }
    }
  }
}
