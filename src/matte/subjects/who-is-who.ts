import { likeness, type ColourProfile } from "./colour-profile.ts";

/** One that may have been mistaken for another since they met. */
export interface Known {
  /** Its colours while nobody was near. */
  readonly profile: ColourProfile | undefined;
  /** The frame in which it last shared a detection with each other one. */
  readonly met: ReadonlyMap<Known, number>;
}

/** Frames after a meeting in which who is who is looked at again. */
const DOUBT = 12;
/** By how much better exchanged colours must fit. */
const CLEARLY = 0.08;

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
      if (met === undefined || frame - met > DOUBT) continue;
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
