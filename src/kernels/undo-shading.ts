import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** What takes a lens's shading off, by where a pixel lies and what it shows. */
export interface UndoingGains {
  /** `[size, size]`, size at most 256, by squared distance from the middle (1 in the corners), then by the mean of the channels, both from 0 to 1. */
  readonly table: Float32Array;
  readonly size: number;
  /** Added to values before they are multiplied. */
  readonly offset: number;
}

/** Rows of a table by pixel; all frames of a clip have one size. */
interface Rows {
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly rows: Uint8Array;
}

let lastRows: Rows | undefined;

/** `round(r·(size − 1))`, `r` the squared distance from the middle, 1 in the corners. */
function rowsOf(height: number, width: number, size: number): Uint8Array {
  const isKnown =
    lastRows?.height === height &&
    lastRows.width === width &&
    lastRows.size === size;
  if (isKnown) return lastRows!.rows;
  const rows = new Uint8Array(height * width);
  const corner = 1 + (height / width) ** 2;
  for (let y = 0, i = 0; y < height; y++) {
    const down = (y + 0.5 - 0.5 * height) / width;
    for (let x = 0; x < width; x++, i++) {
      const across = (x + 0.5) / width - 0.5;
      const r = (4 * (across * across + down * down)) / corner;
      rows[i] = Math.round(Math.min(1, r) * (size - 1));
    }
  }
  lastRows = { height, width, size, rows };
  return rows;
}

/**
 * Takes a lens's shading off a picture of a whole frame: `clip((v + o)·g − o, 0, 1)` per channel, `g` the table's gain at the
 * nearest of its distances and, linearly, the mean of the pixel's channels.
 *
 * @param picture `[3, h, w]` in 0…1
 * @returns       `[3, h, w]`
 */
export function undoShading(
  picture: Raster,
  { table, size, offset }: UndoingGains,
): Raster {
  const { height, width } = picture;
  const out = raster(3, height, width);
  using call = new KernelCall();
  const from = call.read(picture.data);
  const rows = call.read(rowsOf(height, width, size));
  const gains = call.read(table);
  const to = call.write(out.data);
  const { undoShading: undo } = kernelExports();
  undo(from, rows, to, gains, height * width, size, offset);
  return out;
}
