import { apply, type Homography } from "../../kernels/homography.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { Size } from "../../units/size.ts";

/** A stroke of the correction brush as it lies in one frame; plain JSON. */
export interface FrameStroke {
  readonly kind: "layer" | "background" | "clean";
  /** The layer that it gives pixels to, bottom to top from 0; undefined for the nearest. */
  readonly subject: number | undefined;
  /** Whether it was painted in this very frame, and not carried to it. */
  readonly isPainted: boolean;
  /** Of the brush, in the pixels of the size that the stroke is given for. */
  readonly radius: number;
  /** The brush's way in this frame. */
  readonly points: readonly (readonly [number, number])[];
  /** Where it would lie in a few other frames, as far as it moves against the background: there that can be seen. */
  readonly elsewhere: readonly {
    /** 0-based. */
    readonly frame: number;
    readonly points: readonly (readonly [number, number])[];
  }[];
}

/**
 * A stroke's way in another frame.
 *
 * @param points a pixel reaches from 0 to 1
 * @param map    from the frame that it was painted in, in the same pixels, whose centres are whole numbers
 */
export const carryPoints = (
  points: FrameStroke["points"],
  map: Homography,
): FrameStroke["points"] =>
  points.map(([x, y]) => {
    const [u, v] = apply(map, x - 0.5, y - 0.5);
    return [u + 0.5, v + 0.5];
  });

/** How wide a stroke's rim fades, in pixels. */
const RIM_PIXELS = 1;

/**
 * Where a stroke lies: 1 within its radius of the way, fading to 0 over a pixel at the rim.
 *
 * @param from size that the stroke's points and radius are given for
 * @param size of the picture
 * @returns    `[1, H, W]`
 */
export function strokeArea(
  stroke: Pick<FrameStroke, "points" | "radius">,
  from: Size,
  size: Size,
): Raster {
  const { width, height } = size;
  const out = raster(1, height, width);
  const across = width / from.width;
  const down = height / from.height;
  const points = stroke.points.map(([x, y]) => [x * across, y * down] as const);
  // At working size a thin stroke of a large clip still covers the pixels that it passes.
  const radius = Math.max(0.75, stroke.radius * Math.sqrt(across * down));
  points.forEach((point, i) => {
    drawSegment(out, points[Math.max(0, i - 1)]!, point, radius);
  });
  return out;
}

type Point = readonly [number, number];

/** Draws the brush's way from one point to the next, in place. */
function drawSegment(
  { data, width, height }: Raster,
  a: Point,
  b: Point,
  radius: number,
): void {
  const reach = radius + RIM_PIXELS;
  const clip = (value: number, most: number): number =>
    Math.max(0, Math.min(most, value));
  const left = clip(Math.floor(Math.min(a[0], b[0]) - reach), width);
  const right = clip(Math.ceil(Math.max(a[0], b[0]) + reach), width);
  const top = clip(Math.floor(Math.min(a[1], b[1]) - reach), height);
  const bottom = clip(Math.ceil(Math.max(a[1], b[1]) + reach), height);
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const length = dx * dx + dy * dy;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const px = x + 0.5 - a[0];
      const py = y + 0.5 - a[1];
      const along = length === 0 ? 0 : (px * dx + py * dy) / length;
      const t = clip(along, 1);
      const distance = Math.hypot(px - t * dx, py - t * dy);
      const value = clip((radius + 0.5 - distance) / RIM_PIXELS, 1);
      const at = y * width + x;
      if (value > data[at]!) data[at] = value;
    }
  }
}
