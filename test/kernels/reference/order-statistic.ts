/**
 * The value that would stand at `rank` if the first `count` values were sorted, in linear time (Hoare, "Algorithm 65:
 * Find", 1961).
 *
 * @param values partly reordered
 * @param rank   0-based, below `count`
 */
export function orderStatistic(
  values: Float32Array,
  rank: number,
  count: number = values.length,
): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}
