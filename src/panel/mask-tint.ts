import type { Size } from "../units/size.ts";
import type { TintColour } from "./subject-colours.ts";

/** Alpha (of 255) of a mask's tint: the picture is seen through it. */
const INSIDE_ALPHA_CODE = 96;
/** Alpha of its outline: opaque. */
const OUTLINE_ALPHA_CODE = 255;

/**
 * A mask as a picture to lay over its frame: a veil of the subject's colour, its outline solid.
 *
 * @param bits packed, `[h, w]`
 */
export function tintMask({
  size: { width, height },
  bits,
  colour: [r, g, b],
}: {
  readonly size: Size;
  readonly bits: Uint8Array;
  readonly colour: TintColour;
}): ImageData {
  const picture = new ImageData(width, height);
  const { data } = picture;
  const inside = (x: number, y: number): boolean => {
    const i = y * width + x;
    return ((bits[i >> 3]! >> (i & 7)) & 1) === 1;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      const isEdge =
        (x > 0 && !inside(x - 1, y)) ||
        (x < width - 1 && !inside(x + 1, y)) ||
        (y > 0 && !inside(x, y - 1)) ||
        (y < height - 1 && !inside(x, y + 1));
      const i = 4 * (y * width + x);
      data[i] = r;
      data[i + 1] = g;
      data[i + 2] = b;
      data[i + 3] = isEdge ? OUTLINE_ALPHA_CODE : INSIDE_ALPHA_CODE;
    }
  }
  return picture;
}
