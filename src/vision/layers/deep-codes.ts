import { raster, type Raster } from "../../kernels/raster.ts";
import type { Part } from "../image/rect.ts";
import { type Codes, largestCode } from "../../kernels/codes.ts";

/**
 * Part of an interleaved 16-bit RGB picture as planes: code values over 65535.
 *
 * @param codes `[H, width, 3]`
 * @returns     `[3, h, w]` of the part, in [0, 1]
 */
export function planesOfCodes(
  codes: Uint16Array,
  width: number,
  { left, top, right, bottom }: Part,
): Raster {
  const out = raster(3, bottom - top, right - left);
  const area = out.width * out.height;
  for (let y = top, i = 0; y < bottom; y++) {
    for (let x = left; x < right; x++, i++) {
      const at = 3 * (y * width + x);
      for (let c = 0; c < 3; c++)
        out.data[c * area + i] = codes[at + c]! / 65535;
    }
  }
  return out;
}

/**
 * Composes layers in code values of any bits, rounded once at the end, and compares, as the kernel `recomposedDifference` does with
 * those of 8.
 *
 * @param source     `[area, 3]`
 * @param background `[area, 3]`
 * @param layers     bottom to top, `[area, 4]`, straight alpha
 * @returns          the largest difference from the source
 */
export function recomposedCodesDifference(
  source: Codes,
  background: Codes,
  layers: readonly Codes[],
): number {
  const largest = largestCode(source);
  let most = 0;
  for (let at = 0, over = 0; at < source.length; at += 3, over += 4) {
    for (let c = 0; c < 3; c++) {
      let value = background[at + c]!;
      for (const layer of layers) {
        const alpha = layer[over + 3]! / largest;
        if (alpha > 0) value = value * (1 - alpha) + layer[over + c]! * alpha;
      }
      const off = Math.abs(Math.round(value) - source[at + c]!);
      if (off > most) most = off;
    }
  }
  return most;
}
