import type { CanvasPlan } from "../background/canvas.ts";
import { fuseSamples, type FusedSamples } from "../background/mode-fusion.ts";
import { compose, type Homography } from "../../kernels/homography.ts";
import {
  homographyField,
  listCoordinates,
  sampleLinear,
} from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** Colours that differ by this much may be the same background, seen in frames that are registered without masks. */
const MASKLESS_AGREEMENT_SIGMA = 0.03;
/** What a sample is worth that moves as clearly as this: it may be all that is ever seen there. */
const MOVING_SHARE = 0.3;
/** That worth, beside 1, as for the sample nearest to a mask. */
const MOVING_SAMPLE_WEIGHT = 0.05;
/** Of a canvas' samples, what does not move counts this much, so that the count tells how sure the background is. */
const STILL_COUNT = 10;

/** How surely a place with this count is background, 0 to 1. */
export const sureness = (count: number): number =>
  Math.min(1, Math.max(0, (count - STILL_COUNT) / (2 * STILL_COUNT)));

/**
 * Fuses a canvas of frames of which nobody knows yet what is subject: the mode of the samples is what most frames show. What moves by itself
 * counts little, or a subject that stays in one place would be the background there.
 *
 * @param frames       `[3, H, W]`, in the order of `plan.samples`
 * @param moving       `[1, H, W]`, likewise
 * @param firstToFrame likewise
 */
export function fuseCanvasWithoutMasks(
  plan: CanvasPlan,
  frames: readonly Raster[],
  moving: readonly Raster[],
  firstToFrame: readonly Homography[],
): FusedSamples {
  const { height, width } = plan;
  const colours: Raster[] = [];
  const weights: Raster[] = [];
  frames.forEach((frame, k) => {
    const field = listCoordinates(
      homographyField(
        compose(firstToFrame[k]!, plan.canvasToFirst),
        height,
        width,
      ),
    );
    colours.push(sampleLinear(frame, field));
    const moves = sampleLinear(moving[k]!, field, 1).data;
    const seen = raster(1, height, width);
    for (let i = 0; i < seen.data.length; i++) {
      const x = field.x[i]!;
      const y = field.y[i]!;
      if (x < 0 || y < 0 || x > frame.width - 1 || y > frame.height - 1)
        continue;
      seen.data[i] = moves[i]! < MOVING_SHARE ? 1 : MOVING_SAMPLE_WEIGHT;
    }
    weights.push(seen);
  });
  const fused = fuseSamples(
    { height, width, colours, weights },
    MASKLESS_AGREEMENT_SIGMA,
  );
  for (const seen of weights) {
    for (let i = 0; i < seen.data.length; i++)
      if (seen.data[i] === 1) fused.count.data[i]! += STILL_COUNT - 1;
  }
  return fused;
}
