import type { ImagePixels } from "./image-file.ts";

/** A colour as `0xrrggbb`; 0 is black or transparent: the background. */
export type Code = number;

const codeOf = (r: number, g: number, b: number): Code =>
  (r << 16) | (g << 8) | b;
/** 0 to 255, as are the other two. */
export const red = (code: Code): number => code >> 16;
export const green = (code: Code): number => (code >> 8) & 255;
export const blue = (code: Code): number => code & 255;
/** `#rrggbb` */
export const hexOf = (code: Code): string =>
  `#${code.toString(16).padStart(6, "0")}`;
/** Whether it has no hue. */
export const isGrey = (code: Code): boolean =>
  red(code) === green(code) && green(code) === blue(code);

/** Levels between two colours in the channel where they differ most. */
export const apart = (a: Code, b: Code): number =>
  Math.max(
    Math.abs(red(a) - red(b)),
    Math.abs(green(a) - green(b)),
    Math.abs(blue(a) - blue(b)),
  );

/** Squared Euclidean distance in levels. */
export const squaredDistance = (a: Code, b: Code): number =>
  (red(a) - red(b)) ** 2 +
  (green(a) - green(b)) ** 2 +
  (blue(a) - blue(b)) ** 2;

/** Dithered or rounded colours differ from their label by no more levels. */
export const NEAR_LEVELS = 3;

/** An image's colours, `[H, W]`; what is more than half transparent is background. */
export function readCodes({
  data,
  channels,
  width,
  height,
}: ImagePixels): Int32Array {
  const codes = new Int32Array(width * height);
  for (let i = 0, at = 0; i < codes.length; i++, at += channels) {
    if (channels === 3 || data[at + 3]! > 127)
      codes[i] = codeOf(data[at]!, data[at + 1]!, data[at + 2]!);
  }
  return codes;
}

/** Levels by which a mixture may miss the line between two colours. */
const EDGE_NEAR = 8;

/** Whether a colour is a mixture of two others. */
export function isBetween(code: Code, a: Code, b: Code): boolean {
  const [dr, dg, db] = [
    red(b) - red(a),
    green(b) - green(a),
    blue(b) - blue(a),
  ];
  const along =
    (dr * (red(code) - red(a)) +
      dg * (green(code) - green(a)) +
      db * (blue(code) - blue(a))) /
    (dr * dr + dg * dg + db * db);
  if (along <= 0 || along >= 1) return false;
  const on = codeOf(
    Math.round(red(a) + along * dr),
    Math.round(green(a) + along * dg),
    Math.round(blue(a) + along * db),
  );
  return apart(on, code) <= EDGE_NEAR;
}
