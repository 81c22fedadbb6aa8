/** Squared pixels, farther than any picture is wide: no set pixel is there. */
const farSquared = 1e12;

/** Where the parabolas that stand on v and q meet. */
const crossingOf = (values: Float64Array, v: number, q: number): number =>
  (values[q]! + q * q - (values[v]! + v * v)) / (2 * (q - v));

/** Lower envelope of the parabolas `(x − i)² + f(i)` at whole x, in place (Felzenszwalb and Huttenlocher 2012). */
function squaredDistance1d(
  values: Float64Array,
  count: number,
  vertices: Int32Array,
  borders: Float64Array,
  result: Float64Array,
): void {
  let last = 0;
  vertices[0] = 0;
  borders[0] = -Infinity;
  borders[1] = Infinity;
  for (let q = 1; q < count; q++) {
    let crossing = crossingOf(values, vertices[last]!, q);
    while (crossing <= borders[last]!) {
      last--;
      crossing = crossingOf(values, vertices[last]!, q);
    }
    last++;
    vertices[last] = q;
    borders[last] = crossing;
    borders[last + 1] = Infinity;
  }
  let k = 0;
  for (let x = 0; x < count; x++) {
    while (borders[k + 1]! < x) k++;
    const offset = x - vertices[k]!;
    result[x] = offset * offset + values[vertices[k]!]!;
  }
}

/**
 * Euclidean distance of every pixel to the nearest pixel of the mask, in pixels (Felzenszwalb and Huttenlocher, Distance Transforms of
 * Sampled Functions, 2012).
 *
 * @param mask `[H,W]` in [0, 1]
 * @param threshold pixels at or above it belong to the mask
 * @param distance receives `[H,W]`; the width everywhere when no pixel belongs to the mask
 */
export function distanceToMask(
  mask: Float32Array,
  threshold: number,
  height: number,
  width: number,
  distance: Float32Array,
): void {
  const longest = Math.max(height, width);
  const line = new Float64Array(longest);
  const result = new Float64Array(longest);
  const vertices = new Int32Array(longest);
  const borders = new Float64Array(longest + 1);
  const squared = new Float64Array(height * width);
  for (let i = 0; i < squared.length; i++)
    squared[i] = mask[i]! >= threshold ? 0 : farSquared;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y] = squared[y * width + x]!;
    squaredDistance1d(line, height, vertices, borders, result);
    for (let y = 0; y < height; y++) squared[y * width + x] = result[y]!;
  }
  for (let y = 0; y < height; y++) {
    const start = y * width;
    line.set(squared.subarray(start, start + width));
    squaredDistance1d(line, width, vertices, borders, result);
    for (let x = 0; x < width; x++)
      distance[start + x] =
        result[x]! >= farSquared / 2 ? width : Math.sqrt(result[x]!);
  }
}
