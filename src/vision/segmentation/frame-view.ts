import type { Raster } from "../../kernels/raster.ts";

/** How pixels move: `[2, H, W]` pixels, x then y. */
export type Flow = Raster;

/** A frame at half size, enough to find subjects in. */
export interface FrameChanges {
  /** `[3, h, w]` */
  readonly rgb: Raster;
  /** `[5, h, w]`: how it differs from what the other frames show in its place, as `changeFrom` says. */
  readonly change: Raster;
  /** `[1, h, w]` 0 to 1: how surely that is background, and no subject that stays where it is. */
  readonly sure: Raster;
}

/** What is known of a frame before anybody has said where the subject is. */
export interface FrameView {
  /** `[3, H, W]` */
  readonly rgb: Raster;
  /** `[5, H/2, W/2]`, as in `Glance`. */
  readonly change: Raster;
  /** `[2, H/2, W/2]`: how the frame moves to a neighbour beyond the camera's motion, in pixels of the frame. */
  readonly motion: Flow;
}
