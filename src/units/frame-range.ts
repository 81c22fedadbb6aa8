/** A run of frames, 0-based: `startInclusive <= frame < endExclusive`. */
export interface FrameRange {
  readonly startInclusive: number;
  /** `openEnd` stands for the end of the clip, however long it is. */
  readonly endExclusive: number;
}

/** The `endExclusive` of a range that runs to the end of the clip. A number that JSON keeps, unlike infinity. */
export const openEnd = Number.MAX_SAFE_INTEGER;

/**
 * Reads the command line's 1-based inclusive `12-84`, the open `12-` (to the end) or a single `12` as a 0-based
 * half-open range.
 *
 * @returns undefined when the text is not a range or runs backwards
 */
export function parseFrameRange(text: string): FrameRange | undefined {
  const match = /^(\d+)(?:(-)(\d+)?)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, start, dash, end] = match;
  const first = Number(start);
  const last =
    end !== undefined ? Number(end) : dash === undefined ? first : openEnd;
  return first >= 1 && last >= first && first < openEnd && last <= openEnd
    ? { startInclusive: first - 1, endExclusive: last }
    : undefined;
}

/** Writes a range the way the command line reads it: `12-84`, `12-`. */
export const describeFrameRange = (range: FrameRange): string =>
  `${range.startInclusive + 1}-${range.endExclusive === openEnd ? "" : range.endExclusive}`;

/**
 * Fits a range to a clip of `frameCount` frames: an open end becomes the clip's.
 *
 * @returns undefined when the range does not lie inside the clip
 */
export function resolveFrameRange(
  range: FrameRange,
  frameCount: number,
): FrameRange | undefined {
  const endExclusive =
    range.endExclusive === openEnd ? frameCount : range.endExclusive;
  return range.startInclusive < endExclusive && endExclusive <= frameCount
    ? { startInclusive: range.startInclusive, endExclusive }
    : undefined;
}
