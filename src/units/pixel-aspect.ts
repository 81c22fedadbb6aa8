/** How wide a pixel is for its height, exactly: 1:1 for square pixels, 10:11 for NTSC DV. */
export interface PixelAspect {
  readonly numerator: number;
  readonly denominator: number;
}

/** A pixel as wide as high. */
export const squarePixels: PixelAspect = { numerator: 1, denominator: 1 };

// The shapes that editing programs know, by the decimals that they print.
const known: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [0.9091, 10, 11],
  [1.2121, 40, 33],
  [1.094, 128, 117],
  [1.4587, 512, 351],
  [2, 2, 1],
  [1.3333, 4, 3],
  [1.5, 3, 2],
];

/**
 * Reads `10:11`, `10/11`, `0.9091` or a label that holds one of these, such as `DV NTSC (0.9091)`. Decimals stand for the
 * exact shape that editing programs mean by them.
 *
 * @returns undefined when there is no such number in the text
 */
export function parsePixelAspect(text: string): PixelAspect | undefined {
  const ratio = /(\d+)\s*[:/]\s*(\d+)/.exec(text);
  if (ratio !== null) {
    const [numerator, denominator] = [Number(ratio[1]), Number(ratio[2])];
    return numerator > 0 && denominator > 0
      ? { numerator, denominator }
      : undefined;
  }
  const decimal =
    /\((\d+(?:\.\d+)?)\)/.exec(text) ?? /^\s*(\d+(?:\.\d+)?)\s*$/.exec(text);
  if (decimal === null) return undefined;
  const value = Number(decimal[1]);
  const shape = known.find(([printed]) => Math.abs(printed - value) < 0.002);
  if (shape !== undefined)
    return { numerator: shape[1], denominator: shape[2] };
  return value > 0
    ? { numerator: Math.round(value * 10000), denominator: 10000 }
    : undefined;
}

/** Width of a pixel over its height, as a double. */
export const pixelAspectValue = (aspect: PixelAspect): number =>
  aspect.numerator / aspect.denominator;
