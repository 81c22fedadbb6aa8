import type { Size } from "../../units/size.ts";
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
  const out = raster(
    source.channels,
    part.bottom - part.top,
    part.right - part.left,
  );
  const across = taps(source.width, width, part.left, out.width);
  const down = taps(source.height, height, part.top, out.height);
  const area = source.height * source.width;
  let at = 0;
  for (let c = 0; c < source.channels; c++) {
    for (let y = 0; y < out.height; y++) {
      const near = c * area + down.near[y]! * source.width;
      const far = c * area + down.far[y]! * source.width;
      const share = down.share[y]!;
      for (let x = 0; x < out.width; x++, at++) {
        const a = across.near[x]!;
        const b = across.far[x]!;
        const u = across.share[x]!;
        const upper =
          source.data[near + a]! * (1 - u) + source.data[near + b]! * u;
        const lower =
          source.data[far + a]! * (1 - u) + source.data[far + b]! * u;
        out.data[at] = upper + share * (lower - upper);
      }
    }
  }
  return out;
}

function taps(
  from: number,
  to: number,
  start: number,
  count: number,
): { near: Int32Array; far: Int32Array; share: Float32Array } {
  const near = new Int32Array(count);
  const far = new Int32Array(count);
  const share = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const at = Math.min(
      from - 1,
      Math.max(0, ((start + k + 0.5) * from) / to - 0.5),
    );
    near[k] = Math.floor(at);
    far[k] = Math.min(from - 1, near[k]! + 1);
    share[k] = at - near[k]!;
  }
  return { near, far, share };
}

/**
 * Smallest part that holds every pixel above a limit, grown.
 *
 * @param weights `[1, h, w]`
 * @param limit   pixels above it count
 * @param margin  pixels to add on every side where the picture has them
 * @returns       undefined when no pixel counts
 */
export function partAround(
  weights: Raster,
  limit: number,
  margin: number,
): Part | undefined {
  const { height, width } = weights;
  let left = Infinity;
  let right = -1;
  let top = Infinity;
  let bottom = -1;
  for (let i = 0; i < weights.data.length; i++) {
    if (weights.data[i]! <= limit) continue;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
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
