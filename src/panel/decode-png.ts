import { decode } from "fast-png";
import type { Pixels } from "./pixels.ts";

/**
 * Decodes a PNG file exactly: colours are not converted, alpha stays straight, what is under alpha 0 stays too. Of 16 bits the upper 8 are
 * shown.
 *
 * @throws RangeError when it is not such a file
 */
export function decodePng(file: ArrayBuffer): Pixels {
  const { width, height, channels, depth, data: from } = decode(file);
  if (depth !== 8 && depth !== 16)
    throw new RangeError(`${depth} bits are neither 8 nor 16`);
  const byteOf = (code: number): number => (depth === 8 ? code : code >> 8);
  const data = new Uint8ClampedArray(width * height * 4);
  const grey = channels < 3;
  const opaque = channels % 2 === 1;
  for (let p = 0; p < width * height; p++) {
    const at = p * channels;
    for (let c = 0; c < 3; c++)
      data[4 * p + c] = byteOf(from[at + (grey ? 0 : c)]!);
    data[4 * p + 3] = opaque ? 255 : byteOf(from[at + channels - 1]!);
  }
  return { width, height, data };
}
