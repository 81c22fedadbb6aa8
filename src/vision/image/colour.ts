import { KernelCall, kernelExports } from "../../kernels/memory.ts";
import { planesOfBytes } from "../../kernels/bytes.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** Straight RGB in [0, 1]. */
export type Colour = readonly [number, number, number];

/**
 * Luma with the weights of ITU-R BT.601.
 *
 * @param rgb `[3, H, W]`
 * @returns   `[1, H, W]`
 */
export function luma(rgb: Raster): Raster {
  const out = raster(1, rgb.height, rgb.width);
  using call = new KernelCall();
  const from = call.read(rgb.data);
  kernelExports().lumaOf(from, call.write(out.data), rgb.height * rgb.width);
  return out;
}

/**
 * Interleaved 8-bit RGB as planes.
 *
 * @param bytes `[H, W, 3]` in 0…255
 * @returns     `[3, H, W]` in [0, 1]
 */
export function fromBytes(
  bytes: Uint8Array,
  height: number,
  width: number,
): Raster {
  return planesOfBytes(bytes, width, {
    left: 0,
    top: 0,
    right: width,
    bottom: height,
  });
}

/**
 * Planes as interleaved 8-bit RGB, rounded.
 *
 * @param rgb `[3, H, W]` in [0, 1]
 * @returns   `[H, W, 3]` in 0…255
 */
export function rgbToBytes(rgb: Raster): Uint8Array {
  const area = rgb.height * rgb.width;
  const out = new Uint8Array(3 * area);
  for (let i = 0, j = 0; i < area; i++, j += 3)
    for (let c = 0; c < 3; c++)
      out[j + c] = Math.round(255 * rgb.data[c * area + i]!);
  return out;
}
