/**
 * Indices of `count` items spread evenly over `total`, each in the middle of its share: `floor((k + ½)·total/count)`.
 * Some repeat when there are fewer items than that.
 */
export const evenlySpaced = (total: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) =>
    Math.floor(((k + 0.5) * total) / count),
  );

/** Indices of `count` items spread evenly from the first to the last of `total`: `round(k·(total − 1)/(count − 1))`. */
export const evenlySpacedWithEnds = (total: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) =>
    Math.round((k * (total - 1)) / Math.max(1, count - 1)),
  );
