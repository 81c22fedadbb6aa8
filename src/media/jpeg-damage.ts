import {
  CodedDataDamaged,
  huffmanTable,
  type HuffmanTable,
  JpegBits,
} from "./jpeg-bits.ts";
import { type ScanBlocks, type ScanCoding, readBlock } from "./jpeg-blocks.ts";

/** One colour component of a picture. */
interface Component {
  readonly id: number;
  /** Sampling factors. */
  readonly across: number;
  readonly down: number;
  /** Blocks of a scan of this component alone. */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Blocks with those that fill up the last groups. */
  readonly storedWide: number;
  /** Which coefficients are not zero so far, 64 a block; of progressive pictures only. */
  readonly known: Uint8Array | undefined;
}

interface Frame {
  readonly isProgressive: boolean;
  readonly groupsWide: number;
  readonly groupsHigh: number;
  readonly components: readonly Component[];
}

/** Encoders write about ten; each one costs a pass over the picture. libvips stops there, too. */
const MOST_SCANS = 100;
/** Coefficients of 8-bit samples stay far below. */
const LARGEST_DC = 2047;

/**
 * Reads a JPEG file's codes, without making a picture of them, to see whether all of it is there. Decoders say nothing when
 * bytes in the middle were overwritten: codes are found in any bytes. But then the codes of all blocks do not end where the
 * data ends. Sequential and progressive Huffman coding (ITU-T T.81, F.2 and G.2); arithmetic coding is not looked at.
 *
 * @param bytes the whole file
 * @returns what is wrong, to complete "it cannot be read: ..."; undefined when nothing is
 */
export function jpegDamage(bytes: Uint8Array): string | undefined {
  try {
    return new JpegReader(bytes).read();
  } catch (error) {
    if (error instanceof CodedDataDamaged) return "the file is damaged";
    throw error;
  }
}

