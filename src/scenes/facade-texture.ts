import {
  fractalNoise,
  latticeValue,
  easeBetween,
  valueNoise,
} from "./seeded-random.ts";
import type { Rgb } from "./scene-spec.ts";
import { paintTexture, type Texture } from "./texture.ts";

/** The facade stands across the scene at this depth in metres; u runs along x from its left edge, v down from its top. */
export const FACADE_DEPTH = 9;
/** Metres: half of its width to the left of the scene's middle. */
export const FACADE_LEFT = -16;
/** Metres; chosen for the scenes. */
export const FACADE_HEIGHT = 5;
/** Metres; chosen for the scenes. */
const FACADE_WIDTH = 32;

/** Metres between the axes of neighbouring openings. */
const BAY = 1.9;

/**
 * Paints a brick facade with arched windows, doors, posters, a string course and a plinth.
 *
 * @param density texels per metre
 */
export function facadeTexture(seed: number, density: number): Texture {
  const hue = latticeValue(3, 1, seed);
  const brick: Rgb = [0.6 + 0.15 * hue, 0.44 + 0.14 * hue, 0.36 + 0.2 * hue];
  return paintTexture(FACADE_WIDTH, FACADE_HEIGHT, density, (u, v) => {
    const height = FACADE_HEIGHT - v;
    const wall = brickwork(u, height, brick, seed);
    const opened = opening(u, height, seed) ?? wall;
    const grime =
      0.78 + 0.34 * fractalNoise(u * 0.7, height * 0.9, 4, seed + 20);
    const foot = 0.75 + 0.25 * easeBetween(0, 0.5, height);
    const lit = grime * foot;
    return [opened[0] * lit, opened[1] * lit, opened[2] * lit];
  });
}

function brickwork(u: number, height: number, brick: Rgb, seed: number): Rgb {
  if (height < 0.42) {
    const stone = 0.4 + 0.14 * fractalNoise(u * 5, height * 5, 3, seed + 21);
    const joint = Math.abs((u % 0.9) - 0.45) > 0.438 ? 0.7 : 1;
    return [stone * joint, stone * joint, stone * 0.98 * joint];
  }
  if (height > 2.95 && height < 3.12) return [0.74, 0.7, 0.62];
  const row = Math.floor(height / 0.13);
  const shifted = u + (row & 1) * 0.16 + 100;
  const tone = latticeValue(Math.floor(shifted / 0.32), row, seed + 22);
  const within = shifted - Math.floor(shifted / 0.32) * 0.32;
  const course = height - row * 0.13;
  const mortar = within < 0.018 || course < 0.016;
  const k = mortar
    ? 1.14
    : 0.82 + 0.28 * tone + 0.1 * valueNoise(u * 30, height * 30, seed);
  const grey = mortar ? 0.35 : 0;
  const mean = (brick[0] + brick[1] + brick[2]) / 3;
  return [
    k * (brick[0] + grey * (mean - brick[0])),
    k * (brick[1] + grey * (mean - brick[1])),
    k * (brick[2] + grey * (mean - brick[2])),
  ];
}

/** What fills the bay at u, or undefined where the wall shows. */
function opening(u: number, height: number, seed: number): Rgb | undefined {
  const bay = Math.floor(u / BAY);
  const x = u - (bay + 0.5) * BAY;
  const kind = latticeValue(bay, 0, seed + 30);
  const tint = latticeValue(bay, 1, seed + 30);
  if (kind < 0.5) return archedWindow(x, height, tint, seed + bay);
  if (kind < 0.72) return door(x, height, tint);
  if (kind < 0.92) return poster(x, height, tint, seed + bay);
  return undefined;
}

function archedWindow(
  x: number,
  height: number,
  tint: number,
  seed: number,
): Rgb | undefined {
  const half = 0.42;
  const spring = 2.05;
  const above = height - spring;
  const inside = (margin: number): boolean =>
    height > 1.05 - margin &&
    (above < 0
      ? Math.abs(x) < half + margin
      : Math.hypot(x, above) < half + margin);
  if (!inside(0.07)) return undefined;
  if (!inside(0)) return [0.78, 0.75, 0.68];
  const bar =
    Math.abs(x) < 0.022 ||
    Math.abs(height - 1.55) < 0.022 ||
    Math.abs(height - spring) < 0.025;
  if (bar) return [0.7 - 0.3 * tint, 0.66, 0.6 - 0.2 * tint];
  const glint = fractalNoise(x * 2 + height, height * 1.2, 2, seed + 31);
  const sky = 0.14 + 0.3 * easeBetween(0.45, 0.75, glint);
  return [sky * 0.85, sky, sky * 1.25];
}

function door(x: number, height: number, tint: number): Rgb | undefined {
  if (Math.abs(x) > 0.56 || height > 2.25) return undefined;
  if (Math.abs(x) > 0.48 || height > 2.17) return [0.66, 0.62, 0.56];
  const colour: Rgb = [
    0.16 + 0.4 * Math.abs(Math.sin(tint * 9)),
    0.22 + 0.3 * Math.abs(Math.sin(tint * 14 + 1)),
    0.2 + 0.35 * Math.abs(Math.sin(tint * 20 + 2)),
  ];
  const panel =
    Math.abs(Math.abs(x) - 0.24) < 0.17 &&
    (Math.abs(height - 0.6) < 0.4 || Math.abs(height - 1.6) < 0.45);
  const k = panel ? 0.82 : 1;
  return [colour[0] * k, colour[1] * k, colour[2] * k];
}

function poster(
  x: number,
  height: number,
  tint: number,
  seed: number,
): Rgb | undefined {
  const dx = Math.abs(x - 0.2 * (tint - 0.5));
  const dy = Math.abs(height - 1.55 - 0.3 * tint);
  if (dx > 0.36 || dy > 0.5) return undefined;
  if (dx > 0.33 || dy > 0.47) return [0.9, 0.88, 0.82];
  const band = Math.floor((height - 1) / 0.13);
  const block = Math.floor((x + 1) / 0.11);
  const ink = latticeValue(block, band, seed + 33);
  if (ink > 0.62) return [0.92 - 0.6 * tint, 0.5 + 0.4 * ink, 0.2 + 0.7 * tint];
  return [0.25 + 0.5 * tint, 0.32, 0.75 - 0.5 * tint];
}
