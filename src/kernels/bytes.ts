import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** A rectangle of a picture that is `width` pixels wide. */
interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Part of an interleaved 8-bit RGB picture as planes: code values over 255.
 *
 * @param bytes `[H, width, 3]`
 * @returns     `[3, h, w]` of the part, in [0, 1]
 */
export function planesOfBytes(
  bytes: Uint8Array,
  width: number,
  { left, top, right, bottom }: Window,
): Raster {
  const out = raster(3, bottom - top, right - left);
  const stride = 3 * width;
  using call = new KernelCall();
  const to = call.write(out.data);
  const from = call.read(
    bytes.subarray(stride * top, stride * (bottom - 1) + 3 * right),
  );
  // prettier-ignore
  kernelExports().planesOfBytes(from + 3 * left, stride, to, out.width, out.height);
  return out;
}

/** Pixels that are copied to a kernel at a time: some megabytes, where whole 4K frames and their layers would be a hundred. */
const BAND_PIXELS = 2 ** 18;

/**
 * Composes layers in 8-bit code values, rounded once at the end, and compares.
 *
 * @param source     `[area, 3]`
 * @param background `[area, 3]`
 * @param layers     bottom to top, `[area, 4]`, straight alpha
 * @returns          the largest difference from the source
 */
export function recomposedDifference(
  source: Uint8Array,
  background: Uint8Array,
  layers: readonly Uint8Array[],
): number {
  let largest = 0;
  const area = source.length / 3;
  for (let at = 0; at < area; at += BAND_PIXELS) {
    const end = Math.min(area, at + BAND_PIXELS);
    using call = new KernelCall();
    const from = call.read(source.subarray(3 * at, 3 * end));
    const beneath = call.read(background.subarray(3 * at, 3 * end));
    const addresses = Int32Array.from(layers, (layer) =>
      call.read(layer.subarray(4 * at, 4 * end)),
    );
    // prettier-ignore
    const found = kernelExports().recomposedDifference(from, beneath, call.read(addresses), layers.length, end - at);
    largest = Math.max(largest, found);
  }
  return largest;
}

/**
 * Codes of 8 or 16 bits as fractions of the largest.
 *
 * @param out where to; an ordinary array if it is left out: what comes from a file is mostly kept
 */
export function fractionsOf(
  codes: Uint8Array | Uint16Array,
  out: Float32Array = new Float32Array(codes.length),
): Float32Array {
  using call = new KernelCall();
  const from = call.read(codes);
  const to = call.write(out);
  if (codes instanceof Uint16Array)
    kernelExports().fractionsOf16(from, to, codes.length);
  else kernelExports().fractionsOf8(from, to, codes.length);
  return out;
}

/**
 * Fractions as codes: the nearest of 0 to 255, or to 65535 where there are 16 bits.
 *
 * @param out where to
 */
export function codesOf<T extends Uint8Array | Uint16Array>(
  values: Float32Array,
  out: T,
): T {
  const wide = out instanceof Uint16Array;
  using call = new KernelCall();
  const from = call.read(values);
  // prettier-ignore
  kernelExports().codesOf(from, call.write(out), values.length, wide ? 65_535 : 255, wide);
  return out;
}
