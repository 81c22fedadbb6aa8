import { LaminaError } from "../errors/failure.ts";

/** What becomes of a clip or mask with frames that are damaged or missing. */
export type DamagePolicy = "refuse" | "hold";

/** What is wrong with a clip or mask that was taken nevertheless. */
export interface Damage {
  /** Frames that another one stands in for, 0-based, ascending: the last good one before, or the first good one. */
  readonly held: readonly number[];
  /** What ffmpeg says of damage that lies nobody knows where. */
  readonly complaint?: string | undefined;
}

/** As many groups of frames are named; more say no more. */
const MOST_GROUPS = 12;

/**
 * Puts ascending frames into words, counted from 1.
 *
 * @param frames 0-based
 * @returns such as `frame 6` or `frames 6, 11-18`
 */
export function describeFrames(frames: readonly number[]): string {
  const groups: [first: number, last: number][] = [];
  for (const frame of frames) {
    const group = groups.at(-1);
    if (group !== undefined && group[1] === frame - 1) group[1] = frame;
    else groups.push([frame, frame]);
  }
  const named = groups
    .slice(0, MOST_GROUPS)
    .map(([first, last]) =>
      first === last ? String(first + 1) : `${first + 1}-${last + 1}`,
    );
  const rest = groups.slice(MOST_GROUPS);
  const more = rest.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const tail = more > 0 ? ` and ${more} more` : "";
  return `${frames.length === 1 ? "frame" : "frames"} ${named.join(", ")}${tail}`;
}

/** The refusal of frames that are damaged or missing, 0-based and ascending. */
export const damagedFrames = (
  path: string,
  frames: readonly number[],
): LaminaError =>
  new LaminaError({
    code: "media-damaged",
    path,
    count: frames.length,
    detail: `${describeFrames(frames)} ${frames.length === 1 ? "is" : "are"} damaged, missing or built on such a frame`,
  });

/**
 * Which good frame stands in for each frame: itself, the last good one before it, or the first good one.
 *
 * @param bad 0-based
 * @returns undefined when none is good
 */
export function standIns(
  frameCount: number,
  bad: ReadonlySet<number>,
): number[] | undefined {
  let last: number | undefined;
  const before = Array.from({ length: frameCount }, (_, frame) => {
    if (!bad.has(frame)) last = frame;
    return last;
  });
  const first = before.find((frame) => frame !== undefined);
  return first === undefined
    ? undefined
    : before.map((frame) => frame ?? first);
}
