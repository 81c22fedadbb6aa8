import { raster, type Raster } from "../../kernels/raster.ts";

/** Pixels to either side that are averaged: 7×7; set once, with no other value on record. */
const SMOOTHING_REACH_PIXELS = 3;
/** Values (0…1) by which like colours differ; set once, with no other value on record. */
const COLOUR_SIGMA = 0.06;
/** Steps of the colourKernel's table; rounding to one changes a weight by less than 5 %. */
const TABLE_STEPS = 256;
/** Exponent where the table ends: exp(−12) is nothing beside any weight. */
const TABLE_END_EXPONENT = 12;
const colourKernel = Float32Array.from({ length: TABLE_STEPS + 1 }, (_, i) =>
  i === TABLE_STEPS ? 0 : Math.exp((-i * TABLE_END_EXPONENT) / TABLE_STEPS),
);

/**
 * Smooths along edges: each pixel takes the mean of its neighbours' values, those of like colour counting most (a cross
 * bilateral filter).
 *
 * @param values `[1, h, w]`
 * @param guide  `[3, h, w]`
 */
export function smoothAlongEdges(values: Raster, guide: Raster): Raster {
  const { height, width } = values;
  const area = height * width;
  const out = raster(1, height, width);
  const g = guide.data;
  const scale =
    TABLE_STEPS / TABLE_END_EXPONENT / (2 * COLOUR_SIGMA * COLOUR_SIGMA);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - SMOOTHING_REACH_PIXELS);
    const bottom = Math.min(height - 1, y + SMOOTHING_REACH_PIXELS);
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const left = Math.max(0, x - SMOOTHING_REACH_PIXELS);
      const right = Math.min(width - 1, x + SMOOTHING_REACH_PIXELS);
      const r = g[i]!;
      const gr = g[area + i]!;
      const b = g[2 * area + i]!;
      let sum = 0;
      let total = 0;
      for (let v = top; v <= bottom; v++) {
        for (let u = left, j = v * width + left; u <= right; u++, j++) {
          const dr = g[j]! - r;
          const dg = g[area + j]! - gr;
          const db = g[2 * area + j]! - b;
          const at = ((dr * dr + dg * dg + db * db) * scale) | 0;
          if (at >= TABLE_STEPS) continue;
          const w = colourKernel[at]!;
          sum += w * values.data[j]!;
          total += w;
        }
      }
      out.data[i] = sum / total;
    }
  }
  return out;
}
