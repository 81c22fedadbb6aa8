/** Spearman's rank correlation of two lists of the same length; what is equal shares its ranks. */
export function rankCorrelation(
  one: readonly number[],
  other: readonly number[],
): number {
  const a = ranks(one);
  const b = ranks(other);
  const mean = (one.length - 1) / 2;
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (const [i, rank] of a.entries()) {
    covariance += (rank - mean) * (b[i]! - mean);
    varianceA += (rank - mean) ** 2;
    varianceB += (b[i]! - mean) ** 2;
  }
  return covariance / Math.sqrt(varianceA * varianceB);
}

/** From 0, the mean of their places for those that are equal. */
const ranks = (values: readonly number[]): number[] =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
