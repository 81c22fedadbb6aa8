import { raster, type Raster } from "../../../src/kernels/raster.ts";
import type { UndoingGains } from "../../../src/kernels/undo-shading.ts";

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** `clip((v + o)·g − o, 0, 1)`, `g` the table's gain at the nearest distance from the middle and, linearly, the mean of the channels. */
export function undoShading(
  { height, width, data }: Raster,
  { table, size, offset }: UndoingGains,
): Raster {
  const area = height * width;
  const out = raster(3, height, width);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const across = (x + 0.5) / width - 0.5;
      const down = (y + 0.5 - 0.5 * height) / width;
      const r =
        (4 * (across * across + down * down)) / (1 + (height / width) ** 2);
      const mean = (data[i]! + data[area + i]! + data[2 * area + i]!) / 3;
      const row = Math.round(unit(r) * (size - 1)) * size;
      const column = unit(mean) * (size - 1);
      const before = Math.min(size - 2, Math.floor(column));
      const share = column - before;
      const gain =
        (1 - share) * table[row + before]! + share * table[row + before + 1]!;
      for (let at = i; at < 3 * area; at += area)
        out.data[at] = unit((data[at]! + offset) * gain - offset);
    }
  return out;
}
