import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** For each target pixel: the first of the source pixels that it covers, and by how much it covers each; `[to, taps]`. */
interface PixelCoverage {
  readonly starts: Int32Array;
  readonly taps: number;
  readonly weights: Float32Array;
}

function pixelCoverage(from: number, to: number): PixelCoverage {
  const ratio = from / to;
  const taps = Math.min(from, Math.ceil(ratio) + 1);
  const starts = new Int32Array(to);
  const weights = new Float32Array(to * taps);
  for (let i = 0; i < to; i++) {
    const begin = i * ratio;
    const end = begin + ratio;
    const first = Math.floor(begin + 1e-9);
    const last = Math.min(from, Math.ceil(end - 1e-9));
    for (let j = first; j < last; j++) {
      weights[i * taps + j - first] =
        (Math.min(end, j + 1) - Math.max(begin, j)) / ratio;
    }
    starts[i] = first;
  }
  return { starts, taps, weights };
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
  using call = new KernelCall();
  const from = call.read(source.data);
  const to = call.write(out.data);
  const columns = call.read(across.starts);
  const shares = call.read(across.weights);
  const rows = call.read(down.starts);
  const weights = call.read(down.weights);
  const line = call.scratch(4 * (source.width + across.taps));
  for (let c = 0; c < source.channels; c++) {
    // prettier-ignore
    kernelExports().shrinkPlane(
      from + 4 * c * source.height * source.width, source.width, source.height,
      to + 4 * c * height * width, width, height,
      columns, shares, across.taps, rows, weights, down.taps, line,
    );
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
  using call = new KernelCall();
  const from = call.read(source.data);
  const to = call.write(out.data);
  const columns = call.read(across.near);
  const shares = call.read(across.share);
  const rows = call.read(down.near);
  const weights = call.read(down.share);
  const wide = call.scratch(4 * source.height * width);
  for (let c = 0; c < source.channels; c++) {
    // prettier-ignore
    kernelExports().resizePlane(
      from + 4 * c * source.height * source.width, source.width, source.height,
      to + 4 * c * height * width, width, height,
      columns, shares, rows, weights, wide,
    );
  }
  return out;
}

/** For each target pixel the source pixel before it, at most the last but one, and how far it lies towards the next. */
function linearTaps(
  from: number,
  to: number,
): { near: Int32Array; share: Float32Array } {
  const near = new Int32Array(to);
  const share = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    near[i] = Math.max(0, Math.min(from - 2, Math.floor(at)));
    share[i] = at - near[i]!;
  }
  return { near, share };
}
