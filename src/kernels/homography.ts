/**
 * A plane projective map as nine numbers, row by row, scaled so that the last is 1. Names state the direction:
 * `frameToCanvas` takes a pixel of the frame to the canvas.
 */
export type Homography = readonly number[];

/** The map that moves nothing. */
export const identity: Homography = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Moves by `(x, y)` pixels. */
export const translation = (x: number, y: number): Homography => [
  1,
  0,
  x,
  0,
  1,
  y,
  0,
  0,
  1,
];

/** `second ∘ first`: applies `first`, then `second`. */
export function compose(second: Homography, first: Homography): Homography {
  const out = new Array<number>(9);
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) {
      out[r * 3 + c] =
        second[r * 3]! * first[c]! +
        second[r * 3 + 1]! * first[3 + c]! +
        second[r * 3 + 2]! * first[6 + c]!;
    }
  }
  return normalise(out);
}

/** The inverse map. */
export function invert(h: Homography): Homography {
  const [a, b, c, d, e, f, g, i, j] = entries(h);
  return normalise([
    e * j - f * i,
    c * i - b * j,
    b * f - c * e,
    f * g - d * j,
    a * j - c * g,
    c * d - a * f,
    d * i - e * g,
    b * g - a * i,
    a * e - b * d,
  ]);
}

/** Where the point `(x, y)` goes. */
export function apply(h: Homography, x: number, y: number): [number, number] {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return [
    (h[0]! * x + h[1]! * y + h[2]!) / w,
    (h[3]! * x + h[4]! * y + h[5]!) / w,
  ];
}

/**
 * The same map between pictures that are both enlarged by `scale` (pixel centres at half-integers of the area).
 */
export function rescale(
  h: Homography,
  scaleX: number,
  scaleY: number,
): Homography {
  const enlarge: Homography = [
    scaleX,
    0,
    (scaleX - 1) / 2,
    0,
    scaleY,
    (scaleY - 1) / 2,
    0,
    0,
    1,
  ];
  return compose(enlarge, compose(h, invert(enlarge)));
}

/** The map that takes four points to four others, no three of them on a line. */
export function fromFourPoints(
  from: readonly (readonly [number, number])[],
  to: readonly (readonly [number, number])[],
): Homography {
  const n = 8;
  const rows: number[][] = [];
  from.forEach(([x, y], k) => {
    const [u, v] = to[k]!;
    rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y, u]);
    rows.push([0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  });
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let r = column + 1; r < n; r++) {
      if (Math.abs(rows[r]![column]!) > Math.abs(rows[pivot]![column]!))
        pivot = r;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!;
    for (let r = 0; r < n; r++) {
      if (r === column) continue;
      const row = rows[r]!;
      const factor = row[column]! / head[column]!;
      for (let c = column; c <= n; c++) row[c]! -= factor * head[c]!;
    }
  }
  return [...rows.map((row, k) => row[n]! / row[k]!), 1];
}

/** The nine numbers, for loops that apply a map to many points. */
export const entries = (
  h: Homography,
): readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
] =>
  h as unknown as readonly [
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

function normalise(h: readonly number[]): Homography {
  const last = h[8]!;
  return h.map((v) => v / last);
}
