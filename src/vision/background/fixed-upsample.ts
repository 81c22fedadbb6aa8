import type { Size } from "../../units/size.ts";
import { assert } from "../../errors/assert.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { ratioAndOffset } from "./upsample-background.ts";

/** Fraction bits of a ratio: with 10 bits of a share, products of at most 1.6 stay below 2³¹. */
const RATIO_BITS = 14;
/** Fraction bits of a share between two pixels. */
const SHARE_BITS = 10;
/** Fraction bits of an enlarged code value: sixteen bits hold 255. */
const VALUE_BITS = 8;
/** The largest enlarged value: 255 with its fraction bits. */
const LARGEST_VALUE = 255 << VALUE_BITS;

/**
 * What a background is enlarged by, in whole numbers: every processor, a GPU's too, comes to the same bits, so that a job
 * can change places between two frames.
 */
export interface FixedUpsample {
  readonly size: Size;
  /** Of the coefficients. */
  readonly small: Size;
  /** `[3, h, w]` with 14 fraction bits: what the frame's code values are multiplied by. */
  readonly ratio: Int32Array;
  /** `[3, h, w]` code values with 8 fraction bits, added after that. */
  readonly offset: Int32Array;
  /** Per column, then per row, of the target: the nearer coefficient before it, times 2¹⁰, plus the share of the next one. */
  readonly taps: Uint32Array;
}

/** Enlarges backgrounds, here or elsewhere: `[3, H, W]` code values with 8 fraction bits. */
export type EnlargeBackground = (
  frame: Uint8Array,
  coefficients: FixedUpsample,
) => Promise<Uint16Array>;

/**
 * The coefficients of `upsampleBackground` in whole numbers.
 *
 * @param small      `[3, h, w]`, the frame at working size
 * @param background `[3, h, w]`
 * @param subjects   `[1, h, w]` union of the masks
 * @param size       of the frame
 */
export function fixedUpsample(
  small: Raster,
  background: Raster,
  subjects: Raster,
  size: Size,
): FixedUpsample {
  const { ratio, offset } = ratioAndOffset(small, background, subjects);
  return {
    size,
    small: { width: small.width, height: small.height },
    ratio: fixed(ratio.data, 2 ** RATIO_BITS),
    offset: fixed(offset.data, 255 * 2 ** VALUE_BITS),
    taps: Uint32Array.from([
      ...fixedTaps(small.width, size.width),
      ...fixedTaps(small.height, size.height),
    ]),
  };
}

/** Multiples of `1/scale`, rounded; `Int32Array.from` takes a hundred times as long. */
function fixed(values: Float32Array, scale: number): Int32Array {
  const out = new Int32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Math.round(values[i]! * scale);
  return out;
}

/** Pixel centres aligned as areas, borders replicated, as `resizeLinear` has them. */
function fixedTaps(from: number, to: number): number[] {
  return Array.from({ length: to }, (_, i) => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    return Math.round(at * 2 ** SHARE_BITS);
  });
}

/**
 * Enlarges a background on this processor: per channel `clamp((r·I + 2⁵) >> 6 + s)`, where r and s are interpolated along
 * rows, then along columns, each time rounded to their own fraction bits.
 *
 * @param frame `[H, W, 3]` code values
 * @returns     `[3, H, W]` code values with 8 fraction bits
 */
export function enlargeFixed(
  frame: Uint8Array,
  { size, small, ratio, offset, taps }: FixedUpsample,
): Uint16Array {
  const { width, height } = size;
  assert(frame.length === 3 * width * height, "the frame has another size");
  const out = new Uint16Array(3 * width * height);
  const rows = new Int32Array(2 * small.height * width);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < small.height; y++) {
      const from = (c * small.height + y) * small.width;
      for (let x = 0; x < width; x++) {
        const tap = taps[x]!;
        const near = from + (tap >> SHARE_BITS);
        const far = Math.min(near + 1, from + small.width - 1);
        const at = 2 * (y * width + x);
        rows[at] = between(ratio[near]!, ratio[far]!, tap);
        rows[at + 1] = between(offset[near]!, offset[far]!, tap);
      }
    }
    for (let y = 0; y < height; y++) {
      const tap = taps[width + y]!;
      const near = tap >> SHARE_BITS;
      const far = Math.min(near + 1, small.height - 1);
      const target = (c * height + y) * width;
      for (let x = 0; x < width; x++) {
        const above = 2 * (near * width + x);
        const below = 2 * (far * width + x);
        const r = between(rows[above]!, rows[below]!, tap);
        const s = between(rows[above + 1]!, rows[below + 1]!, tap);
        const scaled = Math.imul(r, frame[3 * (y * width + x) + c]!);
        const value = ((scaled + 32) >> (RATIO_BITS - VALUE_BITS)) + s;
        out[target + x] = Math.min(LARGEST_VALUE, Math.max(0, value));
      }
    }
  }
  return out;
}

/** `(a·(2¹⁰ − u) + b·u + 2⁹) >> 10` with u the share in a tap. */
function between(a: number, b: number, tap: number): number {
  const share = tap & (2 ** SHARE_BITS - 1);
  return (
    (Math.imul(a, 2 ** SHARE_BITS - share) +
      Math.imul(b, share) +
      2 ** (SHARE_BITS - 1)) >>
    SHARE_BITS
  );
}

/** Enlarged values as the pictures of all other steps. */
export function fromFixed(
  values: Uint16Array,
  { width, height }: Size,
): Raster {
  const out = raster(3, height, width);
  for (let i = 0; i < out.data.length; i++)
    out.data[i] = values[i]! / LARGEST_VALUE;
  return out;
}
