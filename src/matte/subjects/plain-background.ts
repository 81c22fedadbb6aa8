import type { CanvasPlan } from "../background/canvas.ts";
import { fuseSamples, type Fused } from "../background/fuse.ts";
import { compose, type Homography } from "../image/homography.ts";
import { homographyField, sampleLinear } from "../image/sampling.ts";
import { raster, type Raster } from "../raster.ts";

/** Colours that differ by this much may be the same background, seen in frames that are registered without masks. */
const AGREEMENT = 0.03;

/**
 * Fuses a canvas of frames of which nobody knows yet what is subject: the mode of the samples is what most frames show.
 *
 * @param frames       `[3, H, W]`, in the order of `plan.samples`
 * @param firstToFrame likewise
 */
export function fusePlainCanvas(
  plan: CanvasPlan,
  frames: readonly Raster[],
  firstToFrame: readonly Homography[],
): Fused {
  const { height, width } = plan;
  const colours: Raster[] = [];
  const weights: Raster[] = [];
  frames.forEach((frame, k) => {
    const field = homographyField(
      compose(firstToFrame[k]!, plan.canvasToFirst),
      height,
      width,
    );
    colours.push(sampleLinear(frame, field));
    const seen = raster(1, height, width);
    for (let i = 0; i < seen.data.length; i++) {
      const x = field.x[i]!;
      const y = field.y[i]!;
      seen.data[i] =
        x >= 0 && y >= 0 && x <= frame.width - 1 && y <= frame.height - 1
          ? 1
          : 0;
    }
    weights.push(seen);
  });
  return fuseSamples({ height, width, colours, weights }, AGREEMENT);
}
