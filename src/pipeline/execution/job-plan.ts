import type { StageFolders } from "./artifacts.ts";
import type { ClipDescriptor } from "../../media/clip.ts";
import type { MaskDescriptor } from "../../media/mask.ts";
import type { Size } from "../../units/size.ts";

/** What every worker must know of a job, as plain JSON. */
export interface JobPlan {
  readonly clip: ClipDescriptor;
  readonly masks: readonly MaskDescriptor[];
  /** Size at which the clip is analysed; pixels are finished at the clip's own size. */
  readonly working: Size;
  /** Size of the network's grid. */
  readonly grid: Size;
  /** Where intermediate results lie. */
  readonly folders: StageFolders;
  /**
   * Patterns of finished layers' frames, bottom to top, with one printf number each. Where they are there a frame of the clip is what
   * they compose to, which is the same, and the clip itself may be gone.
   */
  readonly layers?: readonly string[];
}

/** Longer side of the pictures that are analysed: the studies behind the constants were made at this scale. */
const WORKING_SIDE = 480;
/** Working pixels to a side of a cell of the network's grid: the study's 448×256 gave its 112×64. */
const GRID_STEP_PIXELS = 4;

/** Size at which a clip is analysed: its own, or shrunk to 480 pixels on the longer side. */
export function workingSize(clip: Size): Size {
  const scale = Math.min(1, WORKING_SIDE / Math.max(clip.width, clip.height));
  return {
    width: Math.max(1, Math.round(clip.width * scale)),
    height: Math.max(1, Math.round(clip.height * scale)),
  };
}

/** The network sees one pixel for each 4×4 of the working picture. */
export const gridSize = (working: Size): Size => ({
  width: Math.max(8, Math.ceil(working.width / GRID_STEP_PIXELS)),
  height: Math.max(8, Math.ceil(working.height / GRID_STEP_PIXELS)),
});
