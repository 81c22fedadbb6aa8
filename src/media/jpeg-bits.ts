/** Thrown when coded data cannot be what an encoder wrote. */
export class CodedDataDamaged extends Error {}

/** A Huffman table by the next 16 bits: `length << 8 | symbol`, 0 where no code begins so. */
export type HuffmanTable = Uint16Array;

/**
 * Builds a table as ITU-T T.81, C.2 defines it.
 *
 * @param counts  number of codes of each length, 1 to 16
 * @param symbols in the order of their codes
 */
export function huffmanTable(
  counts: Uint8Array,
  symbols: Uint8Array,
): HuffmanTable {
  const table = new Uint16Array(1 << 16);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    for (let n = 0; n < counts[length - 1]!; n++) {
      const first = code << (16 - length);
      const end = first + (1 << (16 - length));
      if (end > 1 << 16) throw new CodedDataDamaged();
      table.fill((length << 8) | symbols[next++]!, first, end);
      code++;
    }
    code <<= 1;
  }
  return table;
}

/** Bytes that some encoders write between the last code and the marker, to fill a word. */
const MOST_FILL_BYTES = 16;

/** Reads the bits of an entropy-coded segment, which ends at a marker. */
export class JpegBits {
  readonly #bytes: Uint8Array;
  /** The next byte to take into `#held`. */
  #position: number;
  /** Bits taken and not read yet, the next one highest, `#count` of them. */
  #held = 0;
  #count = 0;
  /** How many of the held bits are invented, because the segment has ended. */
  #invented = 0;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  /** The next symbol of a table's code. */
  symbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const entry = table[(this.#held >>> (this.#count - 16)) & 0xffff]!;
    if (entry === 0) throw new CodedDataDamaged();
    this.#count -= entry >> 8;
    if (this.#count < this.#invented) throw new CodedDataDamaged();
    return entry & 0xff;
  }

  /** The next `count` bits, at most 16, as a number. */
  read(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#fill();
    this.#count -= count;
    if (this.#count < this.#invented) throw new CodedDataDamaged();
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  /**
   * Makes sure that nothing but padding is left of the segment.
   *
   * @returns where the marker behind it is
   */
  end(): number {
    const unread = (this.#count - this.#invented) >> 3;
    let marker = this.#position;
    while (marker < this.#bytes.length && !this.#isMarker(marker)) marker++;
    const spare = unread + marker - this.#position;
    const fill = this.#bytes.subarray(marker - spare, marker);
    if (
      spare > MOST_FILL_BYTES ||
      fill.some((byte) => byte !== 0 && byte !== 0xff)
    )
      throw new CodedDataDamaged();
    return marker;
  }

  #isMarker(at: number): boolean {
    return this.#bytes[at] === 0xff && this.#bytes[at + 1] !== 0;
  }

  #fill(): void {
    while (this.#count <= 16) {
      const ended =
        this.#position >= this.#bytes.length || this.#isMarker(this.#position);
      const byte = ended ? 0 : this.#bytes[this.#position]!;
      if (ended) this.#invented += 8;
      // A byte of ones is followed by a zero, so that it is no marker.
      else this.#position += byte === 0xff ? 2 : 1;
      this.#held = ((this.#held << 8) | byte) & 0xffffffff;
      this.#count += 8;
    }
  }
}
