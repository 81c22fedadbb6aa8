import {
  describeFrameRange,
  type FrameRange,
  resolveFrameRange,
} from "../units/frame-range.ts";
import { LaminaError } from "../errors/failure.ts";
import { standIns } from "./damage.ts";
import { type DamagedMovie, slotFinder } from "./movie-damage.ts";

/** How to get a range's frames out of a damaged movie. Frames count from the range's first, unless said otherwise. */
export interface Recovery {
  /** The range's first frame, 0-based in the movie. */
  readonly first: number;
  /** Frames that are damaged or missing, ascending. */
  readonly bad: readonly number[];
  /** For each frame the frame of the movie to take, 0-based in the movie; undefined when none is good. */
  readonly sources: readonly number[] | undefined;
  /** What to decode, microseconds: from the first to before the second. */
  readonly span: readonly [number, number];
  /** Finds the movie's good frames among decoded ones by their times. */
  readonly place: (shown: readonly number[]) => Map<number, number>;
}

/**
 * Plans how to get a range's frames out of a damaged movie.
 *
 * @param found what `examineDamage` found
 * @returns undefined when it is not known where the damage lies
 * @throws LaminaError `range-outside-clip`
 */
export function planRecovery(
  found: DamagedMovie | undefined,
  range: FrameRange | undefined,
): Recovery | undefined {
  if (found === undefined || found.bad.size === 0) return undefined;
  const { times } = found;
  const wanted =
    range === undefined
      ? { startInclusive: 0, endExclusive: times.length }
      : resolveFrameRange(range, times.length);
  if (wanted === undefined) {
    throw new LaminaError({
      code: "range-outside-clip",
      range: describeFrameRange(range!),
      frameCount: times.length,
    });
  }
  const { startInclusive: first, endExclusive: end } = wanted;
  const sources = standIns(times.length, found.bad)?.slice(first, end);
  const inRange = times.slice(first, end).map((_, frame) => frame + first);
  const bad = inRange.filter((frame) => found.bad.has(frame));
  // Sources ascend.
  const used = sources ?? [first];
  const interval = shortestGap(times);
  const slotOf = slotFinder(times, interval);
  return {
    first,
    bad: bad.map((frame) => frame - first),
    sources,
    span: [
      Math.floor(times[used[0]!]! - interval / 2),
      Math.ceil(times[used.at(-1)!]! + interval / 2),
    ],
    place: (shown) => {
      const places = new Map<number, number>();
      for (const [position, time] of shown.entries()) {
        const frame = slotOf(time);
        if (frame !== undefined) places.set(frame, position);
      }
      return places;
    },
  };
}

function shortestGap(times: readonly number[]): number {
  let shortest = Infinity;
  for (let k = 1; k < times.length; k++)
    shortest = Math.min(shortest, times[k]! - times[k - 1]!);
  return Number.isFinite(shortest) ? shortest : 1e6;
}
