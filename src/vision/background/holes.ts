import { dilate } from "../../kernels/morphology.ts";
import { raster } from "../../kernels/raster.ts";
import { distanceToMask } from "../../kernels/distance-transform.ts";

/** Pixels that no frame shows and that lie near to one another. */
export interface Hole {
  readonly pixels: Int32Array;
  /** Largest distance to its rim, pixels. */
  readonly radius: number;
  readonly left: number;
  readonly top: number;
  /** Exclusive. */
  readonly right: number;
  readonly bottom: number;
}

/**
 * The parts of a set of pixels, the largest first. Pixels belong together across gaps.
 *
 * @param set `[H, W]`, 1 or 0
 * @param gap half the width of gaps, pixels
 */
export function connectedHoles(
  set: Uint8Array,
  height: number,
  width: number,
  gap: number,
): Hole[] {
  const distance = new Float32Array(set.length);
  const outside = Float32Array.from(set, (inside) => 1 - inside);
  distanceToMask(outside, 0.5, height, width, distance);
  const plane = raster(1, height, width);
  plane.data.set(set);
  const near = gap === 0 ? plane.data : dilate(plane, gap).data;
  const seen = new Uint8Array(set.length);
  const stack = new Int32Array(set.length);
  const holes: Hole[] = [];
  for (let start = 0; start < set.length; start++) {
    if (set[start] === 0 || seen[start] === 1) continue;
    const pixels: number[] = [];
    let count = 0;
    stack[count++] = start;
    seen[start] = 1;
    let radius = 0;
    let left = width;
    let top = height;
    let right = 0;
    let bottom = 0;
    for (let k = 0; k < count; k++) {
      const i = stack[k]!;
      const x = i % width;
      const y = (i - x) / width;
      if (set[i] === 1) {
        pixels.push(i);
        radius = Math.max(radius, distance[i]!);
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x + 1);
        bottom = Math.max(bottom, y + 1);
      }
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const j = v * width + u;
          if (near[j] === 0 || seen[j] === 1) continue;
          seen[j] = 1;
          stack[count++] = j;
        }
    }
    holes.push({
      pixels: Int32Array.from(pixels),
      radius,
      left,
      top,
      right,
      bottom,
    });
  }
  return holes.sort((a, b) => b.pixels.length - a.pixels.length);
}
