/**
 * Undoes the five filters of PNG, in place.
 *
 * @param rows      each row after a byte that names its filter
 * @param rowLength bytes of a row without that
 * @param step      bytes of a pixel
 */
export function undoPngFilters(
  rows: Uint8Array,
  rowLength: number,
  height: number,
  step: number,
): void {
  const stride = rowLength + 1;
  for (let y = 0; y < height; y++) {
    const filter = rows[y * stride]!;
    for (let i = 0; i < rowLength; i++) {
      const at = y * stride + 1 + i;
      const left = i < step ? 0 : rows[at - step]!;
      const up = y === 0 ? 0 : rows[at - stride]!;
      const corner = y === 0 || i < step ? 0 : rows[at - stride - step]!;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      rows[at] = rows[at]! + guess[filter]!;
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
