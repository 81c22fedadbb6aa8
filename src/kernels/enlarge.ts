import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** A rectangle of whole pixels of the target. */
interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Part of a picture interpolated bilinearly to any size, pixel centres aligned as areas, borders replicated.
 *
 * @param source `[C, h, w]`
 * @param height of the whole target in pixels
 * @param width  of the whole target in pixels
 * @returns      `[C, …]` of the part
 */
export function enlargePlanes(
  source: Raster,
  height: number,
  width: number,
  { left, top, right, bottom }: Window,
): Raster {
  const out = raster(source.channels, bottom - top, right - left);
  using call = new KernelCall();
  const from = call.read(source.data);
  const to = call.write(out.data);
  const across = call.read(taps(source.width, width, left, out.width));
  const down = call.read(taps(source.height, height, top, out.height));
  const rows = call.scratch(8 * out.width);
  // prettier-ignore
  kernelExports().enlargePlanes(from, to, source.channels, source.width, source.height, out.width, out.height, across, down, rows);
  return out;
}

/**
 * Writes `clip(ratio·picture + offset, 0, 1)` into a part of a larger picture, with ratio and offset interpolated bilinearly to
 * that picture's size as `enlargePlanes` does.
 *
 * @param target  `[3, H, W]`, in the kernels' memory or not
 * @param picture `[3, …]` of the part
 * @param ratio   `[3, h, w]`
 * @param offset  `[3, h, w]`
 */
export function writeLinearMap(
  target: Raster,
  picture: Raster,
  ratio: Raster,
  offset: Raster,
  { left, top }: Pick<Window, "left" | "top">,
): void {
  const { height, width } = picture;
  using call = new KernelCall();
  const to = call.update(target.data) + 4 * (top * target.width + left);
  const area = target.height * target.width;
  const seen = call.read(picture.data);
  const factors = call.read(ratio.data);
  const terms = call.read(offset.data);
  const across = call.read(taps(ratio.width, target.width, left, width));
  const down = call.read(taps(ratio.height, target.height, top, height));
  const rows = call.scratch(8 * width);
  // prettier-ignore
  kernelExports().enlargedLinearMap(factors, terms, ratio.width, ratio.height, seen, to, target.width, area, width, height, across, down, rows);
}

/** For each of `count` pixels from `start` on: the nearer and the farther pixel, and (as float32) the share of the latter. */
function taps(
  from: number,
  to: number,
  start: number,
  count: number,
): Int32Array {
  const out = new Int32Array(3 * count);
  const shares = new Float32Array(out.buffer, 8 * count);
  for (let k = 0; k < count; k++) {
    const at = Math.min(
      from - 1,
      Math.max(0, ((start + k + 0.5) * from) / to - 0.5),
    );
    const near = Math.floor(at);
    out[k] = near;
    out[count + k] = Math.min(from - 1, near + 1);
    shares[k] = at - near;
  }
  return out;
}
