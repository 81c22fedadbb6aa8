import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type { Size } from "../units/size.ts";
import { readFailure } from "./file-failure.ts";
import {
  decodeFilm,
  type FilmPicture,
  type LightCoding,
} from "./film-image.ts";
import { checkImageContent, type ImageContent } from "./image-content.ts";
import { sharp } from "./sharp-library.ts";

/** What an image's header says, after its EXIF orientation. */
export interface ImageHeader extends Size {
  readonly hasAlpha: boolean;
  /** Bits a sample; 16 for half and 32 for single floats. */
  readonly bits: number;
  /** Whether samples are scene-linear light, which becomes codes by `codeOfScene`. */
  readonly isLight: boolean;
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

/** What decoders say of files that end too early or hold what their format cannot. */
const damageWords =
  /premature end|truncated|libpng read error|IDAT|read error|decoder error|unable to (parse|decode)|end of file|bitstream|corrupt|invalid input|not enough data|decode|unable to read|out of order/i;

const unreadable = (path: string, error: unknown): unknown => {
  const known = readFailure(error, path);
  if (error instanceof LaminaError) return error;
  if (known !== error || !(error instanceof Error)) return known;
  if (error.message.startsWith("Input file is missing")) {
    return new LaminaError({ code: "input-missing", path }, { cause: error });
  }
  const detail = damageWords.test(error.message)
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
    const { film } = await checkImageContent(path);
    if (film !== undefined) {
      const { width, height, bits, hasAlpha } = film.header;
      return { width, height, bits, hasAlpha, isLight: film.kind === "exr" };
    }
    const { autoOrient, hasAlpha, depth, pages, bitsPerSample } = await sharp(
      path,
      options,
    ).metadata();
    if (depth !== "uchar" && depth !== "ushort")
      throw notRead(
        path,
        "its samples are other than whole numbers of 8 or 16 bits",
      );
    if ((pages ?? 1) > 1)
      throw notRead(path, `it holds ${pages} pictures; a frame is one`);
    const bits = depth === "uchar" ? 8 : deepBits(bitsPerSample);
    return { ...autoOrient, hasAlpha, bits, isLight: false };
  } catch (error) {
    throw unreadable(path, error);
  }
}

const notRead = (path: string, detail: string): LaminaError =>
  new LaminaError({ code: "media-unreadable", path, detail });

/** AVIF has 10 or 12 bits in 16, at their upper end. */
const deepBits = (bitsPerSample: number | undefined): number =>
  bitsPerSample === 10 || bitsPerSample === 12 ? bitsPerSample : 16;

/** Samples of fewer bits at the upper end of 16, spread over all of them as ffmpeg does. */
const spread = (code: number, bits: number): number =>
  bits === 16 ? code : code | (code >> bits);

/**
 * Decodes an image to 8-bit RGB: EXIF orientation applied, grey and palette spread to RGB, 16 bits cut to the upper 8 (as
 * libpng, OpenCV and Pillow do, so that other programs see the same frame), scene-linear light by `codeOfScene`. Alpha is dropped, the colour beneath it stays.
 *
 * @returns `[height, width, 3]` interleaved
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export function readRgb(path: string): Promise<ImagePixels> {
  return decodeImage(path, false, "scene");
}

/**
 * Decodes an image like `readRgb` and keeps its alpha channel where it has one. Scene-linear light becomes codes evenly, as
 * masks are meant: 1 is white.
 *
 * @returns `[height, width, 3 or 4]` interleaved, straight
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export function readRgbAndAlpha(path: string): Promise<ImagePixels> {
  return decodeImage(path, true, "even");
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
  const { bits, isLight } = await readImageHeader(path);
  if (bits === 8 && !isLight) {
    const { data, ...size } = await readRgb(path);
    return { ...size, data: Uint16Array.from(data, (value) => value * 257) };
  }
  try {
    const { film } = await checkImageContent(path);
    if (film !== undefined)
      return withoutAlpha(
        await decodeFilm(path, film.kind, film.header, "scene"),
      );
    const { width, height, data } = await decodeDeep(path, false, bits);
    return { width, height, data };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** An image's pixels in code values of 8 or 16 bits, interleaved; `channels` is 3 (RGB) or 4 (RGB and alpha as stored). */
export interface CodePicture extends Size {
  readonly channels: 3 | 4;
  readonly data: Uint8Array | Uint16Array;
}

/**
 * Decodes an image with its alpha channel, where it has one, in code values of the given bits: 8 are spread over 16, and of 16 the
 * upper 8 are taken.
 *
 * @returns `[height, width, 3 or 4]` interleaved
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readCodes(
  path: string,
  bits: 8 | 16,
): Promise<CodePicture> {
  const header = await readImageHeader(path);
  const { film } = await checkImageContent(path);
  if (bits === 8 || (header.bits === 8 && film === undefined)) {
    const picture = await decodeImage(path, true, "scene");
    if (bits === 8) return picture;
    const data = Uint16Array.from(picture.data, (value) => value * 257);
    return { ...picture, data };
  }
  try {
    return film === undefined
      ? await decodeDeep(path, true, header.bits)
      : await decodeFilm(path, film.kind, film.header, "scene");
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Decodes what sharp reads with 16 bits a sample. */
async function decodeDeep(
  path: string,
  keepAlpha: boolean,
  bits: number,
): Promise<FilmPicture> {
  const image = sharp(path, options)
    .timeout({ seconds: LONGEST_DECODE_SECONDS })
    .autoOrient()
    .toColourspace("rgb16");
  if (!keepAlpha) image.removeAlpha();
  const { data, info } = await image
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  assert(channels === 3 || channels === 4, `${channels} channels in ${path}`);
  const codes = new Uint16Array(width * height * channels);
  new Uint8Array(codes.buffer).set(data);
  if (bits < 16)
    for (const [i, code] of codes.entries()) codes[i] = spread(code, bits);
  return { width, height, channels, data: codes, isClipped: false };
}

/** The colours of a picture, whatever lies over them. */
function withoutAlpha({
  width,
  height,
  channels,
  data,
}: FilmPicture): Size & { readonly data: Uint16Array } {
  if (channels === 3) return { width, height, data };
  const colours = new Uint16Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3)
    for (let c = 0; c < 3; c++) colours[to + c] = data[from + c]!;
  return { width, height, data: colours };
}

async function decodeImage(
  path: string,
  keepAlpha: boolean,
  coding: LightCoding,
): Promise<ImagePixels> {
  try {
    const { film } = await checkImageContent(path);
    if (film !== undefined)
      return await narrowFilm(path, film, keepAlpha, coding);
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

/** The upper 8 bits of a picture's 16. */
async function narrowFilm(
  path: string,
  { kind, header }: NonNullable<ImageContent["film"]>,
  keepAlpha: boolean,
  coding: LightCoding,
): Promise<ImagePixels> {
  const picture = await decodeFilm(path, kind, header, coding);
  const { width, height } = picture;
  const upper = (data: Uint16Array): Uint8Array =>
    Uint8Array.from(data, (code) => code >> 8);
  return keepAlpha && picture.channels === 4
    ? { width, height, channels: 4, data: upper(picture.data) }
    : {
        width,
        height,
        channels: 3,
        data: upper(withoutAlpha(picture).data),
      };
}
