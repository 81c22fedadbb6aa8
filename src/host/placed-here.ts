import type { LiftNote } from "./lower-tracks.ts";

/**
 * What a host remembers of the runs that it has placed itself, by the ids of their bins, as long as it is open: for versions that
 * keep neither names of tracks nor notes in sequences, where nothing else tells of it.
 */
export interface PlacedHere {
  /** Those whose tracks were all made for them. */
  readonly ownTracks: Set<string>;
  /** What was lifted for them. */
  readonly lifts: Map<string, LiftNote>;
}

/** Of nothing yet. */
export const nothingPlaced = (): PlacedHere => ({
  ownTracks: new Set(),
  lifts: new Map(),
});
