import type { Size } from "../units/size.ts";
import { undoPngFilters } from "./png-filters.ts";

// A check writes and reads a few pixels where neither a service nor Node is; everything else decodes pictures with libraries.

/** Pixels as `[height, width, 3]` interleaved 8-bit RGB. */
export interface TinyPicture extends Size {
  readonly data: readonly number[];
}

const signature = [137, 80, 78, 71, 13, 10, 26, 10];

const number32 = (value: number): number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];

function crc32(bytes: readonly number[]): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

function adler32(bytes: readonly number[]): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

function chunk(type: string, data: readonly number[]): number[] {
  const body = [...Array.from(type, (c) => c.charCodeAt(0)), ...data];
  return [...number32(data.length), ...body, ...number32(crc32(body))];
}

/** Encodes a picture of less than 64 KB as an 8-bit RGB PNG, without compression. */
export function encodeTinyPng({ width, height, data }: TinyPicture): number[] {
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    rows.push(0, ...data.slice(y * width * 3, (y + 1) * width * 3));
  }
  const { length } = rows;
  // One stored block of deflate: its length, and that with all bits turned.
  const stored = [
    1,
    length & 255,
    length >> 8,
    ~length & 255,
    (~length >> 8) & 255,
  ];
  const packed = [0x78, 1, ...stored, ...rows, ...number32(adler32(rows))];
  return [
    ...signature,
    ...chunk("IHDR", [...number32(width), ...number32(height), 8, 2, 0, 0, 0]),
    ...chunk("IDAT", packed),
    ...chunk("IEND", []),
  ];
}

/**
 * Decodes an 8-bit RGB or RGBA PNG; alpha is left away.
 *
 * @returns undefined when it is of another kind
 */
export async function decodeTinyPng(
  bytes: readonly number[],
): Promise<TinyPicture | undefined> {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const packed: number[] = [];
  let header: readonly number[] | undefined;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.slice(at + 4, at + 8));
    const data = bytes.slice(at + 8, at + 8 + length);
    if (type === "IHDR") header = data;
    if (type === "IDAT") packed.push(...data);
    at += length + 12;
  }
  const channels = header?.[9] === 2 ? 3 : header?.[9] === 6 ? 4 : 0;
  if (header?.[8] !== 8 || channels === 0 || header[12] !== 0) return undefined;
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const stream = new Blob([Uint8Array.from(packed)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate"));
  const rows = new Uint8Array(await new Response(stream).arrayBuffer());
  undoPngFilters(rows, width * channels, height, channels);
  const data: number[] = [];
  for (let p = 0; p < width * height; p++) {
    const y = Math.floor(p / width);
    const from = y * (width * channels + 1) + 1 + (p % width) * channels;
    data.push(rows[from]!, rows[from + 1]!, rows[from + 2]!);
  }
  return { width, height, data };
}

/** The largest difference of a value, of 255; undefined when the sizes differ. */
export const largestDifference = (
  a: TinyPicture,
  b: TinyPicture,
): number | undefined =>
  a.width === b.width && a.height === b.height
    ? a.data.reduce((most, v, i) => Math.max(most, Math.abs(v - b.data[i]!)), 0)
    : undefined;
