import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { ColourTags } from "../units/colour-tags.ts";
import { readFailure } from "./file-failure.ts";

/** Code points of primaries (ITU-T H.273, table 2), by ffmpeg's names. */
const primariesCodes: Readonly<Record<string, number>> = {
  bt709: 1,
  bt470m: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  film: 8,
  bt2020: 9,
  smpte428: 10,
  smpte431: 11,
  smpte432: 12,
  ebu3213: 22,
};

/** Code points of transfer characteristics (ITU-T H.273, table 3), by ffmpeg's names. */
const transferCodes: Readonly<Record<string, number>> = {
  bt709: 1,
  gamma22: 4,
  gamma28: 5,
  smpte170m: 6,
  smpte240m: 7,
  linear: 8,
  log100: 9,
  log316: 10,
  "iec61966-2-4": 11,
  bt1361e: 12,
  "iec61966-2-1": 13,
  "bt2020-10": 14,
  "bt2020-12": 15,
  smpte2084: 16,
  smpte428: 17,
  "arib-std-b67": 18,
};

/** White, red, green and blue, x and y, in hundred-thousandths (ITU-T H.273, table 2). */
const chromaticities: Readonly<Record<string, readonly number[]>> = {
  bt709: [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000],
  bt470bg: [31270, 32900, 64000, 33000, 29000, 60000, 15000, 6000],
  smpte170m: [31270, 32900, 63000, 34000, 31000, 59500, 15500, 7000],
  smpte240m: [31270, 32900, 63000, 34000, 31000, 59500, 15500, 7000],
  bt2020: [31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600],
  smpte431: [31400, 35100, 68000, 32000, 26500, 69000, 15000, 6000],
  smpte432: [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000],
};

/**
 * Exponents, in hundred-thousandths, for readers that do not know `cICP`: what television encodes is meant for screens that sRGB's
 * serve (PNG specification, 3rd edition, 13.13). There is none for HLG, PQ and logarithms.
 */
const exponents: Readonly<Record<string, number>> = {
  bt709: 45455,
  smpte170m: 45455,
  "bt2020-10": 45455,
  "bt2020-12": 45455,
  "iec61966-2-1": 45455,
  gamma22: 45455,
  gamma28: 35714,
  linear: 100000,
};

/** Signature and the chunk `IHDR`. */
const HEAD_BYTES = 33;

/**
 * Puts into a PNG file how its colours are meant: `cICP` (full-range RGB in the clip's primaries and transfer), and `gAMA` and
 * `cHRM` for readers that do not know it. Where the clip does not say both, the file stays as it is.
 */
export function withColour(
  png: Buffer,
  colour: ColourTags | undefined,
): Buffer {
  const primaries = primariesCodes[colour?.primaries ?? ""];
  const transfer = transferCodes[colour?.transfer ?? ""];
  if (colour === undefined || primaries === undefined || transfer === undefined)
    return png;
  const exponent = exponents[colour.transfer];
  const points = chromaticities[colour.primaries];
  return Buffer.concat([
    png.subarray(0, HEAD_BYTES),
    chunk("cICP", Buffer.from([primaries, transfer, 0, 1])),
    ...(exponent === undefined ? [] : [chunk("gAMA", longs([exponent]))]),
    ...(points === undefined ? [] : [chunk("cHRM", longs(points))]),
    png.subarray(HEAD_BYTES),
  ]);
}

function longs(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [k, value] of values.entries()) bytes.writeUInt32BE(value, 4 * k);
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([longs([data.length]), named, longs([crc32(named)])]);
}

/** Chunks before the picture that are looked through; a preview or a profile may be among them. */
const MOST_CHUNKS = 64;

/**
 * How a PNG file says with `cICP` that its colours are meant.
 *
 * @returns undefined when it does not, or is no PNG file
 * @throws LaminaError `input-missing`, `media-unreadable`
 */
export async function readPngColour(
  path: string,
): Promise<ColourTags | undefined> {
  try {
    await using file = await open(path, "r");
    let position = 8;
    for (let k = 0; k < MOST_CHUNKS; k++) {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(12),
        0,
        12,
        position,
      );
      const type = buffer.toString("latin1", 4, 8);
      if (bytesRead < 12 || type === "IDAT") return undefined;
      if (type === "cICP") return coloursOf(buffer[8]!, buffer[9]!);
      position += 12 + buffer.readUInt32BE(0);
    }
    return undefined;
  } catch (error) {
    throw readFailure(error, path);
  }
}

function coloursOf(primaries: number, transfer: number): ColourTags {
  const named = (codes: Readonly<Record<string, number>>, code: number) =>
    Object.keys(codes).find((name) => codes[name] === code) ?? "unknown";
  return {
    range: "pc",
    primaries: named(primariesCodes, primaries),
    transfer: named(transferCodes, transfer),
    matrix: "gbr",
  };
}
