/** A run of frames, 0-based: `startInclusive <= frame < endExclusive`. */
export interface FrameRange {
  readonly startInclusive: number;
  readonly endExclusive: number;
}

/**
 * Reads the command line's 1-based inclusive `12-84` (or a single `12`) as a 0-based half-open range.
 *
 * @returns undefined when the text is not a range or runs backwards
 */
export function parseFrameRange(text: string): FrameRange | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  return first >= 1 && last >= first
    ? { startInclusive: first - 1, endExclusive: last }
    : undefined;
}
