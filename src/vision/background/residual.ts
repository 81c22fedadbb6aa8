import { dilate } from "../../kernels/morphology.ts";
import type { Raster } from "../../kernels/raster.ts";
import { unexplainedBy } from "../../kernels/residual.ts";

const FORGIVEN = {
  /** Share of the background's range within 3×3 pixels that is forgiven; from the study before the engine. */
  share: 0.5,
  /** Values (0…1) that noise and compression may change; from the study before the engine. */
  floor: 0.012,
} as const;

/**
 * What the background does not explain, with tolerance: half the background's local range (3×3) forgives small
 * misregistration, its spread over time forgives what moves by itself, and barely revealed background proves nothing.
 *
 * `E = mean_c max(|I − clip(I, B − ½(B−erode B), B + ½(dilate B−B))| − 0.012 − s, 0) · clip((count−1)/4, 0, 1)`
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param spread     `[1, H, W]`
 * @param count      `[1, H, W]`
 * @returns          `[1, H, W]` ≥ 0
 */
export function tolerantResidual(
  frame: Raster,
  background: Raster,
  spread: Raster,
  count: Raster,
): Raster {
  return unexplainedBy(frame, background, spread, count, FORGIVEN);
}

/**
 * How well the background fits where no effect is expected: mean `min(|I − B|, 0.1)` farther than 20 pixels from the
 * masks.
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param subjects   `[1, H, W]` union of the masks
 * @param count      `[1, H, W]`
 * @returns          undefined when nothing is that far
 */
export function farResidual(
  frame: Raster,
  background: Raster,
  subjects: Raster,
  count: Raster,
): number | undefined {
  const area = frame.height * frame.width;
  const near = dilate(subjects, 20);
  let sum = 0;
  let pixels = 0;
  for (let i = 0; i < area; i++) {
    if (near.data[i]! > 0.05 || count.data[i]! <= 2) continue;
    let difference = 0;
    for (let c = 0; c < 3; c++) {
      difference += Math.abs(
        frame.data[c * area + i]! - background.data[c * area + i]!,
      );
    }
    sum += Math.min(0.1, difference / 3);
    pixels++;
  }
  return pixels === 0 ? undefined : sum / pixels;
}
