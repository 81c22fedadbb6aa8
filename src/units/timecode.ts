import type { FrameRate } from "./frame-rate.ts";

/** When something begins, as cameras and editing programs count: `01:00:00:00`, with `;` before the frames where numbers are dropped. */
export interface Timecode {
  readonly text: string;
  readonly isDropFrame: boolean;
}

/** Where counting begins when nothing is said. */
export const zeroTimecode: Timecode = {
  text: "00:00:00:00",
  isDropFrame: false,
};

/**
 * Reads `01:00:00:00` or, with `;`, `.` or `,` before the frames, drop-frame timecode.
 *
 * @returns undefined when it is none
 */
export function parseTimecode(text: string): Timecode | undefined {
  const parts = /^(\d\d):([0-5]\d):([0-5]\d)([:;.,])(\d\d+)$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, hours, minutes, seconds, separator, frames] = parts;
  const isDropFrame = separator !== ":";
  const mark = isDropFrame ? ";" : ":";
  return {
    text: `${hours}:${minutes}:${seconds}${mark}${frames}`,
    isDropFrame,
  };
}

/** Whole frames that a second of timecode counts: 30 for 29.97. */
const countedPerSecond = ({ numerator, denominator }: FrameRate): number =>
  Math.max(1, Math.round(numerator / denominator));

/** Numbers left out at the start of each minute that ten does not divide (SMPTE ST 12-1): 2 at 30 a second. */
const droppedPerMinute = (perSecond: number): number =>
  Math.round(perSecond / 15);

/** How many frames a timecode lies after `00:00:00:00`. */
export function timecodeFrames(timecode: Timecode, rate: FrameRate): number {
  const perSecond = countedPerSecond(rate);
  const [hours, minutes, seconds, frames] = timecode.text
    .split(/[:;]/)
    .map(Number);
  const minute = 60 * hours! + minutes!;
  const counted = (60 * minute + seconds!) * perSecond + frames!;
  if (!timecode.isDropFrame) return counted;
  return (
    counted - droppedPerMinute(perSecond) * (minute - Math.floor(minute / 10))
  );
}

/** The timecode some frames later; after 24 hours it begins anew. */
export function laterTimecode(
  timecode: Timecode,
  frames: number,
  rate: FrameRate,
): Timecode {
  const { isDropFrame } = timecode;
  const perSecond = countedPerSecond(rate);
  const dropped = isDropFrame ? droppedPerMinute(perSecond) : 0;
  const inMinute = 60 * perSecond - dropped;
  const inTen = 10 * inMinute + dropped;
  let at = (timecodeFrames(timecode, rate) + frames) % (144 * inTen);
  const tens = Math.floor(at / inTen);
  const within = at - tens * inTen;
  // The first minute of ten drops nothing.
  const minutes =
    within < 60 * perSecond
      ? 0
      : 1 + Math.floor((within - 60 * perSecond) / inMinute);
  at += dropped * (9 * tens + minutes);
  const parts = [
    Math.floor(at / (3600 * perSecond)) % 24,
    Math.floor(at / (60 * perSecond)) % 60,
    Math.floor(at / perSecond) % 60,
  ].map((part) => String(part).padStart(2, "0"));
  const digits = String(at % perSecond).padStart(2, "0");
  return {
    text: `${parts.join(":")}${isDropFrame ? ";" : ":"}${digits}`,
    isDropFrame,
  };
}
