import { valueNoise } from "./seeded-random.ts";

/** Light where two waves' ridges do not meet, and what their meeting adds. */
const BETWEEN_RIDGES = 0.6;
const AT_RIDGES = 1.6;
/** Metres a frame by which the waves run through each other. */
const SPEED = 0.05;

/**
 * How much light the water above throws on ground position (x, z) in frame `t`: bright nets that run through each other and
 * never come back, 0.6 to 2.2 times the light of calm water.
 */
export function causticLight(
  x: number,
  z: number,
  t: number,
  seed: number,
): number {
  const ridge = (u: number, v: number, of: number): number =>
    (1 - Math.abs(2 * valueNoise(u, v, of) - 1)) ** 3;
  const one = ridge(
    1.5 * (x + SPEED * t),
    1.3 * z + 1.3 * SPEED * t,
    seed + 80,
  );
  const other = ridge(
    0.9 * (x - 0.8 * SPEED * t),
    1.1 * z - SPEED * t,
    seed + 81,
  );
  return BETWEEN_RIDGES + AT_RIDGES * Math.min(one, other);
}
