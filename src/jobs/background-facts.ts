import type { Point } from "../matte/background/subject-path.ts";
import type { TrailEffectColours } from "../matte/background/trail-colours.ts";

/** File of the background stage's findings. */
export const backgroundFactsName = "background.json";

/** How well the background explains the clip. */
export interface BackgroundFacts {
  /** Mean `min(|I − B|, 0.1)` far from the subjects over all frames; null when nothing is far. */
  readonly farResidual: number | null;
  /** The dense trail that the only subject leaves behind, if there is one. */
  readonly trail: TrailFacts | null;
}

/** What later stages need to know of a trail. */
interface TrailFacts {
  readonly colours: TrailEffectColours;
  /** Unit vector of the subject's mean motion, away from the trail. */
  readonly direction: Point;
}
