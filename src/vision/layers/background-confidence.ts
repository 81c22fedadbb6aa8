import type { Raster } from "../../kernels/raster.ts";
import { type Codes, largestCode } from "../../kernels/codes.ts";
import type { Size } from "../../units/size.ts";

/** Frames that must have shown a place for it to be held for certain: as many as its pixel is filled from. */
const CERTAIN_FRAMES = 6;
/** A layer lies over a pixel from this alpha on, of 1: fainter ones leave it as good as the clip's own. */
const LEAST_ALPHA = 2.5 / 255;

/** What beneath the subjects was found in near frames. */
export interface FilledBeneath {
  /** Indices of the clip's pixels. */
  readonly region: Int32Array;
  /** Per pixel of the region, how many frames it was taken from. */
  readonly counts: Uint8Array;
}

/**
 * How far a frame's background is something that the clip shows: 1 where no layer lies over it, for there it is the frame's own; else
 * `min(1, n/6)` for a place that `n` of the frames looked at show, and so 0 where no frame does and it was invented.
 *
 * @param count  `[1, h, w]` at working size: frames of a canvas that show the place
 * @param layers bottom to top, `[H, W, 4]` each at the clip's own size
 * @param filled what was taken from near frames instead
 * @returns      `[h, w]`, 0…255
 */
export function backgroundConfidence(
  count: Raster,
  layers: readonly Codes[],
  filled: FilledBeneath | undefined,
  clip: Size,
): Uint8Array {
  const { width, height } = count;
  const shown = Float32Array.from(count.data);
  if (filled !== undefined) {
    const { region, counts } = filled;
    for (let k = 0; k < region.length; k++) {
      const x = region[k]! % clip.width;
      const y = (region[k]! - x) / clip.width;
      const at =
        Math.floor((y * height) / clip.height) * width +
        Math.floor((x * width) / clip.width);
      shown[at] = Math.max(shown[at]!, counts[k]!);
    }
  }
  const confidence = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * clip.height) / height) * clip.width;
    for (let x = 0; x < width; x++, i++) {
      const pixel = row + Math.floor(((x + 0.5) * clip.width) / width);
      const isOwn = layers.every(
        (codes) => codes[4 * pixel + 3]! < LEAST_ALPHA * largestCode(codes),
      );
      const share = isOwn ? 1 : Math.min(1, shown[i]! / CERTAIN_FRAMES);
      confidence[i] = Math.round(255 * share);
    }
  }
  return confidence;
}
