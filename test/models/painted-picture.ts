import type { Picture } from "../../src/models/picture-input.ts";

/** Left, top, right and bottom in pixels. */
export type Box = readonly [number, number, number, number];

/** Whether a place is in a box without its lower right quarter: a shape that is neither its box nor its mirror image. */
export const inNotched =
  ([left, top, right, bottom]: Box) =>
  (x: number, y: number): boolean =>
    x >= left &&
    x < right &&
    y >= top &&
    y < bottom &&
    (x < (left + right) / 2 || y < (top + bottom) / 2);

/** A grey picture with coloured shapes on it: boxes without their lower right quarter. */
export function paintedPicture(
  width: number,
  height: number,
  boxes: readonly (readonly [Box, readonly [number, number, number]])[],
): Picture {
  const data = new Uint8Array(3 * width * height).fill(90);
  for (const [box, colour] of boxes) {
    const inside = inNotched(box);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        if (inside(x + 0.5, y + 0.5)) data.set(colour, 3 * (y * width + x));
    }
  }
  return { width, height, data };
}

/**
 * Intersection over union of a mask with what should be inside.
 *
 * @param inside in the units of a picture that is `scale` times smaller than the mask
 */
export function overlapWith(
  mask: Uint8Array,
  width: number,
  inside: (x: number, y: number) => boolean,
  scale = 1,
): number {
  let both = 0;
  let either = 0;
  mask.forEach((value, i) => {
    const x = ((i % width) + 0.5) / scale;
    const y = (Math.floor(i / width) + 0.5) / scale;
    const wanted = inside(x, y);
    const got = value >= 128;
    if (wanted && got) both++;
    if (wanted || got) either++;
  });
  return both / either;
}