class JpegReader {
  readonly #bytes: Uint8Array;
  readonly #dc = new Map<number, HuffmanTable>();
  readonly #ac = new Map<number, HuffmanTable>();
  #frame: Frame | undefined;
  #restartInterval = 0;
  #scans = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): string | undefined {
    const bytes = this.#bytes;
    let position = 2;
    for (;;) {
      if (position + 1 >= bytes.length) return "the file is cut off";
      if (bytes[position] !== 0xff) return "the file is damaged";
      const marker = bytes[position + 1]!;
      if (marker === 0xff) {
        position++;
        continue;
      }
      if (marker === 0xd9)
        return this.#scans > 0 ? undefined : "the file is damaged";
      if (position + 3 >= bytes.length) return "the file is cut off";
      const length = (bytes[position + 2]! << 8) | bytes[position + 3]!;
      const body = bytes.subarray(position + 4, position + 2 + length);
      if (length < 2) return "the file is damaged";
      if (body.length < length - 2) return "the file is cut off";
      position += 2 + length;
      if (marker === 0xc4) this.#readTables(body);
      else if (marker === 0xdd)
        this.#restartInterval = (body[0]! << 8) | body[1]!;
      else if (marker >= 0xc0 && marker <= 0xc2)
        this.#frame = readFrameHeader(body, marker === 0xc2);
      else if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xcc)
        return undefined; // Coded in a way that only decoders know.
      else if (marker === 0xda) {
        if (++this.#scans > MOST_SCANS)
          return `it has more than ${MOST_SCANS} scans`;
        position = this.#readScan(body, position);
      }
    }
  }

  #readTables(body: Uint8Array): void {
    let at = 0;
    while (at < body.length) {
      const kind = body[at]!;
      const counts = body.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const symbols = body.subarray(at + 17, at + 17 + total);
      if (counts.length < 16 || symbols.length < total)
        throw new CodedDataDamaged();
      (kind >> 4 === 0 ? this.#dc : this.#ac).set(
        kind & 15,
        huffmanTable(counts, symbols),
      );
      at += 17 + total;
    }
  }

  /** @returns where the marker behind the scan is */
  #readScan(header: Uint8Array, position: number): number {
    const frame = this.#frame;
    const count = header[0] ?? 0;
    if (frame === undefined || count < 1 || header.length < 4 + 2 * count)
      throw new CodedDataDamaged();
    const tail = 1 + 2 * count;
    const coding: ScanCoding = {
      isProgressive: frame.isProgressive,
      first: header[tail]!,
      last: Math.min(63, header[tail + 1]!),
      isRefining: header[tail + 2]! >> 4 !== 0,
    };
    const parts = Array.from(
      { length: count },
      (_, k): ScanBlocks & Component => {
        const id = header[1 + 2 * k]!;
        const tables = header[2 + 2 * k]!;
        const component = frame.components.find((each) => each.id === id);
        if (component === undefined) throw new CodedDataDamaged();
        return {
          ...component,
          dc: this.#dc.get(tables >> 4),
          ac: this.#ac.get(tables & 15),
          predicted: 0,
        };
      },
    );
    return this.#readGroups(frame, coding, parts, position);
  }

  #readGroups(
    frame: Frame,
    coding: ScanCoding,
    parts: (ScanBlocks & Component)[],
    start: number,
  ): number {
    const [alone] = parts.length === 1 ? parts : [];
    const wide = alone?.blocksWide ?? frame.groupsWide;
    const groups = wide * (alone?.blocksHigh ?? frame.groupsHigh);
    let bits = new JpegBits(this.#bytes, start);
    const run = { left: 0 };
    for (let group = 0, restart = 0; group < groups; group++) {
      if (
        this.#restartInterval > 0 &&
        group > 0 &&
        group % this.#restartInterval === 0
      ) {
        const marker = bits.end();
        if (this.#bytes[marker + 1] !== 0xd0 + (restart++ & 7))
          throw new CodedDataDamaged();
        bits = new JpegBits(this.#bytes, marker + 2);
        run.left = 0;
        for (const part of parts) part.predicted = 0;
      }
      const x = group % wide;
      const y = (group - x) / wide;
      for (const part of parts) {
        const across = alone === undefined ? part.across : 1;
        const down = alone === undefined ? part.down : 1;
        for (let v = 0; v < down; v++) {
          for (let h = 0; h < across; h++) {
            const block = (y * down + v) * part.storedWide + x * across + h;
            readBlock(bits, coding, part, part.known, block * 64, run);
            if (Math.abs(part.predicted) > LARGEST_DC)
              throw new CodedDataDamaged();
          }
        }
      }
    }
    return bits.end();
  }
}

function readFrameHeader(body: Uint8Array, isProgressive: boolean): Frame {
  const count = body[5] ?? 0;
  if (count < 1 || body.length < 6 + 3 * count) throw new CodedDataDamaged();
  const height = (body[1]! << 8) | body[2]!;
  const width = (body[3]! << 8) | body[4]!;
  const sampling = Array.from({ length: count }, (_, k) => ({
    id: body[6 + 3 * k]!,
    across: body[7 + 3 * k]! >> 4,
    down: body[7 + 3 * k]! & 15,
  }));
  const mostAcross = Math.max(...sampling.map(({ across }) => across));
  const mostDown = Math.max(...sampling.map(({ down }) => down));
  if (sampling.some(({ across, down }) => across < 1 || down < 1))
    throw new CodedDataDamaged();
  const groupsWide = Math.ceil(width / (8 * mostAcross));
  const groupsHigh = Math.ceil(height / (8 * mostDown));
  const components = sampling.map(({ id, across, down }): Component => {
    const storedWide = groupsWide * across;
    const stored = storedWide * groupsHigh * down;
    return {
      id,
      across,
      down,
      blocksWide: Math.ceil(Math.ceil((width * across) / mostAcross) / 8),
      blocksHigh: Math.ceil(Math.ceil((height * down) / mostDown) / 8),
      storedWide,
      known: isProgressive ? new Uint8Array(stored * 64) : undefined,
    };
  });
  return { isProgressive, groupsWide, groupsHigh, components };
}
