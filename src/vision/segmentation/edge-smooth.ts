import { raster, type Raster } from "../image/raster.ts";

const REACH = 3;
const COLOUR_SIGMA = 0.06;
const TABLE = 256;
const TABLE_END = 12;
const kernel = Float32Array.from({ length: TABLE + 1 }, (_, i) =>
  i === TABLE ? 0 : Math.exp((-i * TABLE_END) / TABLE),
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
  const scale = TABLE / TABLE_END / (2 * COLOUR_SIGMA * COLOUR_SIGMA);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - REACH);
    const bottom = Math.min(height - 1, y + REACH);
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const left = Math.max(0, x - REACH);
      const right = Math.min(width - 1, x + REACH);
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
          if (at >= TABLE) continue;
          const w = kernel[at]!;
          sum += w * values.data[j]!;
          total += w;
        }
      }
      out.data[i] = sum / total;
    }
  }
  return out;
}
