import { raster, type Raster } from "../../kernels/raster.ts";

/**
 * Smallest alpha for which some layer colour in [0, 1] explains the frame over the background:
 * `α_min = max_c ( (B−I)/B where I < B, (I−B)/(1−B) where I > B )`.
 *
 * @param frame      `[3, H, W]` straight RGB
 * @param background `[3, H, W]` straight RGB, registered to `frame`
 * @returns          `[1, H, W]`
 */
export function smallestAlpha(frame: Raster, background: Raster): Raster {
  const area = frame.height * frame.width;
  const out = raster(1, frame.height, frame.width);
  for (let i = 0; i < area; i++) {
    let least = 0;
    for (let at = i; at < 3 * area; at += area) {
      least = Math.max(
        least,
        channelBound(frame.data[at]!, background.data[at]!),
      );
    }
    out.data[i] = Math.min(1, least);
  }
  return out;
}

function channelBound(value: number, background: number): number {
  return value < background
    ? (background - value) / Math.max(background, 1e-3)
    : (value - background) / Math.max(1 - background, 1e-3);
}
