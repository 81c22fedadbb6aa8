import type { Homography } from "../../kernels/homography.ts";
import type { Raster } from "../../kernels/raster.ts";

/** Points as x, y, x, y … in pixels. */
export type Points = Float32Array;

/**
 * The classic computer-vision operations that a library does better than we would; `openCvLibrary` is the one that runs.
 * Grey pictures are `[1, H, W]`.
 */
export interface VisionLibrary {
  /**
   * Corners worth tracking (Shi and Tomasi, "Good features to track", 1994), strongest first.
   *
   * @param allowed `[1, H, W]`, corners lie where it is > 0.5
   */
  corners(grey: Raster, allowed: Raster, limit: number): Points;

  /** RANSAC homography that takes `from` to `to`; undefined when there is none. */
  homography(
    from: Points,
    to: Points,
    tolerance: number,
  ): { readonly map: Homography; readonly inliers: number } | undefined;

  /** Dense flow (Farnebäck, 2003): `[2, H, W]` in pixels; p in `from` is p + flow(p) in `to`. */
  denseFlow(from: Raster, to: Raster): Raster;

  /** Euclidean distance in pixels from each pixel to the nearest one where `mask` > 0.5; `[1, H, W]`, 0 inside. */
  distance(mask: Raster): Raster;

  /**
   * Fills the hole from its rim (Telea, "An image inpainting technique based on the fast marching method", 2004).
   *
   * @param picture `[3, H, W]`
   * @param hole    `[1, H, W]`, filled where > 0.5
   */
  inpaint(picture: Raster, hole: Raster): Raster;
}
