/** A repeatable source of numbers. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number in 0…count−1. */
  below(count: number): number;
}

/**
 * Sequence decided by its seed alone, the same on every machine (mulberry32, T. Ettinger).
 *
 * @param seed whole number; its low 32 bits count
 */
export function seededRandom(seed: number): SeededRandom {
  // Neighbouring seeds are spread over the whole state space first.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { next, below: (count) => Math.floor(next() * count) };
}

/** The numbers 0…count−1 in random order (Fisher and Yates). */
export function shuffled(count: number, random: SeededRandom): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
