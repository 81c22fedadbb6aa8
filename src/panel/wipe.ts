import type { Pixels } from "./pixels.ts";

/**
 * A picture, and left of a line the clip's own frame, to compare them.
 *
 * @param source the clip's frame; where it is larger or smaller than the picture, its nearest pixels are shown
 * @param share  where the line is, of the picture's width, in [0, 1]
 */
export function wiped(picture: Pixels, source: Pixels, share: number): Pixels {
  const { width, height } = picture;
  const data = new Uint8ClampedArray(picture.data);
  const line = Math.round(share * width);
  const from = new Uint32Array(
    source.data.buffer,
    source.data.byteOffset,
    source.width * source.height,
  );
  const to = new Uint32Array(data.buffer);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * source.height) / height) * source.width;
    for (let x = 0; x < line; x++)
      to[y * width + x] = from[row + Math.floor((x * source.width) / width)]!;
  }
  return { width, height, data };
}
