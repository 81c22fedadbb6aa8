import type { Size } from "../units/size.ts";

/** A picture in memory: `[height, width, 4]` interleaved 8-bit RGB and straight alpha. */
export interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}

/** Side of a square of the checkerboard that stands for nothing, in pixels. */
const CHECK = 8;
const checkTones = [58, 82] as const;

/** What the viewer shows. */
export type ViewMode =
  "composite" | "layer" | "alpha" | "background" | "difference" | "doubt";

/** An opaque picture of one colour. */
const blank = ({ width, height }: Size): Pixels => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width, height, data };
};

/**
 * Lays pictures over one another, the first at the bottom: `round(B(1 - α) + Cα)` for each layer in 8-bit code values, as the
 * layers are made for. A canvas would premultiply and lose colour under low alpha.
 *
 * @returns opaque; black where there is nothing
 */
export function composite(size: Size, layers: readonly Pixels[]): Pixels {
  const result = blank(size);
  for (const layer of layers) blendOver(result.data, layer.data);
  return result;
}

/** Lays one layer over a checkerboard. */
export function overCheckerboard(layer: Pixels): Pixels {
  const result = blank(layer);
  const { width, data } = result;
  for (let i = 0; i < data.length; i += 4) {
    const x = (i >> 2) % width;
    const y = Math.floor((i >> 2) / width);
    const odd = (Math.floor(x / CHECK) + Math.floor(y / CHECK)) % 2;
    data.fill(checkTones[odd === 0 ? 0 : 1], i, i + 3);
  }
  blendOver(data, layer.data);
  return result;
}

/** A layer's alpha as grey. */
export function alphaOf(layer: Pixels): Pixels {
  const result = blank(layer);
  for (let i = 0; i < layer.data.length; i += 4) {
    result.data.fill(layer.data[i + 3]!, i, i + 3);
  }
  return result;
}

/**
 * How two opaque pictures differ, made to be seen: `min(255, 16·|a - b|)`.
 *
 * @returns the picture, and the largest difference in code values
 */
export function difference(
  a: Pixels,
  b: Pixels,
): { readonly picture: Pixels; readonly largest: number } {
  const picture = blank(a);
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    if (i % 4 === 3) continue;
    const apart = Math.abs(a.data[i]! - b.data[i]!);
    picture.data[i] = 16 * apart;
    if (apart > largest) largest = apart;
  }
  return { picture, largest };
}

function blendOver(below: Uint8ClampedArray, above: Uint8ClampedArray): void {
  for (let i = 0; i < below.length; i += 4) {
    const alpha = above[i + 3]! / 255;
    if (alpha === 0) continue;
    for (let c = i; c < i + 3; c++) {
      below[c] = Math.round(below[c]! * (1 - alpha) + above[c]! * alpha);
    }
  }
}

/** Where a background was invented it is covered with so much of red, of 1. */
const DOUBT_SHARE = 0.7;

/**
 * A background with red over it where it is not known.
 *
 * @param picture    opaque, at the clip's own size
 * @param confidence grey, of any size: 255 where it is known
 */
export function underDoubt(picture: Pixels, confidence: Pixels): Pixels {
  const { width, height } = picture;
  const data = new Uint8ClampedArray(picture.data);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor((y * confidence.height) / height) * confidence.width;
    for (let x = 0; x < width; x++, i += 4) {
      const at = row + Math.floor((x * confidence.width) / width);
      const share = DOUBT_SHARE * (1 - confidence.data[4 * at]! / 255);
      data[i] = data[i]! * (1 - share) + 235 * share;
      data[i + 1] = data[i + 1]! * (1 - share) + 40 * share;
      data[i + 2] = data[i + 2]! * (1 - share) + 40 * share;
    }
  }
  return { width, height, data };
}
