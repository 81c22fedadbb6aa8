import { assert } from "../errors/assert.ts";

/** A 3×3 projective map, row by row: `(u, v) → ((h0 u + h1 v + h2) / w, (h3 u + h4 v + h5) / w)`, `w = h6 u + h7 v + h8`. */
export type PlaneMap = Float64Array;

/**
 * The map the other way round (the adjugate; a homography has no scale).
 *
 * @throws Error when the map is degenerate
 */
export function invertPlaneMap(h: PlaneMap): PlaneMap {
  const [a, b, c, d, e, f, g, i, j] = h as unknown as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const inverse = Float64Array.of(
    e * j - f * i,
    c * i - b * j,
    b * f - c * e,
    f * g - d * j,
    a * j - c * g,
    c * d - a * f,
    d * i - e * g,
    b * g - a * i,
    a * e - b * d,
  );
  const determinant = a * inverse[0]! + b * inverse[3]! + c * inverse[6]!;
  assert(determinant !== 0, "the plane is seen edge-on");
  return inverse;
}

/** Maps (u, v); behind the camera the result is meaningless. */
export function mapPoint(
  h: PlaneMap,
  u: number,
  v: number,
): readonly [number, number] {
  const w = h[6]! * u + h[7]! * v + h[8]!;
  return [
    (h[0]! * u + h[1]! * v + h[2]!) / w,
    (h[3]! * u + h[4]! * v + h[5]!) / w,
  ];
}
