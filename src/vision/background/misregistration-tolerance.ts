import { localRange } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { clampToUnit } from "../image/clamp.ts";

/** Far residual of a background that fits to its noise, and of one that is off by pixels. */
const GOOD_FAR_RESIDUAL = 0.006;
/** Values (0…1); with it drift-straight and car-shadow no longer carry grandstand and facade, and the synthetic clips stay untouched. */
const BAD_FAR_RESIDUAL = 0.014;
/** How far, in working-size pixels, a badly registered background may be off. */
const MISREGISTRATION_PIXELS = 3;

/**
 * Adds to the spread what misregistration alone can change: where the frame's far residual says that the background is
 * off by some pixels (depth, a rolling shutter, motion blur), an edge may be off by half the range of its surroundings,
 * while flat ground, on which shadows are seen, keeps its tolerance.
 *
 * @param spread      `[1, H, W]`
 * @param background  `[3, H, W]`
 * @param farResidual see `farResidual`; undefined when it is not known
 * @returns           `[1, H, W]`
 */
export function widenSpread(
  spread: Raster,
  background: Raster,
  farResidual: number | undefined,
): Raster {
  const misregistration = misregistrationOf(farResidual);
  if (misregistration === 0) return spread;
  const { height, width } = spread;
  const range = localRange(background, MISREGISTRATION_PIXELS).data;
  const out = raster(1, height, width);
  for (let i = 0; i < range.length; i++)
    out.data[i] = spread.data[i]! + 0.5 * misregistration * range[i]!;
  return out;
}

/** How certain it is that a background is off by pixels, 0…1. */
export const misregistrationOf = (farResidual: number | undefined): number =>
  clampToUnit(
    ((farResidual ?? 0) - GOOD_FAR_RESIDUAL) /
      (BAD_FAR_RESIDUAL - GOOD_FAR_RESIDUAL),
  );
