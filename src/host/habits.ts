/** What is known of how this version of the editing program behaves, from a check of it; see `checkProgram`. */
export interface HostHabits {
  /** The number that stands for the blend mode Normal. */
  readonly normalBlendMode?: number | undefined;
  /** Whether tracks can be added where they are asked for; where not, free ones and those on top are used. */
  readonly addsTracks?: boolean | undefined;
  /** What In and Out points of clips are counted from: the beginning of their source, or timecode 0. */
  readonly inPointsFrom?: "source" | "timecode" | undefined;
  /** Whether numbered stills come in whole; where not, movies are imported instead if there are some. */
  readonly importsStills?: boolean | undefined;
}
