import { pixelToGround, type Camera } from "./camera.ts";
import type { Figure } from "./figure.ts";
import type { Sun } from "./scene-spec.ts";
import { sampleSprite, type Sprite } from "./sprite.ts";

/** What a full shadow leaves of red, green and blue: sky light fills it, so blue keeps most. */
const FULL_SHADOW_RATIO = [0.4, 0.44, 0.53] as const;

/**
 * Lays a figure's shadow on the ground beneath: the cast shadow, whose penumbra widens with the height of what casts it, and
 * the contact shadow. As a layer, a shadow of depth s that multiplies the ground by `1 − s(1 − r_c)` is
 * `α = s(1 − min r)` with the colour `B(r_c − min r)/(1 − min r)`: bluish, and of the ground's texture.
 *
 * @param effect the layer so far, changed in place
 * @param ground opaque picture of the same size
 * @param lights how far across and away a point one metre high casts its shadow in each, of which all are as strong; none for the
 *   contact shadow alone
 */
export function addShadow(
  effect: Sprite,
  ground: Sprite,
  figure: Figure,
  camera: Camera,
  lights: readonly Sun[],
): void {
  const floor = pixelToGround(camera);
  const sample = new Float64Array(4);
  const least = Math.min(...FULL_SHADOW_RATIO);
  const farthest = Math.max(0, ...lights.map(({ away }) => Math.abs(away)));
  const reach = figure.top * farthest + figure.thickness + 1;
  for (let row = 0; row < effect.height; row++) {
    for (let column = 0; column < effect.width; column++) {
      const u = column + 0.5;
      const v = row + 0.5;
      const w = floor[6]! * u + floor[7]! * v + floor[8]!;
      if (w <= 0) continue;
      const z = (floor[3]! * u + floor[4]! * v + floor[5]!) / w - figure.depth;
      if (Math.abs(z) > reach) continue;
      const x = (floor[0]! * u + floor[1]! * v + floor[2]!) / w - figure.x;
      let cast = 0;
      for (const light of lights)
        cast += castDepth(figure, light, x, z, sample) / lights.length;
      const depth = 1 - (1 - cast) * (1 - contactDepth(figure, x, z));
      if (depth < 0.002) continue;
      const alpha = depth * (1 - least);
      const i = (row * effect.width + column) * 4;
      const keep = 1 - alpha;
      for (let c = 0; c < 3; c++) {
        effect.data[i + c] =
          effect.data[i + c]! * keep +
          depth * (FULL_SHADOW_RATIO[c]! - least) * ground.data[i + c]!;
      }
      effect.data[i + 3] = effect.data[i + 3]! * keep + alpha;
    }
  }
}

/** How much of the sun the figure takes from ground position (x, z) relative to its foot, 0 … 1. */
function castDepth(
  figure: Figure,
  sun: Sun,
  x: number,
  z: number,
  sample: Float64Array,
): number {
  const slices = figure.thickness > 0.4 ? 15 : 1;
  let most = 0;
  for (let slice = 0; slice < slices; slice++) {
    const offset =
      slices === 1 ? 0 : figure.thickness * (slice / (slices - 1) - 0.5);
    const y = (z - offset) / sun.away;
    if (y < -0.15 || y > figure.top + 0.3) continue;
    // The sun is half a degree wide; drawn about six times as wide, as through thin cloud.
    const penumbra = 0.015 + 0.055 * Math.max(0, y);
    const level = Math.min(
      figure.silhouettes.length - 1.001,
      Math.max(0, Math.log2(penumbra / figure.finestBlur)),
    );
    const lower = Math.floor(level);
    let sum = 0;
    for (let k = 0; k < 2; k++) {
      const picture = figure.silhouettes[lower + k]!;
      sampleSprite(
        picture,
        (x - sun.across * y - figure.left) * figure.density,
        (figure.ceiling - y) * figure.density,
        sample,
      );
      sum += (k === 0 ? lower + 1 - level : level - lower) * sample[3]!;
    }
    most = Math.max(most, sum);
  }
  return most;
}

/** Darkness where the figure is close to the ground, 0 … 1. */
function contactDepth(figure: Figure, x: number, z: number): number {
  let light = 1;
  for (const contact of figure.contacts) {
    const q = ((x - contact.x) / contact.rx) ** 2 + (z / contact.rz) ** 2;
    const fall = contact.flat ? q * q : q;
    if (fall < 9) light *= 1 - contact.depth * Math.exp(-fall);
  }
  return 1 - light;
}
