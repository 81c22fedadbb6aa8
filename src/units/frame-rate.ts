/** An exact frame rate: `numerator / denominator` frames per second, both positive integers in lowest terms. */
export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

const isPart = (n: number): boolean => Number.isSafeInteger(n) && n > 0;

/**
 * Makes a frame rate in lowest terms.
 *
 * @throws RangeError when either part is not a positive integer
 */
export function frameRate(numerator: number, denominator: number): FrameRate {
  if (!isPart(numerator) || !isPart(denominator)) {
    throw new RangeError(`not a frame rate: ${numerator}/${denominator}`);
  }
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Frames a second of the slowest and the fastest clip that is taken: beyond time lapses and high-speed cameras' playback. */
const SLOWEST = 0.001;
/** Frames a second; far beyond any camera whose clips are edited. */
const FASTEST_PER_SECOND = 1000;

/** Whether a fraction is a frame rate that a clip may have. */
export function isFrameRate(numerator: number, denominator: number): boolean {
  const rate = numerator / denominator;
  return (
    Number.isSafeInteger(numerator) &&
    Number.isSafeInteger(denominator) &&
    rate >= SLOWEST &&
    rate <= FASTEST_PER_SECOND
  );
}

const rateOrNothing = (
  numerator: number,
  denominator: number,
): FrameRate | undefined =>
  isFrameRate(numerator, denominator)
    ? frameRate(numerator, denominator)
    : undefined;

/** Rates that broadcasting writes as decimals and means as n·1000/1001. */
const NTSC_NUMERATORS = [24000, 30000, 48000, 60000, 120000];

/**
 * Reads `24`, `29.97`, `30000/1001`. A decimal within 0.002 of an NTSC rate is that NTSC rate.
 *
 * @returns undefined when the text is not a frame rate
 */
export function parseFrameRate(text: string): FrameRate | undefined {
  const fraction = /^(\d+)\/(\d+)$/.exec(text.trim());
  if (fraction !== null) {
    const numerator = Number(fraction[1]);
    const denominator = Number(fraction[2]);
    return rateOrNothing(numerator, denominator);
  }
  if (!/^\d+(\.\d+)?$/.test(text.trim())) return undefined;
  const value = Number(text);
  if (value < SLOWEST || value > FASTEST_PER_SECOND) return undefined;
  if (Number.isInteger(value)) return frameRate(value, 1);
  const ntsc = NTSC_NUMERATORS.find((n) => Math.abs(n / 1001 - value) < 0.002);
  return ntsc === undefined
    ? rateOrNothing(Math.round(value * 1000), 1000)
    : frameRate(ntsc, 1001);
}
