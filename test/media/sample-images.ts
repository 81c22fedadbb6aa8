import { mkdir } from "node:fs/promises";
import path from "node:path";
import sharp, { type Sharp } from "sharp";

/** Interleaved RGB whose every pixel and frame differs: a texture that slides by `frame` pixels. */
export function pattern(width: number, height: number, frame = 0): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      data[at] = (x * 37 + y * 11 + frame * 5) & 255;
      data[at + 1] = (x * 7 + y * 53 + frame * 3) & 255;
      data[at + 2] = (x * y + frame * 17) & 255;
    }
  }
  return data;
}

/** One plane, 255 inside the box and 0 outside. */
export function box(
  width: number,
  height: number,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Uint8Array {
  const data = new Uint8Array(width * height);
  for (let y = top; y < bottom; y++) {
    data.fill(255, y * width + left, y * width + right);
  }
  return data;
}

/** Raw samples as a sharp image; 1, 3 or 4 channels by the length. */
export const image = (data: Uint8Array, width: number, height: number): Sharp =>
  sharp(data, {
    raw: {
      width,
      height,
      channels: (data.length / width / height) as 1 | 2 | 3 | 4,
    },
  });

/** Writes raw samples as a PNG of the same number of channels, making the folder. */
export async function savePng(
  file: string,
  data: Uint8Array,
  width: number,
  height: number,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const grey = data.length === width * height;
  const picture = image(data, width, height);
  await (grey ? picture.toColourspace("b-w") : picture).png().toFile(file);
}

/** Writes `count` frames `1.png`, `2.png` ... of `pattern`. */
export async function savePatternFrames(
  folder: string,
  width: number,
  height: number,
  count: number,
): Promise<void> {
  for (let frame = 0; frame < count; frame++) {
    const file = path.join(folder, `${frame + 1}.png`);
    await savePng(file, pattern(width, height, frame), width, height);
  }
}
