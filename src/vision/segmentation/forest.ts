import type { SeededRandom } from "../../autodiff/seeded-random.ts";

/** Labelled samples, one column per feature. */
export interface Samples {
  readonly columns: readonly Float32Array[];
  /** 1 for the subject, 0 for everything else. */
  readonly labels: Uint8Array;
  /** How much each sample counts. */
  readonly weights: Float32Array;
}

/** One decision tree as parallel arrays: `feature[n] < 0` marks a leaf. A sample goes left when its feature is below the threshold. */
export interface Tree {
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Probability of the subject, in leaves. */
  readonly value: Float32Array;
}

/** Levels of a tree, so 1024 leaves at most; set once, with no other value on record. */
const DEEPEST_LEVEL = 10;
/** Samples in a leaf, so that its share is no single pixel's; set once, with no other value on record. */
const SMALLEST_LEAF_SAMPLES = 6;
/** Random splits that are tried at a node; set once, with no other value on record. */
const CANDIDATES = 24;
/** A tree sees a random choice of this many: trees differ more, and grow sooner. */
const MOST_TREE_SAMPLES = 4000;

/**
 * Grows one extremely randomised tree (Geurts, Ernst and Wehenkel, "Extremely randomized trees", 2006): every node tries a
 * few random features at random thresholds and keeps the split that lowers the Gini impurity most. Such trees need no
 * scaling of features and follow several modes, as subjects of several colours have them.
 */
export function growTree(samples: Samples, random: SeededRandom): Tree {
  const { columns, labels, weights } = samples;
  const count = Math.min(labels.length, MOST_TREE_SAMPLES);
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++)
    order[i] = count < labels.length ? random.below(labels.length) : i;
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const value: number[] = [];

  const grow = (from: number, to: number, depth: number): number => {
    const node = feature.length;
    let total = 0;
    let positive = 0;
    for (let k = from; k < to; k++) {
      const w = weights[order[k]!]!;
      total += w;
      positive += w * labels[order[k]!]!;
    }
    feature.push(-1);
    threshold.push(0);
    left.push(-1);
    right.push(-1);
    value.push((positive + 0.5) / (total + 1));
    const pure = positive < 1e-3 || total - positive < 1e-3;
    if (pure || depth >= DEEPEST_LEVEL || to - from < 2 * SMALLEST_LEAF_SAMPLES)
      return node;
    const split = bestSplit(from, to, total, positive);
    if (split === undefined) return node;
    const column = columns[split.feature]!;
    let low = from;
    let high = to - 1;
    while (low <= high) {
      const i = order[low]!;
      if (column[i]! < split.threshold) low++;
      else {
        order[low] = order[high]!;
        order[high] = i;
        high--;
      }
    }
    feature[node] = split.feature;
    threshold[node] = split.threshold;
    left[node] = grow(from, low, depth + 1);
    right[node] = grow(low, to, depth + 1);
    return node;
  };

  const bestSplit = (
    from: number,
    to: number,
    total: number,
    positive: number,
  ): { feature: number; threshold: number } | undefined => {
    let best: { feature: number; threshold: number } | undefined;
    let bestScore = positive ** 2 / total + (total - positive) ** 2 / total;
    bestScore += 1e-6 * total;
    for (let trial = 0; trial < CANDIDATES; trial++) {
      const f = random.below(columns.length);
      const column = columns[f]!;
      // Two samples of the node bound the threshold: thresholds fall where samples are.
      const a = column[order[from + random.below(to - from)]!]!;
      const b = column[order[from + random.below(to - from)]!]!;
      if (a === b) continue;
      const at = a + (b - a) * random.next();
      let below = 0;
      let belowPositive = 0;
      let members = 0;
      for (let k = from; k < to; k++) {
        const i = order[k]!;
        if (column[i]! >= at) continue;
        const w = weights[i]!;
        below += w;
        belowPositive += w * labels[i]!;
        members++;
      }
      if (
        members < SMALLEST_LEAF_SAMPLES ||
        to - from - members < SMALLEST_LEAF_SAMPLES
      )
        continue;
      const above = total - below;
      const abovePositive = positive - belowPositive;
      const score =
        (belowPositive ** 2 + (below - belowPositive) ** 2) / below +
        (abovePositive ** 2 + (above - abovePositive) ** 2) / above;
      if (score > bestScore) {
        bestScore = score;
        best = { feature: f, threshold: at };
      }
    }
    return best;
  };

  if (count > 0) grow(0, count, 0);
  return {
    feature: Int16Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    value: Float32Array.from(value),
  };
}

/**
 * Mean probability over the trees.
 *
 * @param columns one plane per feature, each `[n]`
 * @returns       `[n]`
 */
export function forestProbability(
  trees: readonly Tree[],
  columns: readonly Float32Array[],
): Float32Array {
  const count = columns[0]?.length ?? 0;
  const out = new Float32Array(count);
  for (const { feature, threshold, left, right, value } of trees) {
    for (let i = 0; i < count; i++) {
      let node = 0;
      let f = feature[0]!;
      while (f >= 0) {
        node = columns[f]![i]! < threshold[node]! ? left[node]! : right[node]!;
        f = feature[node]!;
      }
      out[i]! += value[node]!;
    }
  }
  for (let i = 0; i < count; i++) out[i]! /= trees.length;
  return out;
}
