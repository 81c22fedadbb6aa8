import { crc32, deflateSync, inflateSync } from "node:zlib";
import { undoPngFilters } from "../host/png-filters.ts";
import type { PictureFile } from "../host/simulator/disk.ts";

// Premiere's scripting waits for files, so the simulator must as well; sharp cannot. This reads and writes 8-bit RGB and RGBA.

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const colourTypes: Readonly<Record<number, number>> = {
  0: 1,
  2: 3,
  4: 2,
  6: 4,
};

/**
 * Decodes an 8-bit PNG without interlacing or palette.
 *
 * @throws RangeError when it is another kind of file
 */
export function decodeSimplePng(file: Uint8Array): PictureFile {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!bytes.subarray(0, 8).equals(signature)) throw new RangeError("no PNG");
  let header: Buffer | undefined;
  const packed: Buffer[] = [];
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = data;
    if (type === "IDAT") packed.push(data);
    at += length + 12;
  }
  const channels = header === undefined ? undefined : colourTypes[header[9]!];
  if (header?.[8] !== 8 || channels === undefined || header[12] !== 0) {
    throw new RangeError("not an 8-bit PNG without palette and interlacing");
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const rows = inflateSync(Buffer.concat(packed));
  undoPngFilters(rows, width * channels, height, channels);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * (width * channels + 1) + 1 + x * channels;
      const to = 4 * (y * width + x);
      const grey = channels < 3;
      for (let c = 0; c < 3; c++) data[to + c] = rows[from + (grey ? 0 : c)]!;
      data[to + 3] = channels % 2 === 0 ? rows[from + channels - 1]! : 255;
    }
  }
  return { width, height, data };
}

/**
 * Encodes a picture as an 8-bit PNG, colour and straight alpha as they are.
 *
 * @param channels RGB leaves the alpha channel away
 */
export function encodeSimplePng(
  { width, height, data }: PictureFile,
  channels: "rgb" | "rgba" = "rgba",
): Uint8Array {
  const step = channels === "rgb" ? 3 : 4;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, step === 3 ? 2 : 6, 0, 0, 0], 8);
  const stride = step * width;
  const rows = Buffer.alloc((stride + 1) * height);
  let from = 0;
  for (let y = 0; y < height; y++) {
    let to = y * (stride + 1) + 1;
    for (let x = 0; x < width; x++, from += 4, to += step)
      for (let c = 0; c < step; c++) rows[to + c] = data[from + c]!;
  }
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
}
