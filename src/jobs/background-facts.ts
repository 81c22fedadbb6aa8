/** File of the background stage's findings. */
export const backgroundFactsName = "background.json";

/** How well the background explains the clip. */
export interface BackgroundFacts {
  /** Mean `min(|I − B|, 0.1)` far from the subjects over all frames; null when nothing is far. */
  readonly farResidual: number | null;
}
