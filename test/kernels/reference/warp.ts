import { plane, raster, type Raster } from "../../../src/kernels/raster.ts";
import { entries, type Homography } from "../../../src/kernels/homography.ts";

/** Where each target pixel comes from: source coordinates in pixels, centres at integers; `x` and `y` are `[H·W]`. */
export interface CoordinateField {
  readonly height: number;
  readonly width: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Coordinates of a homography that takes target pixels to the source. */
export function homographyField(
  targetToSource: Homography,
  height: number,
  width: number,
): CoordinateField {
  const x = new Float32Array(height * width);
  const y = new Float32Array(height * width);
  const [a, b, c, d, e, f, g, i, j] = entries(targetToSource);
  let at = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      const w = 1 / (g * column + i * row + j);
      x[at] = (a * column + b * row + c) * w;
      y[at] = (d * column + e * row + f) * w;
    }
  }
  return { height, width, x, y };
}

/**
 * Coordinates of a displacement: target pixel p comes from `p + flow(p)`.
 *
 * @param flow `[2, H, W]` pixels, x then y
 */
export function flowField(flow: Raster): CoordinateField {
  const { height, width, data } = flow;
  const area = height * width;
  const x = new Float32Array(area);
  const y = new Float32Array(area);
  let at = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at++) {
      x[at] = column + data[at]!;
      y[at] = row + data[area + at]!;
    }
  }
  return { height, width, x, y };
}

/**
 * The homography's coordinates at displaced target pixels: p comes from `H(p + flow(p))`, so that two warps cost one
 * interpolation.
 *
 * @param flow `[2, H, W]` pixels, x then y
 */
export function displacedHomographyField(
  targetToSource: Homography,
  flow: Raster,
): CoordinateField {
  const field = flowField(flow);
  const { x, y } = field;
  const [a, b, c, d, e, f, g, i, j] = entries(targetToSource);
  for (let at = 0; at < x.length; at++) {
    const px = x[at]!;
    const py = y[at]!;
    const w = 1 / (g * px + i * py + j);
    x[at] = (a * px + b * py + c) * w;
    y[at] = (d * px + e * py + f) * w;
  }
  return field;
}

/**
 * Bicubic interpolation (Keys' kernel, a = −½: "Cubic convolution interpolation for digital image processing", 1981),
 * borders replicated.
 *
 * @param source `[C, H, W]`
 * @returns      `[C, field.height, field.width]`; may overshoot the source's range
 */
export function sampleCubic(source: Raster, field: CoordinateField): Raster {
  const { width, height, channels, data } = source;
  const area = width * height;
  const out = raster(channels, field.height, field.width);
  const count = field.x.length;
  const maxX = width - 1;
  const maxY = height - 1;
  for (let at = 0; at < count; at++) {
    const sx = Math.min(width + 1, Math.max(-2, field.x[at]!));
    const sy = Math.min(height + 1, Math.max(-2, field.y[at]!));
    const ix = Math.floor(sx);
    const iy = Math.floor(sy);
    const u = sx - ix;
    const v = sy - iy;
    const wx0 = ((-0.5 * u + 1) * u - 0.5) * u;
    const wx1 = (1.5 * u - 2.5) * u * u + 1;
    const wx2 = ((-1.5 * u + 2) * u + 0.5) * u;
    const wx3 = (0.5 * u - 0.5) * u * u;
    const wy0 = ((-0.5 * v + 1) * v - 0.5) * v;
    const wy1 = (1.5 * v - 2.5) * v * v + 1;
    const wy2 = ((-1.5 * v + 2) * v + 0.5) * v;
    const wy3 = (0.5 * v - 0.5) * v * v;
    let x0: number, x1: number, x2: number, x3: number;
    let y0: number, y1: number, y2: number, y3: number;
    if (ix >= 1 && iy >= 1 && ix + 2 <= maxX && iy + 2 <= maxY) {
      x0 = ix - 1;
      x1 = ix;
      x2 = ix + 1;
      x3 = ix + 2;
      y0 = (iy - 1) * width;
      y1 = y0 + width;
      y2 = y1 + width;
      y3 = y2 + width;
    } else {
      x0 = Math.min(maxX, Math.max(0, ix - 1));
      x1 = Math.min(maxX, Math.max(0, ix));
      x2 = Math.min(maxX, Math.max(0, ix + 1));
      x3 = Math.min(maxX, Math.max(0, ix + 2));
      y0 = Math.min(maxY, Math.max(0, iy - 1)) * width;
      y1 = Math.min(maxY, Math.max(0, iy)) * width;
      y2 = Math.min(maxY, Math.max(0, iy + 1)) * width;
      y3 = Math.min(maxY, Math.max(0, iy + 2)) * width;
    }
    for (let c = 0, base = 0; c < channels; c++, base += area) {
      const r0 =
        wx0 * data[base + y0 + x0]! +
        wx1 * data[base + y0 + x1]! +
        wx2 * data[base + y0 + x2]! +
        wx3 * data[base + y0 + x3]!;
      const r1 =
        wx0 * data[base + y1 + x0]! +
        wx1 * data[base + y1 + x1]! +
        wx2 * data[base + y1 + x2]! +
        wx3 * data[base + y1 + x3]!;
      const r2 =
        wx0 * data[base + y2 + x0]! +
        wx1 * data[base + y2 + x1]! +
        wx2 * data[base + y2 + x2]! +
        wx3 * data[base + y2 + x3]!;
      const r3 =
        wx0 * data[base + y3 + x0]! +
        wx1 * data[base + y3 + x1]! +
        wx2 * data[base + y3 + x2]! +
        wx3 * data[base + y3 + x3]!;
      out.data[c * count + at] = wy0 * r0 + wy1 * r1 + wy2 * r2 + wy3 * r3;
    }
  }
  return out;
}

