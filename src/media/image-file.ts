import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type { Size } from "../units/size.ts";
import { readFailure } from "./file-failure.ts";
import { checkImageContent } from "./image-content.ts";
import { sharp } from "./sharp-library.ts";

/** What an image's header says, after its EXIF orientation. */
export interface ImageHeader extends Size {
  readonly hasAlpha: boolean;
  /** Bits a sample. */
  readonly bits: 8 | 16;
}

/** An image's pixels as stored, 8 bits a sample, interleaved; `channels` is 3 (RGB) or 4 (RGB and straight alpha). */
export interface ImagePixels extends Size {
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

// A profile would change the numbers, and layers can only add up to the numbers that are in the file.
const options = { ignoreIcc: true, failOn: "error" } as const;

/** The largest image takes three seconds; what takes this long was made to. */
const LONGEST_DECODE_SECONDS = 120;

const unreadable = (path: string, error: unknown): unknown => {
  const known = readFailure(error, path);
  if (error instanceof LaminaError) return error;
  if (known !== error || !(error instanceof Error)) return known;
  if (error.message.startsWith("Input file is missing")) {
    return new LaminaError({ code: "input-missing", path }, { cause: error });
  }
  const detail = /premature end|truncated|libpng read error|IDAT/i.test(
    error.message,
  )
    ? "the file is damaged or cut off"
    : error.message.includes("timeout")
      ? `it took longer than ${LONGEST_DECODE_SECONDS} seconds to decode`
      : "it is not an image that can be decoded";
  return new LaminaError(
    { code: "media-unreadable", path, detail },
    { cause: error },
  );
};

/**
 * Reads an image's size without decoding it.
 *
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readImageHeader(path: string): Promise<ImageHeader> {
  try {
    await checkImageContent(path);
    const { autoOrient, hasAlpha, depth } = await sharp(
      path,
      options,
    ).metadata();
    return { ...autoOrient, hasAlpha, bits: depth === "ushort" ? 16 : 8 };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Decodes an image to 8-bit RGB: EXIF orientation applied, grey and palette spread to RGB, 16 bits cut to the upper 8 (as
 * libpng, OpenCV and Pillow do, so that other programs see the same frame). Alpha is dropped, the colour beneath it stays.
 *
 * @returns `[height, width, 3]` interleaved
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export function readRgb(path: string): Promise<ImagePixels> {
  return decodeImage(path, false);
}

/**
 * Decodes an image like `readRgb` and keeps its alpha channel where it has one.
 *
 * @returns `[height, width, 3 or 4]` interleaved, straight
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export function readRgbAndAlpha(path: string): Promise<ImagePixels> {
  return decodeImage(path, true);
}

/**
 * Decodes an image to 16-bit RGB: EXIF orientation applied, grey and palette spread to RGB, 8 bits spread to 16 so that white stays white.
 * Alpha is dropped, the colour beneath it stays.
 *
 * @returns `[height, width, 3]` interleaved
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readDeepRgb(
  path: string,
): Promise<Size & { readonly data: Uint16Array }> {
  const { bits } = await readImageHeader(path);
  if (bits === 8) {
    const { data, ...size } = await readRgb(path);
    return { ...size, data: Uint16Array.from(data, (value) => value * 257) };
  }
  try {
    const { data, info } = await sharp(path, options)
      .timeout({ seconds: LONGEST_DECODE_SECONDS })
      .autoOrient()
      .toColourspace("rgb16")
      .removeAlpha()
      .raw({ depth: "ushort" })
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const codes = new Uint16Array(width * height * 3);
    new Uint8Array(codes.buffer).set(data);
    return { width, height, data: codes };
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function decodeImage(
  path: string,
  keepAlpha: boolean,
): Promise<ImagePixels> {
  try {
    await checkImageContent(path);
    const image = sharp(path, options)
      .timeout({ seconds: LONGEST_DECODE_SECONDS })
      .autoOrient()
      .toColourspace("srgb");
    if (!keepAlpha) image.removeAlpha();
    const { data, info } = await image
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    assert(channels === 3 || channels === 4, `${channels} channels in ${path}`);
    return { width, height, channels, data };
  } catch (error) {
    throw unreadable(path, error);
  }
}
