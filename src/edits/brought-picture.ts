import type { Codes } from "../kernels/codes.ts";
import type { Size } from "../units/size.ts";
import { colourOf } from "./effect-change.ts";
import { emptyPicture, type Picture } from "./picture.ts";

const wholeOf = ({ width, height }: Size): Picture["box"] => ({
  left: 0,
  top: 0,
  right: width,
  bottom: height,
});

/** An opaque picture of one colour, such as `#ff8800`. */
export function flatPicture(size: Size, hex: string): Picture {
  const picture = emptyPicture(size, 4, 0);
  const [r, g, b] = colourOf(hex);
  for (let i = 0; i < picture.data.length; i += 4)
    picture.data.set([r, g, b, 1], i);
  return { ...picture, box: wholeOf(size) };
}

/**
 * Straight code values as a premultiplied picture.
 *
 * @param data  `[H, W, 3]`, or `[H, W, 4]` with alpha
 * @param alpha `[H, W]` in its place
 */
export function broughtPicture(
  { width, height }: Size,
  data: Codes | Uint8ClampedArray,
  alpha?: Uint8Array,
): Picture {
  const size = { width, height };
  const out = emptyPicture(size, 4, 0);
  const channels = data.length / (width * height);
  const most = data instanceof Uint16Array ? 65535 : 255;
  for (let i = 0; i < width * height; i++) {
    const own =
      alpha !== undefined
        ? alpha[i]! / 255
        : channels === 4
          ? data[4 * i + 3]! / most
          : 1;
    for (let c = 0; c < 3; c++)
      out.data[4 * i + c] = (data[channels * i + c]! / most) * own;
    out.data[4 * i + 3] = own;
  }
  return { ...out, box: wholeOf(size) };
}
