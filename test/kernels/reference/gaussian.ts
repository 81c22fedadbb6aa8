import { plane, raster, type Raster } from "../../../src/kernels/raster.ts";

/** Below this width a sampled kernel is cheaper and more exact than repeated boxes. */
const LARGEST_SAMPLED_SIGMA = 2;

/**
 * Gaussian filter of every plane, borders replicated. Narrow kernels are sampled to 3.5 σ; wide ones are three extended
 * boxes, whose cost does not depend on σ (Gwosdek et al., "Theoretical foundations of Gaussian convolution by extended
 * box filtering", SSVM 2011).
 *
 * @param source `[C, H, W]`
 * @param sigma  standard deviation in pixels, > 0
 * @returns      `[C, H, W]`, a new raster
 */
export function gaussian(source: Raster, sigma: number): Raster {
  const out = raster(source.channels, source.height, source.width);
  for (let c = 0; c < source.channels; c++) {
    const from = plane(source, c).data;
    const to = plane(out, c).data;
    if (sigma <= LARGEST_SAMPLED_SIGMA) {
      convolveSeparable(
        from,
        to,
        source.width,
        source.height,
        gaussianKernel(sigma),
      );
    } else {
      repeatedBox(from, to, source.width, source.height, sigma);
    }
  }
  return out;
}

/**
 * Mean over a `(2·radius+1)²` window of every plane, borders replicated.
 *
 * @param source `[C, H, W]`
 */
export function boxMean(source: Raster, radius: number): Raster {
  const { channels, height, width } = source;
  const out = raster(channels, height, width);
  const across = new Float32Array(width * height);
  for (let c = 0; c < channels; c++) {
    boxRows(plane(source, c).data, across, width, height, radius, 0);
    boxColumns(across, plane(out, c).data, width, height, radius, 0);
  }
  return out;
}

function gaussianKernel(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3.5 * sigma));
  const taps = new Float32Array(2 * radius + 1);
  let sum = 0;
  for (let i = -radius; i <= radius; i++) {
    const value = Math.exp((-0.5 * i * i) / (sigma * sigma));
    taps[i + radius] = value;
    sum += value;
  }
  return taps.map((v) => v / sum);
}

function convolveSeparable(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  taps: Float32Array,
): void {
  const across = new Float32Array(width * height);
  convolveRows(from, across, width, height, taps);
  convolveColumns(across, to, width, height, taps);
}

/** Fills `padded` with a row from `reach` on, and with the row's ends before and behind it. */
function padRow(padded: Float32Array, row: Float32Array, reach: number): void {
  padded.fill(row[0]!, 0, reach);
  padded.set(row, reach);
  padded.fill(row[row.length - 1]!, reach + row.length);
}

/** Four neighbours at a time, so that each value and each tap is read once for all of them. */
function convolveRows(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  taps: Float32Array,
): void {
  const radius = (taps.length - 1) >> 1;
  const padded = new Float32Array(width + 2 * radius + 3);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    padRow(padded, from.subarray(row, row + width), radius);
    for (let x = 0; x < width; x += 4) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let p = padded[x]!;
      let q = padded[x + 1]!;
      let r = padded[x + 2]!;
      for (let i = 0; i < taps.length; i++) {
        const tap = taps[i]!;
        const s = padded[x + i + 3]!;
        a += tap * p;
        b += tap * q;
        c += tap * r;
        d += tap * s;
        p = q;
        q = r;
        r = s;
      }
      to[row + x] = a;
      if (x + 1 < width) to[row + x + 1] = b;
      if (x + 2 < width) to[row + x + 2] = c;
      if (x + 3 < width) to[row + x + 3] = d;
    }
  }
}

/** Two rows at a time, for the same reason. */
function convolveColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  taps: Float32Array,
): void {
  const radius = (taps.length - 1) >> 1;
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const rowAt = (i: number): number =>
      Math.min(height - 1, Math.max(0, y + i - radius)) * width;
    sums.fill(0);
    // The number of taps is odd: pairs, then the last one.
    for (let i = 0; i + 1 < taps.length; i += 2) {
      const upper = rowAt(i);
      const lower = rowAt(i + 1);
      const a = taps[i]!;
      const b = taps[i + 1]!;
      for (let x = 0; x < width; x++)
        sums[x]! += a * from[upper + x]! + b * from[lower + x]!;
    }
    const last = rowAt(taps.length - 1);
    const c = taps[taps.length - 1]!;
    const target = y * width;
    for (let x = 0; x < width; x++)
      to[target + x] = sums[x]! + c * from[last + x]!;
  }
}

/** Box means in a row that stand for a Gaussian: three come within 3 % of it (SVG 1.1, feGaussianBlur). */
const BOX_PASSES = 3;

function repeatedBox(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  sigma: number,
): void {
  const variance = (sigma * sigma) / BOX_PASSES;
  const radius = Math.floor(0.5 * Math.sqrt(12 * variance + 1) - 0.5);
  const edge =
    ((2 * radius + 1) * (radius * (radius + 1) - 3 * variance)) /
    (6 * (variance - (radius + 1) * (radius + 1)));
  let current = new Float32Array(from);
  let next = new Float32Array(from.length);
  for (let pass = 0; pass < BOX_PASSES; pass++) {
    boxRows(current, next, width, height, radius, edge);
    [current, next] = [next, current];
  }
  for (let pass = 0; pass < BOX_PASSES; pass++) {
    boxColumns(current, next, width, height, radius, edge);
    [current, next] = [next, current];
  }
  to.set(current);
}

function boxRows(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  radius: number,
  edge: number,
): void {
  const scale = 1 / (2 * (radius + edge) + 1);
  const reach = radius + 1;
  const padded = new Float32Array(width + 2 * reach);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    padRow(padded, from.subarray(row, row + width), reach);
    let sum = 0;
    for (let i = 1; i <= 2 * radius + 1; i++) sum += padded[i]!;
    for (let x = 0; x < width; x++) {
      const left = padded[x]!;
      const right = padded[x + 2 * reach]!;
      to[row + x] = scale * (sum + edge * (left + right));
      sum += right - padded[x + 1]!;
    }
  }
}

function boxColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  radius: number,
  edge: number,
): void {
  const scale = 1 / (2 * (radius + edge) + 1);
  const rowAt = (y: number): number =>
    Math.min(height - 1, Math.max(0, y)) * width;
  const sums = new Float64Array(width);
  for (let i = -radius; i <= radius; i++) {
    const row = rowAt(i);
    for (let x = 0; x < width; x++) sums[x]! += from[row + x]!;
  }
  for (let y = 0; y < height; y++) {
    const above = rowAt(y - radius - 1);
    const below = rowAt(y + radius + 1);
    const leaving = rowAt(y - radius);
    const target = y * width;
    for (let x = 0; x < width; x++) {
      const entering = from[below + x]!;
      to[target + x] =
        scale * (sums[x]! + edge * (from[above + x]! + entering));
      sums[x]! += entering - from[leaving + x]!;
    }
  }
}
