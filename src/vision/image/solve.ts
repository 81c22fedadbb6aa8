/**
 * Solves a small positive definite linear system by Gaussian elimination.
 *
 * @param matrix `[n, n]`, row by row
 * @param right  `[n]`
 * @returns      `[n]`
 */
export function solvePositive(
  matrix: Float64Array,
  right: Float64Array,
): Float64Array {
  const n = right.length;
  const a = Float64Array.from(matrix);
  const b = Float64Array.from(right);
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / a[k * n + k]!;
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
      b[i]! -= factor * b[k]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) b[i]! -= a[i * n + j]! * b[j]!;
    b[i]! /= a[i * n + i]!;
  }
  return b;
}
