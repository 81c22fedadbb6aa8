import { LaminaError } from "../errors/failure.ts";
import { type FrameRange, openEnd } from "../units/frame-range.ts";
import type { Pacing } from "./frame-pacing.ts";
import type { FrameRate } from "../units/frame-rate.ts";

/** How long something is: frames, and their rate where one is known. */
export interface Duration {
  readonly frameCount: number;
  readonly frameRate?: FrameRate | undefined;
  /** Which coded frame each of its frames shows, where a varying rate was conformed. */
  readonly pacing?: Pacing | undefined;
}

/** Which of a mask's frames belongs to each frame of the clip. */
export interface FrameMatch {
  /** One per frame of the clip, 0-based. */
  readonly frames: readonly number[];
  /** True when they were matched by time, because the mask runs at another rate. */
  readonly byTime: boolean;
}

/**
 * Matches a mask's frames to the clip's. By count: the mask is as long as the clip, or as the uncut clip, and frame
 * belongs to frame whatever the rates. Where the counts differ, by time: both have a rate and last equally long,
 * within one frame of the slower; each frame of the clip then takes the mask's frame that stands at its middle. A mask with as
 * many frames as a movie of varying rate has coded ones goes with those.
 *
 * @param name what the user calls the mask
 * @param clip as it was cut
 * @param range how it was cut
 * @throws LaminaError `mask-count`
 */
export function matchFrames(
  name: string,
  mask: Duration,
  clip: Duration,
  range: FrameRange | undefined,
): FrameMatch {
  const indices = Array.from({ length: clip.frameCount }, (_, t) => t);
  const byCount = firstFrame(mask.frameCount, clip.frameCount, range, 0);
  if (byCount !== undefined) {
    return { frames: indices.map((t) => byCount + t), byTime: false };
  }
  if (mask.frameCount === clip.pacing?.codedCount)
    return { frames: clip.pacing.frames, byTime: false };
  if (mask.frameRate !== undefined && clip.frameRate !== undefined) {
    // Mask frames per frame of the clip.
    const pace = perSecond(mask.frameRate) / perSecond(clip.frameRate);
    const first = firstFrame(
      mask.frameCount / pace,
      clip.frameCount,
      range,
      Math.max(1, 1 / pace),
    );
    if (pace !== 1 && first !== undefined) {
      const last = mask.frameCount - 1;
      const at = (t: number): number =>
        Math.min(last, Math.floor((first + t + 0.5) * pace));
      return { frames: indices.map(at), byTime: true };
    }
  }
  throw new LaminaError({
    code: "mask-count",
    mask: name,
    found: mask.frameCount,
    expected: clip.frameCount,
  });
}

const perSecond = ({ numerator, denominator }: FrameRate): number =>
  numerator / denominator;

/** Where in a mask of `found` frames the clip begins: at its start when it is as long, at the range's when it was not cut. */
function firstFrame(
  found: number,
  expected: number,
  range: FrameRange | undefined,
  slack: number,
): number | undefined {
  if (Math.abs(found - expected) <= slack) return 0;
  if (range === undefined) return undefined;
  const end = range.startInclusive + expected;
  // An open range ends with the clip, so an uncut mask must end there too.
  const isUncut =
    range.endExclusive === openEnd
      ? Math.abs(found - end) <= slack
      : found >= end - slack;
  return isUncut ? range.startInclusive : undefined;
}