/**
 * Bilinear interpolation; outside the source lies `outside`, or the border pixel when it is undefined.
 *
 * @param source `[C, H, W]`
 * @returns      `[C, field.height, field.width]`
 */
export function sampleLinear(
  source: Raster,
  field: CoordinateField,
  outside?: number,
): Raster {
  const { width, height, channels, data } = source;
  const area = width * height;
  const out = raster(channels, field.height, field.width);
  const count = field.x.length;
  for (let at = 0; at < count; at++) {
    const fx = field.x[at]!;
    const fy = field.y[at]!;
    if (
      outside !== undefined &&
      !(fx > -1 && fy > -1 && fx < width && fy < height)
    ) {
      for (let c = 0; c < channels; c++) out.data[c * count + at] = outside;
      continue;
    }
    const sx = Math.min(width, Math.max(-1, fx));
    const sy = Math.min(height, Math.max(-1, fy));
    const ix = Math.floor(sx);
    const iy = Math.floor(sy);
    const u = sx - ix;
    const v = sy - iy;
    const inside = ix >= 0 && iy >= 0 && ix + 1 < width && iy + 1 < height;
    const x0 = Math.min(width - 1, Math.max(0, ix));
    const x1 = Math.min(width - 1, Math.max(0, ix + 1));
    const y0 = Math.min(height - 1, Math.max(0, iy)) * width;
    const y1 = Math.min(height - 1, Math.max(0, iy + 1)) * width;
    for (let c = 0; c < channels; c++) {
      const base = c * area;
      let a = data[base + y0 + x0]!;
      let b = data[base + y0 + x1]!;
      let d = data[base + y1 + x0]!;
      let e = data[base + y1 + x1]!;
      if (!inside && outside !== undefined) {
        if (ix < 0) a = d = outside;
        if (ix + 1 >= width) b = e = outside;
        if (iy < 0) a = b = outside;
        if (iy + 1 >= height) d = e = outside;
      }
      const top = a + u * (b - a);
      const bottom = d + u * (e - d);
      out.data[c * count + at] = top + v * (bottom - top);
    }
  }
  return out;
}

/**
 * Nearest-neighbour sampling; outside the source lies `outside`.
 *
 * @param source `[C, H, W]`
 * @returns      `[C, field.height, field.width]`
 */
export function sampleNearest(
  source: Raster,
  field: CoordinateField,
  outside: number,
): Raster {
  const { width, height, channels } = source;
  const out = raster(channels, field.height, field.width);
  const count = field.x.length;
  for (let c = 0; c < channels; c++) {
    const from = plane(source, c).data;
    const to = plane(out, c).data;
    for (let at = 0; at < count; at++) {
      const x = Math.round(field.x[at]!);
      const y = Math.round(field.y[at]!);
      to[at] =
        x >= 0 && y >= 0 && x < width && y < height
          ? from[y * width + x]!
          : outside;
    }
  }
  return out;
}
