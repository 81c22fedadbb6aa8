import {
  fractalNoise,
  latticeValue,
  easeBetween,
  valueNoise,
} from "./seeded-random.ts";
import type { GroundStyle, Rgb } from "./scene-spec.ts";
import { paintTexture, type Texture } from "./texture.ts";

/** The painted ground: u runs along the world's x from `LEFT`, v along z from the camera. */
export const GROUND_LEFT = -14;
/** Metres, half of them to the left of the scene's middle; chosen for the scenes. */
const GROUND_WIDTH = 28;
/** Metres: two more than to the facade. */
const GROUND_DEPTH = 11;

/**
 * Paints the ground.
 *
 * @param shade whether foliage throws static shade on it
 * @param density texels per metre
 */
export function groundTexture(
  style: GroundStyle,
  shade: boolean,
  seed: number,
  density: number,
): Texture {
  const surface = surfaces[style];
  return paintTexture(GROUND_WIDTH, GROUND_DEPTH, density, (u, v) => {
    const colour = surface(u, v, seed);
    const stain = 0.8 + 0.4 * fractalNoise(u * 0.8, v * 0.8, 3, seed + 40);
    const lit = shade ? foliageShade(u, v, seed + 60) : 1;
    // Shade keeps some of the sky's blue.
    return [
      colour[0] * stain * lit,
      colour[1] * stain * lit,
      colour[2] * stain * (0.12 + 0.88 * lit),
    ];
  });
}

/** 1 in the light, about 0.55 under the leaves. */
function foliageShade(u: number, v: number, seed: number): number {
  const bough = fractalNoise(u * 0.35 + v * 0.1, v * 0.5, 2, seed);
  const leaf = fractalNoise(u * 2.2, v * 3.1, 3, seed + 5);
  return 1 - 0.45 * easeBetween(0.5, 0.62, 0.7 * bough + 0.36 * leaf);
}

type Surface = (u: number, v: number, seed: number) => Rgb;

const surfaces: Record<GroundStyle, Surface> = { pavers, planks, asphalt, wet };

/** Distance to the nearest edge of the cell [0, size). */
const edgeDistance = (value: number, size: number): number => {
  const within = value - Math.floor(value / size) * size;
  return Math.min(within, size - within);
};

/** Running-bond pavers, each of its own tone, with dark joints and a fine grain. */
function pavers(u: number, v: number, seed: number): Rgb {
  const row = Math.floor(v / 0.42);
  const shifted = u + (row % 2) * 0.36;
  const tone = latticeValue(Math.floor(shifted / 0.72), row, seed);
  const joint = easeBetween(
    0.006,
    0.022,
    Math.min(edgeDistance(shifted, 0.72), edgeDistance(v, 0.42)),
  );
  const grain = fractalNoise(u * 9, v * 9, 3, seed + 1);
  const light =
    (0.5 + 0.16 * tone + 0.22 * (grain - 0.5)) * (0.5 + 0.5 * joint);
  return [light * 1.02, light * 0.95 + 0.03 * tone, light * 0.84];
}

/** Boards that run away from the camera, with grain lines and gaps. */
function planks(u: number, v: number, seed: number): Rgb {
  const board = Math.floor(u / 0.3);
  const along = v + 1.7 * latticeValue(board, 0, seed + 9);
  const tone = latticeValue(board, Math.floor(along / 2.4), seed);
  const gap = easeBetween(
    0.004,
    0.018,
    Math.min(edgeDistance(u, 0.3), edgeDistance(along, 2.4)),
  );
  const grain = fractalNoise(u * 26, v * 1.6, 3, seed + 2);
  const light = (0.42 + 0.2 * tone + 0.3 * (grain - 0.5)) * (0.35 + 0.65 * gap);
  return [light * 1.18, light * 0.93, light * 0.68];
}

/** Speckled asphalt with seams of tar and a painted line. */
function asphalt(u: number, v: number, seed: number): Rgb {
  const speck = latticeValue(Math.floor(u * 45), Math.floor(v * 45), seed);
  const patch = fractalNoise(u * 1.4, v * 1.4, 4, seed + 3);
  const seam = Math.abs(
    v - 5.2 - 0.8 * fractalNoise(u * 0.4, 3.3, 3, seed + 4) * 2,
  );
  const tar = easeBetween(0.015, 0.05, seam);
  const line =
    (1 - easeBetween(0.055, 0.075, Math.abs(v - 3.3))) *
    (edgeDistance(u, 2.8) > 0.5 ? 1 : 0) *
    (0.6 + 0.4 * valueNoise(u * 7, v * 7, seed + 6));
  const light =
    (0.36 + 0.2 * (patch - 0.5) + 0.16 * (speck - 0.5)) * (0.6 + 0.4 * tar);
  return [
    light + line * (0.78 - light),
    light * 1.01 + line * (0.76 - light),
    light * 1.05 + line * (0.66 - light),
  ];
}

/** Polished slabs with thin joints, dark enough for a mirror to show. */
function wet(u: number, v: number, seed: number): Rgb {
  const tone = latticeValue(Math.floor(u / 1.1), Math.floor(v / 1.1), seed);
  const joint = easeBetween(
    0.004,
    0.02,
    Math.min(edgeDistance(u, 1.1), edgeDistance(v, 1.1)),
  );
  const cloud = fractalNoise(u * 2.3, v * 2.3, 4, seed + 7);
  const light =
    (0.38 + 0.06 * tone + 0.2 * (cloud - 0.5)) * (0.62 + 0.38 * joint);
  return [light * 0.94, light, light * 1.05];
}
