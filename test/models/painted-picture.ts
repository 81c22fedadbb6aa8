import type { Picture } from "../../src/models/picture-input.ts";

/** Left, top, right and bottom in pixels. */
export type Box = readonly [number, number, number, number];

/** A grey picture with coloured boxes on it. */
export function paintedPicture(
  width: number,
  height: number,
  boxes: readonly (readonly [Box, readonly [number, number, number]])[],
): Picture {
  const data = new Uint8Array(3 * width * height).fill(90);
  for (const [[left, top, right, bottom], colour] of boxes) {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data.set(colour, 3 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** Intersection over union of a mask with a box, the box scaled to the mask's size. */
export function overlapWithBox(
  mask: Uint8Array,
  width: number,
  [left, top, right, bottom]: Box,
  scale = 1,
): number {
  let both = 0;
  let either = 0;
  mask.forEach((value, i) => {
    const x = ((i % width) + 0.5) / scale;
    const y = (Math.floor(i / width) + 0.5) / scale;
    const wanted = x >= left && x < right && y >= top && y < bottom;
    const got = value >= 128;
    if (wanted && got) both++;
    if (wanted || got) either++;
  });
  return both / either;
}
