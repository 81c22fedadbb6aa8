import {
  CodedDataDamaged,
  type HuffmanTable,
  type JpegBits,
} from "./jpeg-bits.ts";

/** What a scan codes of each block. */
export interface ScanCoding {
  readonly isProgressive: boolean;
  /** Coefficients in zigzag order, both inclusive; 0 to 63 of sequential pictures. */
  readonly first: number;
  readonly last: number;
  /** True when it adds a bit to coefficients that earlier scans have begun. */
  readonly isRefining: boolean;
}

/** How one component's blocks are coded in a scan. */
export interface ScanBlocks {
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
  /** The last block's DC coefficient. */
  predicted: number;
}

/** How many blocks that a run of empty ones still covers. */
export interface EmptyRun {
  left: number;
}

/**
 * Reads one block's codes (ITU-T T.81, F.2.2, G.1.2 and G.2), keeping of them only what later codes depend on.
 *
 * @param known which coefficients are not zero, from index `at` on; changed
 * @throws CodedDataDamaged
 */
export function readBlock(
  bits: JpegBits,
  coding: ScanCoding,
  part: ScanBlocks,
  known: Uint8Array | undefined,
  at: number,
  run: EmptyRun,
): void {
  if (!coding.isProgressive || known === undefined) {
    readDc(bits, part);
    readSequentialAc(bits, required(part.ac));
  } else if (coding.first === 0) {
    if (coding.isRefining) bits.read(1);
    else readDc(bits, part);
  } else if (coding.isRefining) {
    refineAc(bits, required(part.ac), coding, known, at, run);
  } else {
    readFirstAc(bits, required(part.ac), coding, known, at, run);
  }
}

function required(table: HuffmanTable | undefined): HuffmanTable {
  if (table === undefined) throw new CodedDataDamaged();
  return table;
}

function readDc(bits: JpegBits, part: ScanBlocks): void {
  const size = bits.symbol(required(part.dc));
  if (size > 11) throw new CodedDataDamaged();
  if (size === 0) return;
  const value = bits.read(size);
  part.predicted += value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/**
 * Overwritten with zeros, a block has the lowest value of one size in coefficient after coefficient. In a picture the signs
 * vary: so many alike in a row come by chance once in 2^24.
 */
const MOST_LOWEST_IN_A_ROW = 24;

function readSequentialAc(bits: JpegBits, table: HuffmanTable): void {
  let lowest = 0;
  for (let k = 1; k < 64; k++) {
    const code = bits.symbol(table);
    const size = code & 15;
    if (size === 0) {
      if (code >> 4 < 15) return;
      k += 15;
    } else {
      k += code >> 4;
      const isLowest = bits.read(size) === 0 && code >> 4 === 0;
      lowest = isLowest ? lowest + 1 : 0;
      if (lowest > MOST_LOWEST_IN_A_ROW) throw new CodedDataDamaged();
    }
    if (k > 63) throw new CodedDataDamaged();
  }
}

function readFirstAc(
  bits: JpegBits,
  table: HuffmanTable,
  { first, last }: ScanCoding,
  known: Uint8Array,
  at: number,
  run: EmptyRun,
): void {
  if (run.left > 0) {
    run.left--;
    return;
  }
  for (let k = first; k <= last; k++) {
    const code = bits.symbol(table);
    const zeros = code >> 4;
    const size = code & 15;
    if (size === 0 && zeros < 15) {
      run.left = (1 << zeros) - 1 + bits.read(zeros);
      return;
    }
    k += zeros;
    if (k > last) throw new CodedDataDamaged();
    if (size === 0) continue;
    bits.read(size);
    known[at + k] = 1;
  }
}

function refineAc(
  bits: JpegBits,
  table: HuffmanTable,
  { first, last }: ScanCoding,
  known: Uint8Array,
  at: number,
  run: EmptyRun,
): void {
  let k = first;
  while (run.left === 0 && k <= last) {
    const code = bits.symbol(table);
    let zeros = code >> 4;
    const size = code & 15;
    if (size > 1) throw new CodedDataDamaged();
    if (size === 0 && zeros < 15) {
      run.left = (1 << zeros) + bits.read(zeros);
      break;
    }
    if (size === 1) bits.read(1);
    // Coefficients that are known already get their bit on the way and are no part of the run of zeros.
    for (; k <= last; k++) {
      if (known[at + k] !== 0) bits.read(1);
      else if (zeros-- === 0) break;
    }
    if (size === 1) {
      if (k > last) throw new CodedDataDamaged();
      known[at + k] = 1;
    }
    k++;
  }
  if (run.left === 0) return;
  for (; k <= last; k++) if (known[at + k] !== 0) bits.read(1);
  run.left--;
}
