/**
 * Log likelihood, up to a constant, of a colour difference under a Gaussian of zero mean: `−½ min(rᵀC⁻¹r, limit) − ½ log |C|`
 * in closed form for a symmetric 3×3 covariance. The limit keeps one outlier from deciding; plain numbers keep the inner
 * loop of the mattes free of allocation.
 *
 * @param r0               difference in red; r1 and r2 in green and blue
 * @param c00              covariance, upper triangle row by row
 * @param leastDeterminant floor of |C|
 * @param limit            largest squared distance that counts
 */
export function gaussianLogLikelihood(
  r0: number,
  r1: number,
  r2: number,
  c00: number,
  c01: number,
  c02: number,
  c11: number,
  c12: number,
  c22: number,
  leastDeterminant: number,
  limit: number,
): number {
  const m00 = c11 * c22 - c12 * c12;
  const m01 = c02 * c12 - c01 * c22;
  const m02 = c01 * c12 - c02 * c11;
  const m11 = c00 * c22 - c02 * c02;
  const m12 = c01 * c02 - c00 * c12;
  const m22 = c00 * c11 - c01 * c01;
  const determinant = Math.max(
    c00 * m00 + c01 * m01 + c02 * m02,
    leastDeterminant,
  );
  const squared =
    (r0 * r0 * m00 +
      r1 * r1 * m11 +
      r2 * r2 * m22 +
      2 * (r0 * r1 * m01 + r0 * r2 * m02 + r1 * r2 * m12)) /
    determinant;
  return (
    -0.5 * Math.min(Math.max(squared, 0), limit) - 0.5 * Math.log(determinant)
  );
}
