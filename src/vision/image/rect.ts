import type { Size } from "../../units/size.ts";
import { enlargePlanes } from "../../kernels/enlarge.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** A rectangle of whole pixels: from `left`, `top` up to but without `right`, `bottom`. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Copies a part of every plane; the raster itself when the part is all of it. */
export function cut(source: Raster, part: Part): Raster {
  const height = part.bottom - part.top;
  const width = part.right - part.left;
  if (height === source.height && width === source.width) return source;
  const out = raster(source.channels, height, width);
  const rows = source.channels * height;
  for (let row = 0; row < rows; row++) {
    const y = (row % height) + part.top;
    const from =
      (Math.floor(row / height) * source.height + y) * source.width + part.left;
    out.data.set(source.data.subarray(from, from + width), row * width);
  }
  return out;
}

/** Writes a picture into the part of a larger one that it was cut from. */
export function paste(target: Raster, source: Raster, part: Part): void {
  for (let c = 0; c < source.channels; c++) {
    for (let y = 0; y < source.height; y++) {
      const from = (c * source.height + y) * source.width;
      const to = (c * target.height + part.top + y) * target.width + part.left;
      target.data.set(source.data.subarray(from, from + source.width), to);
    }
  }
}

/**
 * A part of what `resizeLinear` would give: bilinear interpolation to any size, pixel centres aligned as areas, borders
 * replicated.
 *
 * @param source `[C, h, w]`
 * @param height of the whole target in pixels
 * @param width  of the whole target in pixels
 * @param part   of the target
 */
export function resizePart(
  source: Raster,
  height: number,
  width: number,
  part: Part,
): Raster {
  if (height === source.height && width === source.width)
    return cut(source, part);
  return enlargePlanes(source, height, width, part);
}

/**
 * Smallest part that holds every pixel above a limit, grown.
 *
 * @param weights `[1, h, w]`
 * @param limit   pixels above it count
 * @param margin  pixels to add on every side where the picture has them
 * @param side    pixels "below" the limit count instead
 * @returns       undefined when no pixel counts
 */
export function partAround(
  weights: Raster,
  limit: number,
  margin: number,
  side: "above" | "below" = "above",
): Part | undefined {
  const { height, width, data } = weights;
  const sign = side === "above" ? 1 : -1;
  const least = sign * limit;
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let first = 0;
    while (first < width && !(sign * data[row + first]! > least)) first++;
    if (first === width) continue;
    let last = width - 1;
    while (!(sign * data[row + last]! > least)) last--;
    left = Math.min(left, first);
    right = Math.max(right, last);
    if (top < 0) top = y;
    bottom = y;
  }
  if (right < 0) return undefined;
  return {
    left: Math.max(0, left - margin),
    top: Math.max(0, top - margin),
    right: Math.min(width, right + 1 + margin),
    bottom: Math.min(height, bottom + 1 + margin),
  };
}

/** The same part on another grid, rounded outwards. */
export function scalePart(part: Part, from: Size, to: Size): Part {
  const across = to.width / from.width;
  const down = to.height / from.height;
  return {
    left: Math.floor(part.left * across),
    top: Math.floor(part.top * down),
    right: Math.min(to.width, Math.ceil(part.right * across)),
    bottom: Math.min(to.height, Math.ceil(part.bottom * down)),
  };
}
