/** Code values of 8 or 16 bits. */
export type Codes = Uint8Array | Uint16Array;

/** The largest code value of an array's kind: 255 or 65535. */
export const largestCode = (codes: Codes): number =>
  codes instanceof Uint16Array ? 65535 : 255;

/** As many code values of the same kind, all zero. */
export function codesLike<C extends Codes>(codes: C, length: number): C {
  return (
    codes instanceof Uint16Array
      ? new Uint16Array(length)
      : new Uint8Array(length)
  ) as C;
}

/** The code value of a fraction of the largest. */
export const codeOf = (value: number, largest: number): number =>
  Math.min(largest, Math.max(0, Math.round(value * largest)));
