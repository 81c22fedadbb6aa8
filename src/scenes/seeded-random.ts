/** A generator of uniform numbers in [0, 1); the same seed yields the same sequence on every machine. */
export type UniformRandom = () => number;

/**
 * Makes a seeded generator (mulberry32: a 32-bit Weyl sequence put through two multiply-xorshift rounds).
 *
 * @param seed any integer; only its low 32 bits count
 */
export function uniformRandom(seed: number): UniformRandom {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}

/** A uniform number in [low, high). */
export const uniformBetween = (
  random: UniformRandom,
  low: number,
  high: number,
): number => low + (high - low) * random();

/**
 * A number in [0, 1) that belongs to the lattice point (x, y) under this seed: a hash, not a sequence, so that
 * a texture may be evaluated anywhere in any order.
 */
export function latticeValue(x: number, y: number, seed: number): number {
  let h =
    Math.imul(x, 0x27d4eb2d) ^
    Math.imul(y, 0x165667b1) ^
    Math.imul(seed + 1, 0x1b873593);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Value noise in [0, 1): the lattice values around (x, y), joined by smoothstep. One cell is one unit. */
export function valueNoise(x: number, y: number, seed: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const a = latticeValue(x0, y0, seed);
  const b = latticeValue(x0 + 1, y0, seed);
  const c = latticeValue(x0, y0 + 1, seed);
  const d = latticeValue(x0 + 1, y0 + 1, seed);
  return a + (b - a) * u + (c - a + (a - b - c + d) * u) * v;
}

/** Fractal noise in [0, 1): octaves of value noise, each of half the size and half the weight of the one before. */
export function fractalNoise(
  x: number,
  y: number,
  octaves: number,
  seed: number,
): number {
  let sum = 0;
  let weight = 0;
  let amplitude = 1;
  let frequency = 1;
  for (let octave = 0; octave < octaves; octave++) {
    sum += amplitude * valueNoise(x * frequency, y * frequency, seed + octave);
    weight += amplitude;
    amplitude *= 0.5;
    frequency *= 2;
  }
  return sum / weight;
}

/** 0 below `low`, 1 above `high`, a cubic between them. */
export function easeBetween(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}
