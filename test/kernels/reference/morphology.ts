import { plane, raster, type Raster } from "../../../src/kernels/raster.ts";

/**
 * Grey dilation by a `(2·radius+1)²` square: the largest value in the window, of every plane.
 *
 * @param source `[C, H, W]`
 */
export const dilate = (source: Raster, radius: number): Raster =>
  extremum(source, radius, true);

/**
 * Grey erosion by a `(2·radius+1)²` square: the smallest value in the window, of every plane. Outside the picture
 * nothing counts, so a mask that touches the border stays there.
 *
 * @param source `[C, H, W]`
 */
export const erode = (source: Raster, radius: number): Raster =>
  extremum(source, radius, false);

function extremum(source: Raster, radius: number, largest: boolean): Raster {
  const out = raster(source.channels, source.height, source.width);
  for (let c = 0; c < source.channels; c++) {
    const across = new Float32Array(source.width * source.height);
    slide(
      plane(source, c).data,
      across,
      source.width,
      source.height,
      1,
      source.width,
      radius,
      largest,
    );
    slide(
      across,
      plane(out, c).data,
      source.height,
      source.width,
      source.width,
      1,
      radius,
      largest,
    );
  }
  return out;
}

/**
 * Running extremum along lines in constant time per pixel (van Herk, "A fast algorithm for local minimum and maximum
 * filters", 1992): `length` pixels `step` apart on each of `lines` lines that start `stride` apart.
 */
function slide(
  from: Float32Array,
  to: Float32Array,
  length: number,
  lines: number,
  step: number,
  stride: number,
  radius: number,
  largest: boolean,
): void {
  const window = 2 * radius + 1;
  const blocks = Math.ceil((length + 2 * radius) / window);
  const total = blocks * window;
  const outside = largest ? -Infinity : Infinity;
  const padded = new Float32Array(total).fill(outside);
  const prefix = new Float32Array(total);
  const suffix = new Float32Array(total);
  for (let line = 0; line < lines; line++) {
    const base = line * stride;
    for (let i = 0; i < length; i++)
      padded[radius + i] = from[base + i * step]!;
    for (let start = 0; start < total; start += window) {
      let forward = outside;
      let backward = outside;
      for (let i = 0; i < window; i++) {
        const ahead = padded[start + i]!;
        const behind = padded[start + window - 1 - i]!;
        if (largest ? ahead > forward : ahead < forward) forward = ahead;
        if (largest ? behind > backward : behind < backward) backward = behind;
        prefix[start + i] = forward;
        suffix[start + window - 1 - i] = backward;
      }
    }
    for (let i = 0; i < length; i++) {
      const a = suffix[i]!;
      const b = prefix[i + window - 1]!;
      to[base + i * step] = largest === a > b ? a : b;
    }
  }
}
