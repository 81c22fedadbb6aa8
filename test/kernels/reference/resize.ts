import { plane, raster, type Raster } from "../../../src/kernels/raster.ts";

/** For each target pixel: the source pixels that it covers and by how much. */
interface PixelCoverage {
  readonly starts: Int32Array;
  readonly weights: readonly Float32Array[];
}

function pixelCoverage(from: number, to: number): PixelCoverage {
  const ratio = from / to;
  const starts = new Int32Array(to);
  const weights: Float32Array[] = [];
  for (let i = 0; i < to; i++) {
    const begin = i * ratio;
    const end = begin + ratio;
    const first = Math.floor(begin + 1e-9);
    const last = Math.min(from, Math.ceil(end - 1e-9));
    const taps = new Float32Array(last - first);
    for (let j = first; j < last; j++) {
      taps[j - first] = (Math.min(end, j + 1) - Math.max(begin, j)) / ratio;
    }
    starts[i] = first;
    weights.push(taps);
  }
  return { starts, weights };
}

/**
 * Shrinks by averaging the area that each target pixel covers.
 *
 * @param source `[C, H, W]`
 * @returns      `[C, height, width]`, `height <= H`, `width <= W`
 */
export function shrink(source: Raster, height: number, width: number): Raster {
  if (height === source.height && width === source.width) return source;
  const across = pixelCoverage(source.width, width);
  const down = pixelCoverage(source.height, height);
  const out = raster(source.channels, height, width);
  const narrow = new Float32Array(source.height * width);
  for (let c = 0; c < source.channels; c++) {
    const from = plane(source, c).data;
    for (let y = 0; y < source.height; y++) {
      const row = y * source.width;
      for (let x = 0; x < width; x++) {
        const taps = across.weights[x]!;
        const start = row + across.starts[x]!;
        let sum = 0;
        for (let i = 0; i < taps.length; i++)
          sum += taps[i]! * from[start + i]!;
        narrow[y * width + x] = sum;
      }
    }
    const to = plane(out, c).data;
    for (let y = 0; y < height; y++) {
      const taps = down.weights[y]!;
      const target = y * width;
      for (let i = 0; i < taps.length; i++) {
        const row = (down.starts[y]! + i) * width;
        const weight = taps[i]!;
        for (let x = 0; x < width; x++)
          to[target + x]! += weight * narrow[row + x]!;
      }
    }
  }
  return out;
}

/**
 * Bilinear interpolation to any size, pixel centres aligned as areas, borders replicated.
 *
 * @param source `[C, H, W]`
 * @returns      `[C, height, width]`
 */
export function resizeLinear(
  source: Raster,
  height: number,
  width: number,
): Raster {
  if (height === source.height && width === source.width) return source;
  const out = raster(source.channels, height, width);
  const across = linearTaps(source.width, width);
  const down = linearTaps(source.height, height);
  const wide = new Float32Array(source.height * width);
  for (let c = 0; c < source.channels; c++) {
    const from = plane(source, c).data;
    for (let y = 0; y < source.height; y++) {
      const row = y * source.width;
      const target = y * width;
      for (let x = 0; x < width; x++) {
        const a = from[row + across.near[x]!]!;
        wide[target + x] =
          a + across.share[x]! * (from[row + across.far[x]!]! - a);
      }
    }
    const to = plane(out, c).data;
    for (let y = 0; y < height; y++) {
      const near = down.near[y]! * width;
      const far = down.far[y]! * width;
      const share = down.share[y]!;
      const target = y * width;
      for (let x = 0; x < width; x++) {
        const a = wide[near + x]!;
        to[target + x] = a + share * (wide[far + x]! - a);
      }
    }
  }
  return out;
}

function linearTaps(
  from: number,
  to: number,
): { near: Int32Array; far: Int32Array; share: Float32Array } {
  const near = new Int32Array(to);
  const far = new Int32Array(to);
  const share = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    near[i] = Math.floor(at);
    far[i] = Math.min(from - 1, near[i]! + 1);
    share[i] = at - near[i]!;
  }
  return { near, far, share };
}
