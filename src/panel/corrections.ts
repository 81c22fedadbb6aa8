import type { Correction } from "../document/corrections-document.ts";
import type { History } from "./history.ts";
import type { Problem } from "./problem.ts";

/** What the correction brush does, as it was set last. */
export interface CorrectionBrush {
  readonly kind: Correction["kind"];
  /** In pixels of the clip. */
  readonly radius: number;
  readonly carried: Correction["carried"];
}

/** A finished job's layers as they are being corrected. */
export interface Corrections {
  readonly jobId: string;
  /** In the order in which they were painted. */
  readonly strokes: readonly Correction[];
  readonly history: History<readonly Correction[]>;
  readonly brush: CorrectionBrush;
  /** Whether one paints in the viewer. */
  readonly isPainting: boolean;
  /** The stroke whose frames are shown and changed. */
  readonly chosen?: string | undefined;
  /** Frames whose pictures do not show the strokes yet; undefined while nobody knows. */
  readonly left?: number | undefined;
  /** How often each frame was composed anew, by its number. */
  readonly versions: ReadonlyMap<number, number>;
  /** Why the layers cannot be corrected, or the last stroke could not be shown. */
  readonly problem?: Problem | undefined;
}
