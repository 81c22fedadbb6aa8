import { shrink } from "../kernels/resize.ts";
import type { Raster } from "../kernels/raster.ts";
import type { Size } from "../units/size.ts";
import type { Placement, Rectangle } from "./picture-input.ts";

/** Numbers that a model gives for a part of what it sees. */
export interface Grid {
  /** `[1, h, w]` */
  readonly values: Raster;
  /** What the grid's cells cover, edge to edge. */
  readonly covers: Rectangle;
}

/** For every target pixel along one axis: two cells and how much of the second; NaN outside. */
interface Taps {
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly share: Float32Array;
}

/**
 * Brings a grid to the picture's own frame, bilinear between the cells' centres and level beyond the outermost.
 *
 * @param size    of the picture's frame wanted, whatever the picture's own was
 * @param within  nothing is drawn outside of this part of what the model sees
 * @param outside what is put where nothing is drawn
 * @returns       `[size.height, size.width]`
 */
export function pasteGrid(
  { values, covers }: Grid,
  { picture }: Placement,
  size: Size,
  within: Rectangle,
  outside: number,
): Float32Array {
  const stepX = (picture.right - picture.left) / size.width;
  const stepY = (picture.bottom - picture.top) / size.height;
  // Cells finer than the target's pixels are averaged first.
  const cells = shrink(
    values,
    fewerCells(values.height, covers.bottom - covers.top, stepY),
    fewerCells(values.width, covers.right - covers.left, stepX),
  );
  const across = gridTaps(size.width, cells.width, (i) => ({
    at: picture.left + (i + 0.5) * stepX,
    low: covers.left,
    high: covers.right,
    from: within.left,
    to: within.right,
  }));
  const down = gridTaps(size.height, cells.height, (i) => ({
    at: picture.top + (i + 0.5) * stepY,
    low: covers.top,
    high: covers.bottom,
    from: within.top,
    to: within.bottom,
  }));
  const out = new Float32Array(size.width * size.height).fill(outside);
  for (let y = 0; y < size.height; y++) {
    const v = down.share[y]!;
    if (Number.isNaN(v)) continue;
    const near = down.near[y]! * cells.width;
    const far = down.far[y]! * cells.width;
    for (let x = 0; x < size.width; x++) {
      const u = across.share[x]!;
      if (Number.isNaN(u)) continue;
      const left = across.near[x]!;
      const right = across.far[x]!;
      const { data } = cells;
      const upper = data[near + left]! * (1 - u) + data[near + right]! * u;
      const lower = data[far + left]! * (1 - u) + data[far + right]! * u;
      out[y * size.width + x] = upper * (1 - v) + lower * v;
    }
  }
  return out;
}

const fewerCells = (cells: number, length: number, step: number): number =>
  Math.min(cells, Math.max(1, Math.round(length / step)));

function gridTaps(
  count: number,
  cells: number,
  place: (i: number) => {
    at: number;
    low: number;
    high: number;
    from: number;
    to: number;
  },
): Taps {
  const near = new Int32Array(count);
  const far = new Int32Array(count);
  const share = new Float32Array(count).fill(NaN);
  for (let i = 0; i < count; i++) {
    const { at, low, high, from, to } = place(i);
    if (at < Math.max(low, from) || at >= Math.min(high, to)) continue;
    const cell = ((at - low) / (high - low)) * cells - 0.5;
    const inside = Math.min(cells - 1, Math.max(0, cell));
    near[i] = Math.floor(inside);
    far[i] = Math.min(cells - 1, near[i]! + 1);
    share[i] = inside - near[i]!;
  }
  return { near, far, share };
}
