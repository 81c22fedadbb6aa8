import { factsFile } from "../execution/artifacts.ts";
import type { PathPoint } from "../../vision/smoke/subject-path.ts";
import type { SmokeEffectColours } from "../../vision/smoke/smoke-colours.ts";

/** How well the background explains the clip. */
export interface BackgroundFit {
  /** Mean `min(|I − B|, 0.1)` far from the subjects over all frames; null when nothing is far. */
  readonly farResidual: number | null;
  /** See `unrestDeviation`; of a canvas behind a trail it is not known. */
  readonly unrest: number;
  /** Of a clip with depth, which shares of corners one plane and the meshes explain. */
  readonly depth: DepthShares | null;
  /** The dense trail that the only subject leaves behind, if there is one. */
  readonly trail: SmokeFacts | null;
}

/** Shares of corners that were not fitted to and are where a motion says. */
export interface DepthShares {
  /** The camera's one homography. */
  readonly plane: number;
  /** The motion of their surroundings. */
  readonly mesh: number;
}

/** What the background stage leaves for later ones beside the pictures. */
export interface BackgroundFacts extends BackgroundFit {
  /** Per mask, how far its outline was moved outwards for the background and is to be for all that follows, in units. */
  readonly outlineMoves: readonly number[];
}

/** What later stages need to know of a trail. */
interface SmokeFacts {
  readonly colours: SmokeEffectColours;
  /** Unit vector of the subject's mean motion, away from the trail. */
  readonly direction: PathPoint;
}

/** Where the background stage leaves its findings. */
export const backgroundFacts = factsFile<BackgroundFacts>("background");
