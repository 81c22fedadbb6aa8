import { kindOfName } from "../job-contract/image-format.ts";
import type { Size } from "../units/size.ts";
import type { ReadBytes } from "./still-size.ts";

/** Kinds of images of film and effects work, which ffmpeg decodes. */
const filmKinds = ["exr", "dpx", "tga"] as const;

/** One of them. */
export type FilmKind = (typeof filmKinds)[number];

/** Whether a file's name says that it is such an image. */
export const isFilmName = (name: string): boolean =>
  (filmKinds as readonly string[]).includes(kindOfName(name));

/** What the header of such an image says. */
export interface FilmHeader extends Size {
  readonly hasAlpha: boolean;
  /** Bits a sample; 16 for half and 32 for single floats. */
  readonly bits: number;
  /** Why it is not read, to complete "it cannot be read: ..."; absent when it is. */
  readonly problem?: string | undefined;
}

/** Channels and attributes stand in the first bytes, unless somebody has put a preview there. */
const EXR_HEADER_BYTES = 256 << 10;

/**
 * Reads the header of an OpenEXR file of one part (openexr.com, "OpenEXR File Layout").
 *
 * @returns undefined when it is damaged
 */
export async function exrHeader(
  read: ReadBytes,
): Promise<FilmHeader | undefined> {
  const bytes = await read(0, EXR_HEADER_BYTES);
  let at = 8;
  const text = (): string | undefined => {
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    const found = bytes.toString("latin1", at, end);
    at = end + 1;
    return found;
  };
  let size: Size | undefined;
  let channels: readonly { name: string; type: number }[] = [];
  for (;;) {
    const name = text();
    if (name === undefined) return undefined;
    if (name === "") break;
    if (text() === undefined || at + 4 > bytes.length) return undefined;
    const length = bytes.readUInt32LE(at);
    const value = bytes.subarray(at + 4, at + 4 + length);
    if (value.length < length) return undefined;
    at += 4 + length;
    if (name === "displayWindow" && length === 16)
      size = {
        width: value.readInt32LE(8) - value.readInt32LE(0) + 1,
        height: value.readInt32LE(12) - value.readInt32LE(4) + 1,
      };
    if (name === "channels") channels = exrChannels(value);
  }
  if (size === undefined || channels.length === 0) return undefined;
  const names = channels.map((channel) => channel.name);
  const isColour = ["R", "G", "B"].every((name) => names.includes(name));
  const problem =
    isColour || names.includes("Y")
      ? channels.some(({ type }) => type === UINT_SAMPLES)
        ? "it holds whole numbers rather than light"
        : undefined
      : `it has no channels R, G and B, but ${names.slice(0, 6).join(", ")}`;
  return {
    ...size,
    hasAlpha: names.includes("A"),
    bits: channels.some(({ type }) => type === FLOAT_SAMPLES) ? 32 : 16,
    ...(problem !== undefined && { problem }),
  };
}

/** Kinds of samples in an OpenEXR file. */
const UINT_SAMPLES = 0;
const FLOAT_SAMPLES = 2;

function exrChannels(value: Buffer): { name: string; type: number }[] {
  const channels = [];
  for (let at = 0; at < value.length && value[at] !== 0;) {
    const end = value.indexOf(0, at);
    if (end < 0 || end + 17 > value.length) break;
    const name = value.toString("latin1", at, end);
    channels.push({ name, type: value.readInt32LE(end + 1) });
    at = end + 17;
  }
  return channels;
}

/** DPX descriptors of what a picture's samples are (SMPTE 268M, table 1). */
const dpxContents: Readonly<Record<number, { readonly hasAlpha: boolean }>> = {
  6: { hasAlpha: false },
  50: { hasAlpha: false },
  51: { hasAlpha: true },
  52: { hasAlpha: true },
};

/**
 * Reads the header of a DPX file (SMPTE 268M).
 *
 * @returns undefined when it is damaged
 */
export async function dpxHeader(
  read: ReadBytes,
): Promise<FilmHeader | undefined> {
  const bytes = await read(0, 804);
  if (bytes.length < 804) return undefined;
  const isBig = bytes.toString("latin1", 0, 4) === "SDPX";
  const long = (at: number): number =>
    isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  const content = dpxContents[bytes[800]!];
  return {
    width: long(772),
    height: long(776),
    bits: bytes[803]!,
    hasAlpha: content?.hasAlpha === true,
    ...(content === undefined && {
      problem: "its samples are no RGB colours; RGB is read from DPX files",
    }),
  };
}

/** Bits a pixel of Targa images that are read, by their type: palettes, colours, grey; packed types are eight more. */
const tgaTypes: Readonly<Record<number, readonly number[]>> = {
  1: [8],
  2: [15, 16, 24, 32],
  3: [8],
};

/**
 * Reads the header of a Targa file (Truevision TGA 2.0), which has no signature: what makes no sense is none.
 *
 * @returns undefined when it is none
 */
export async function tgaHeader(
  read: ReadBytes,
): Promise<FilmHeader | undefined> {
  const bytes = await read(0, 18);
  if (bytes.length < 18 || bytes[1]! > 1) return undefined;
  const depth = bytes[16]!;
  if (tgaTypes[bytes[2]! & ~8]?.includes(depth) !== true) return undefined;
  const alphaBits = bytes[17]! & 15;
  return {
    width: bytes.readUInt16LE(12),
    height: bytes.readUInt16LE(14),
    bits: 8,
    hasAlpha: depth === 32 && alphaBits > 0,
  };
}
