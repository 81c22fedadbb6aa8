import type { Raster } from "../../kernels/raster.ts";
import { cut, type Part } from "../image/rect.ts";
import type { Size } from "../../units/size.ts";
import type { ReadStroke } from "./correct-evidence.ts";
import { strokeArea } from "./stroke.ts";

/** Alpha that makes a layer the one that explains a pixel, and shows nothing by itself: less than one step of 255. */
const OWNS = 0.5 / 255;

/** What is clamped: solved layers of a part of a frame, in the clip's own pixels. */
export interface ClampedLayers {
  /** `[N, h, w]` */
  readonly alphas: Raster;
  /** `[3, h, w]` */
  readonly background: Raster;
  /** `[N, h, w]` the subjects without their effects, of which the layers' parts are made. */
  readonly objects: Raster;
  /** Likewise; `[N, h, w]`. */
  readonly effects: { readonly oneColour: Raster };
}

/**
 * Clamps solved layers, in place, where strokes say for certain whose a pixel is. No layer has alpha on what belongs to the
 * background. What belongs to a layer is the own one's alone, be it however faint, and all of it where it is the subject itself; what
 * was carried to a frame is a guess, and the solved layers know better.
 *
 * @param estimate `[3, h, w]` the background as it was estimated, and cleaned
 * @param strokes  in the order in which they were painted
 * @param clip     the clip's size, for which strokes are given
 */
export function clampLayers(
  { alphas, background, objects, effects }: ClampedLayers,
  estimate: Raster,
  strokes: readonly ReadStroke[],
  part: Part,
  clip: Size,
): void {
  const { channels, height, width } = alphas;
  const area = height * width;
  for (const { stroke, subject, isSubject } of strokes) {
    const isBackground = stroke.kind === "background";
    if (!stroke.isPainted && !isBackground) continue;
    const where = cut(strokeArea(stroke, clip, clip), part).data;
    for (let i = 0; i < area; i++) {
      const share = where[i]!;
      if (share === 0) continue;
      for (let k = 0, at = i; k < channels; k++, at += area) {
        if (isBackground || k !== subject) {
          for (const each of [alphas, objects, effects.oneColour])
            each.data[at]! *= 1 - share;
          continue;
        }
        const part = isSubject ? objects : effects.oneColour;
        const least = isSubject ? share : OWNS * share;
        for (const each of [alphas, part])
          each.data[at] = Math.max(each.data[at]!, least);
      }
      if (isBackground) continue;
      for (let at = i; at < 3 * area; at += area)
        background.data[at]! +=
          share * (estimate.data[at]! - background.data[at]!);
    }
  }
}
