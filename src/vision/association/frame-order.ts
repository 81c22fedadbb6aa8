import { type SeededRandom, shuffled } from "../../autodiff/seeded-random.ts";

/**
 * Frames of every batch of a training run: each pass over the clip takes every frame once, in a new random order.
 *
 * @param frames usable frames, at least one
 * @returns `steps` batches of `count` frames
 */
export function batchOrder(
  frames: readonly number[],
  count: number,
  steps: number,
  random: SeededRandom,
): readonly (readonly number[])[] {
  let order: Int32Array = new Int32Array(0);
  let at = 0;
  const next = (): number => {
    if (at === order.length) {
      order = shuffled(frames.length, random);
      at = 0;
    }
    return frames[order[at++]!]!;
  };
  return Array.from({ length: steps }, () =>
    Array.from({ length: count }, next),
  );
}

/** The same for pairs of neighbours: the earlier frames first, then the later ones in the same order. `count` is even. */
export const pairOrder = (
  earlierFrames: readonly number[],
  count: number,
  steps: number,
  random: SeededRandom,
): readonly (readonly number[])[] =>
  batchOrder(earlierFrames, count / 2, steps, random).map((earlier) => [
    ...earlier,
    ...earlier.map((frame) => frame + 1),
  ]);
