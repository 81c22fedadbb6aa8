import { likeness, type ColourProfile } from "./colour-profile.ts";

/** One that may have been mistaken for another since they met. */
export interface Known {
  /** Its colours while nobody was near. */
  readonly profile: ColourProfile | undefined;
  /** When it last shared detections with each other one. */
  readonly met: ReadonlyMap<Known, Encounter>;
}

/** Frames in which two shared detections, one soon after the other. */
export interface Encounter {
  readonly first: number;
  readonly last: number;
}

/** Frames after a meeting in which who is who is looked at again. */
const DOUBT_FRAMES = 12;
/** By how much better exchanged colours must fit. */
const CLEARLY = 0.08;

/** An encounter with one more frame; a new one when the last was long ago. */
export const metAgain = (
  before: Encounter | undefined,
  frame: number,
): Encounter =>
  before === undefined || frame - before.last > DOUBT_FRAMES
    ? { first: frame, last: frame }
    : { first: before.first, last: frame };

/** Where something was seen, frame by frame; undefined where it was not. */
type SubjectPositions = readonly (
  { readonly x: number; readonly y: number } | undefined
)[];

/**
 * The frame from which two must have been exchanged: of those since they met, the one at which their paths join best
 * crosswise.
 *
 * @param until the frame in which it was noticed
 */
export function exchangedSince(
  one: SubjectPositions,
  other: SubjectPositions,
  first: number,
  until: number,
): number {
  const jump = (
    before: SubjectPositions,
    after: SubjectPositions,
    at: number,
  ): number => {
    const from = before.slice(0, at).findLast((place) => place !== undefined);
    const to = after.slice(at, until).find((place) => place !== undefined);
    return from === undefined || to === undefined
      ? 0
      : Math.hypot(to.x - from.x, to.y - from.y);
  };
  let best = until;
  let least = Infinity;
  for (let at = first; at < until; at++) {
    const jumps = jump(one, other, at) + jump(other, one, at);
    if (jumps >= least) continue;
    least = jumps;
    best = at;
  }
  return best;
}

/**
 * Finds two that were exchanged when they met: each now looks like the other did before.
 *
 * @param seen the colours of each that was detected on its own in this frame
 * @returns    pairs to exchange
 */
export function exchanged<T extends Known>(
  seen: ReadonlyMap<T, ColourProfile>,
  frame: number,
): [T, T][] {
  const out: [T, T][] = [];
  const all = [...seen];
  all.forEach(([one, its], k) => {
    for (const [other, others] of all.slice(k + 1)) {
      const met = one.met.get(other);
      if (met === undefined || frame - met.last > DOUBT_FRAMES) continue;
      if (one.profile === undefined || other.profile === undefined) continue;
      const straight =
        likeness(its, one.profile) + likeness(others, other.profile);
      const crossed =
        likeness(its, other.profile) + likeness(others, one.profile);
      if (crossed > straight + CLEARLY) out.push([one, other]);
    }
  });
  return out;
}
