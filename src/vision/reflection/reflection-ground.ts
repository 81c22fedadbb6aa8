import type { Raster } from "../../kernels/raster.ts";

/** What a mirror image is looked for in: the background and what has changed it. */
export interface ReflectingGround {
  readonly height: number;
  readonly width: number;
  /** `[height, width, 8]`: background RGB, weight (0 at and next to subjects, else 1), frame − background RGB, 0. */
  readonly pixels: Float32Array;
}

/** Alpha of other layers (0…1) from which the ground shows no reflection; set once, with no other value on record. */
const OCCUPIED_ALPHA = 0.1;

/**
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param occupied   `[1, H, W]` largest of all masks and subjects' alphas
 */
export function reflectingGround(
  frame: Raster,
  background: Raster,
  occupied: Raster,
): ReflectingGround {
  const { height, width } = frame;
  const area = height * width;
  const pixels = new Float32Array(area * 8);
  for (let i = 0, to = 0; i < area; i++, to += 8) {
    pixels[to + 3] = 1;
    for (let c = 0; c < 3; c++) {
      const beneath = background.data[c * area + i]!;
      pixels[to + c] = beneath;
      pixels[to + 4 + c] = frame.data[c * area + i]! - beneath;
    }
  }
  for (let i = 0; i < area; i++) {
    if (occupied.data[i]! <= OCCUPIED_ALPHA) continue;
    const x = i % width;
    const y = (i - x) / width;
    for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++)
        pixels[8 * (v * width + u) + 3] = 0;
    }
  }
  return { height, width, pixels };
}
