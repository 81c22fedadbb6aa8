import type { Quirks } from "../../src/host/simulator/quirks.ts";

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Some quirks at once, each taken with a probability; where two say something else of the same, the later one holds. */
export const randomQuirks = (
  random: () => number,
  quirks: readonly Partial<Quirks>[],
  probability: number,
): Partial<Quirks> =>
  Object.assign(
    {},
    ...quirks.filter(() => random() < probability),
  ) as Partial<Quirks>;
