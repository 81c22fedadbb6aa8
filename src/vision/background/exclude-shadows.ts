import { luma } from "../image/colour.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { resizeLinear } from "../../kernels/resize.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** What the network attributes to a subject by more than this is that subject's effect. */
const ATTRIBUTED = 0.5;
/** A shadow takes at least this share of the light, and this much. */
const DIMMED_SHARE = 0.25;
/** Beside that share, values (0…1): less is noise even on dark ground; set once, with no other value on record. */
const LEAST_DIMMED_LIGHT = 0.01;
/** What misregistration dims here it brightens beside it. */
const DIMMING_SMOOTHING_PIXELS = 2;

/**
 * Where a frame shows background without any subject's shadow on it: what is dimmed and attributed to one is left out. Other
 * effects vary with what lies beneath them, so that their near samples are still the best guess.
 *
 * @param visible    `[1, h, w]`: where it shows background
 * @param frame      `[3, h, w]`
 * @param background `[3, h, w]` as the canvases know it
 * @param support    `[N, h′, w′]` of the subjects at any size, as the network attributes it
 */
export function excludeShadows(
  visible: Raster,
  frame: Raster,
  background: Raster,
  support: Raster,
): Raster {
  const { height, width } = visible;
  const seen = gaussian(luma(frame), DIMMING_SMOOTHING_PIXELS).data;
  const known = gaussian(luma(background), DIMMING_SMOOTHING_PIXELS).data;
  const attributed = resizeLinear(support, height, width).data;
  const out = raster(1, height, width, visible.data.slice());
  for (let k = 0; k < attributed.length; k++) {
    const i = k % out.data.length;
    const dimmed = known[i]! - seen[i]!;
    if (
      attributed[k]! > ATTRIBUTED &&
      dimmed > DIMMED_SHARE * known[i]! + LEAST_DIMMED_LIGHT
    )
      out.data[i] = 0;
  }
  return out;
}
