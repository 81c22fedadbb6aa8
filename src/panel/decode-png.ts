import { decode } from "fast-png";
import type { Pixels } from "./pixels.ts";

/**
 * Decodes an 8-bit PNG file exactly: colours are not converted, alpha stays straight, what is under alpha 0 stays too.
 *
 * @throws RangeError when it is not such a file
 */
export function decodePng(file: ArrayBuffer): Pixels {
  const { width, height, channels, depth, data: from } = decode(file);
  if (depth !== 8) throw new RangeError(`${depth} bits are not 8`);
  const data = new Uint8ClampedArray(width * height * 4);
  const grey = channels < 3;
  const opaque = channels % 2 === 1;
  for (let p = 0; p < width * height; p++) {
    const at = p * channels;
    for (let c = 0; c < 3; c++) data[4 * p + c] = from[at + (grey ? 0 : c)]!;
    data[4 * p + 3] = opaque ? 255 : from[at + channels - 1]!;
  }
  return { width, height, data };
}
