import type { Raster } from "../raster.ts";

/** How pixels move: `[2, H, W]` pixels, x then y. */
export type Flow = Raster;

/** What is known of a frame before anybody has said where the subject is. */
export interface FrameAnalysis {
  /** `[3, H, W]` */
  readonly rgb: Raster;
  /** `[3, H, W]`: what the other frames show in this place. */
  readonly background: Raster;
  /** `[1, H, W]`: by how much that varies over time. */
  readonly spread: Raster;
  /** `[1, H, W]`: frames that show it. */
  readonly count: Raster;
}

/** The same with how the frame moves to a neighbour beyond the camera's motion, at half size, in pixels of the frame. */
export interface FrameView extends FrameAnalysis {
  readonly motion: Flow;
}
