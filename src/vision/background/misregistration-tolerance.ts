import { localRange } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { movedBackground } from "./moved-background.ts";

/** Far residual of a background that fits to its noise, and of one that is off by pixels. */
const GOOD_FAR_RESIDUAL = 0.006;
/** Values (0…1); with it drift-straight and car-shadow no longer carry grandstand and facade, and the synthetic clips stay untouched. */
const BAD_FAR_RESIDUAL = 0.014;
/** How far, in working-size pixels, a badly registered background may be off. */
const MISREGISTRATION_PIXELS = 3;

/** The spread of what the background moved aside explains, times its difference: nothing of it stands out then. */
const MOVED_TOLERANCE = 4;

/**
 * Adds to the spread what misregistration alone can change: where the frame's far residual says that the background is
 * off by some pixels (depth, a rolling shutter, motion blur), an edge may be off by half the range of its surroundings,
 * and what a displacement explains is forgiven wholly, while flat ground, on which shadows are seen, keeps its tolerance.
 *
 * @param spread      `[1, H, W]`
 * @param background  `[3, H, W]`
 * @param frame       `[3, H, W]`
 * @param visible     `[1, H, W]`, 1 where the frame shows background
 * @param farResidual see `farResidual`; undefined when it is not known
 * @returns           `[1, H, W]`
 */
export function widenSpread(
  spread: Raster,
  background: Raster,
  frame: Raster,
  visible: Raster,
  farResidual: number | undefined,
): Raster {
  const misregistration = Math.min(
    1,
    ((farResidual ?? 0) - GOOD_FAR_RESIDUAL) /
      (BAD_FAR_RESIDUAL - GOOD_FAR_RESIDUAL),
  );
  if (misregistration <= 0) return spread;
  const { height, width } = spread;
  const range = localRange(background, MISREGISTRATION_PIXELS).data;
  const moved = movedBackground(frame, background, visible).data;
  const out = raster(1, height, width);
  const area = height * width;
  for (let i = 0; i < area; i++) {
    let difference = 0;
    for (let at = i; at < 3 * area; at += area)
      difference = Math.max(
        difference,
        Math.abs(frame.data[at]! - background.data[at]!),
      );
    out.data[i] =
      spread.data[i]! +
      misregistration *
        (0.5 * range[i]! + MOVED_TOLERANCE * moved[i]! * difference);
  }
  return out;
}
