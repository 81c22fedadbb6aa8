import { gaussian } from "../../kernels/gaussian.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { FrameChanges } from "./frame-view.ts";

/** Smoothing (σ) of frame and background before their texture is compared, in pixels; set once, with no other value on record. */
const TEXTURE_SMOOTHING_PIXELS = 0.7;
/** Slope of the background's brightness, per pixel, that is as weak as noise. */
const WEAK = 0.012;
/** Change around a place from which something lies over the background there. */
const COVERING_CHANGE = 0.5;

/** How far a background shows through what lies over it. */
export interface Through {
  /** `[1, h, w]` −1 to 1: how alike the slopes of frame and background are, times `telling`. */
  readonly through: Raster;
  /** `[1, h, w]` 0 to 1: how much that says: there is texture to be seen, and something lies over it. */
  readonly telling: Raster;
}

/**
 * Whether what lies over the background lets its texture through, as a shadow, a reflection and smoke do and a subject
 * does not: then the brightness of frame and background rises and falls in the same directions.
 */
export function textureThrough({ rgb, change, sure }: FrameChanges): Through {
  const { height, width } = rgb;
  const area = height * width;
  const front = raster(1, height, width);
  const back = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    const grey =
      (rgb.data[i]! + rgb.data[area + i]! + rgb.data[2 * area + i]!) / 3;
    front.data[i] = grey;
    back.data[i] = grey - change.data[2 * area + i]!;
  }
  const f = gaussian(front, TEXTURE_SMOOTHING_PIXELS).data;
  const b = gaussian(back, TEXTURE_SMOOTHING_PIXELS).data;
  const covered = gaussian(plane(change, 0), 1).data;
  const through = raster(1, height, width);
  const telling = raster(1, height, width);
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x;
      const fx = (f[i + 1]! - f[i - 1]!) / 2;
      const fy = (f[i + width]! - f[i - width]!) / 2;
      const bx = (b[i + 1]! - b[i - 1]!) / 2;
      const by = (b[i + width]! - b[i - width]!) / 2;
      const steepness = bx * bx + by * by;
      const tells =
        sure.data[i]! *
        (steepness / (steepness + WEAK * WEAK)) *
        Math.min(1, Math.max(0, covered[i]! / COVERING_CHANGE - 1));
      const alike =
        (fx * bx + fy * by) /
        (Math.sqrt(steepness * (fx * fx + fy * fy)) + 1e-4);
      telling.data[i] = tells;
      through.data[i] = tells * alike;
    }
  }
  return { through, telling };
}
