import type { Size } from "../units/size.ts";

/** Reads bytes of a file; fewer where it ends. */
export type ReadBytes = (position: number, bytes: number) => Promise<Buffer>;

/** More entries than that are in no directory of a TIFF file that a program wrote. */
const MOST_TIFF_TAGS = 4096;
/** The boxes before an AVIF's pictures take so much at most; each picture adds some dozens of bytes. */
const AVIF_HEADER_BYTES = 64 << 10;

/** The first directory's `ImageWidth` and `ImageLength` (TIFF 6.0, section 2; BigTIFF). */
export async function tiffSize(read: ReadBytes): Promise<Size | undefined> {
  const start = await read(0, 16);
  if (start.length < 16) return undefined;
  const isLittle = start[0] === 0x49;
  const short = (from: Buffer, at: number): number =>
    isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at);
  const long = (from: Buffer, at: number): number =>
    isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at);
  const longer = (from: Buffer, at: number): number =>
    Number(isLittle ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at));
  const isBig = short(start, 2) === 43;
  const [countBytes, entryBytes, valueAt] = isBig ? [8, 20, 12] : [2, 12, 8];
  const directory = isBig ? longer(start, 8) : long(start, 4);
  const head = await read(directory, countBytes);
  if (head.length < countBytes) return undefined;
  const tags = Math.min(
    isBig ? longer(head, 0) : short(head, 0),
    MOST_TIFF_TAGS,
  );
  const entries = await read(directory + countBytes, tags * entryBytes);
  const found: { width?: number; height?: number } = {};
  for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) {
    const tag = short(entries, at);
    const isShort = short(entries, at + 2) === 3;
    const value = (isShort ? short : long)(entries, at + valueAt);
    if (tag === 256) found.width = value;
    if (tag === 257) found.height = value;
  }
  const { width, height } = found;
  return width === undefined || height === undefined
    ? undefined
    : { width, height };
}

/** Of the first chunk (WebP container specification; RFC 6386, 9.1; WebP lossless, 4). */
export async function webpSize(read: ReadBytes): Promise<Size | undefined> {
  const start = await read(0, 30);
  if (start.length < 30) return undefined;
  switch (start.toString("latin1", 12, 16)) {
    case "VP8X":
      return {
        width: start.readUIntLE(24, 3) + 1,
        height: start.readUIntLE(27, 3) + 1,
      };
    case "VP8 ":
      return {
        width: start.readUInt16LE(26) & 0x3fff,
        height: start.readUInt16LE(28) & 0x3fff,
      };
    case "VP8L": {
      const packed = start.readUInt32LE(21);
      return {
        width: (packed & 0x3fff) + 1,
        height: ((packed >> 14) & 0x3fff) + 1,
      };
    }
    default:
      return undefined;
  }
}

/** The largest of the file's pictures, by their boxes `ispe` (ISO/IEC 23008-12, 6.5.3). */
export async function avifSize(read: ReadBytes): Promise<Size | undefined> {
  const header = await read(0, AVIF_HEADER_BYTES);
  let largest: Size | undefined;
  for (
    let at = header.indexOf("ispe", 0, "latin1");
    at >= 0 && at + 16 <= header.length;
    at = header.indexOf("ispe", at + 4, "latin1")
  ) {
    const width = header.readUInt32BE(at + 8);
    const height = header.readUInt32BE(at + 12);
    if (
      largest === undefined ||
      width * height > largest.width * largest.height
    )
      largest = { width, height };
  }
  return largest;
}
