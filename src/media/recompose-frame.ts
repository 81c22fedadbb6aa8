import { readRgb, readRgbAndAlpha } from "./image-file.ts";

/**
 * The frame that layers compose to with `over`, rounded once at the end: the clip's own, because layers are made so that it is.
 *
 * @param patterns of the layers' PNG frames, bottom to top, the background first, with one printf number that counts from 1
 * @param index    0-based
 * @returns        `[height, width, 3]` interleaved code values
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function recomposeFrame(
  patterns: readonly string[],
  index: number,
): Promise<Uint8Array> {
  const files = patterns.map((pattern) => nthFile(pattern, index));
  const [background, ...layers] = await Promise.all(
    files.map((file, k) => (k === 0 ? readRgb(file) : readRgbAndAlpha(file))),
  );
  const { data } = background!;
  const exact = Float64Array.from(data);
  for (const layer of layers) {
    // Without an alpha channel nothing of it was ever transparent.
    const step = layer.channels;
    for (let i = 0; 3 * i < exact.length; i++) {
      const alpha = step === 4 ? layer.data[4 * i + 3]! / 255 : 1;
      if (alpha === 0) continue;
      for (let c = 0; c < 3; c++)
        exact[3 * i + c] =
          exact[3 * i + c]! * (1 - alpha) + layer.data[step * i + c]! * alpha;
    }
  }
  return Uint8Array.from(exact, (value) => Math.round(value));
}

const nthFile = (pattern: string, index: number): string =>
  pattern.replace(/%0(\d)d(?=[^%]*$)/, (_, digits: string) =>
    String(index + 1).padStart(Number(digits), "0"),
  );
