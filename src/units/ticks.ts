import { type FrameRate, frameRate } from "./frame-rate.ts";

/** A time or a length of time as Premiere counts it: whole ticks, `ticksPerSecond` to the second. On a wire, a decimal string. */
export type Ticks = bigint & { readonly unit: "ticks" };

/** So many that a frame of every usual rate, 1001 denominators included, is a whole number of ticks. */
export const ticksPerSecond = 254_016_000_000n as Ticks;

/** Names a number of ticks. */
export const ticks = (count: bigint): Ticks => count as Ticks;

/**
 * Reads the decimal string that stands for ticks on a wire.
 *
 * @throws RangeError when the text is not a whole number
 */
export function parseTicks(text: string): Ticks {
  if (!/^-?\d+$/.test(text)) throw new RangeError(`not ticks: ${text}`);
  return ticks(BigInt(text));
}

/**
 * Length of one frame.
 *
 * @throws RangeError when a frame of this rate is not a whole number of ticks
 */
export function ticksPerFrame(rate: FrameRate): Ticks {
  const length = ticksPerSecond * BigInt(rate.denominator);
  const numerator = BigInt(rate.numerator);
  if (length % numerator !== 0n) {
    throw new RangeError(
      `a frame at ${rate.numerator}/${rate.denominator} is not a whole number of ticks`,
    );
  }
  return ticks(length / numerator);
}

const greatestCommonTicks = (a: bigint, b: bigint): bigint =>
  b === 0n ? a : greatestCommonTicks(b, a % b);

/**
 * The exact frame rate whose frames last so many ticks: 8475667200 is 30000/1001.
 *
 * @throws RangeError when the length is not positive
 */
export function frameRateOfTicks(lengthOfFrame: Ticks): FrameRate {
  if (lengthOfFrame <= 0n) {
    throw new RangeError(`a frame cannot last ${lengthOfFrame} ticks`);
  }
  const divisor = greatestCommonTicks(ticksPerSecond, lengthOfFrame);
  return frameRate(
    Number(ticksPerSecond / divisor),
    Number(lengthOfFrame / divisor),
  );
}

/**
 * How many whole frames a length of time holds.
 *
 * @returns undefined when it ends between two frames
 */
export const wholeFrames = (
  length: Ticks,
  lengthOfFrame: Ticks,
): number | undefined =>
  length % lengthOfFrame === 0n ? Number(length / lengthOfFrame) : undefined;

/** A length of time in seconds, rounded to a double. */
export const secondsOfTicks = (length: Ticks): number =>
  Number(length) / Number(ticksPerSecond);
