import { cut, resizePart, type Part } from "./image/rect.ts";
import type { Raster } from "../kernels/raster.ts";

/** What is known of one frame before the network has been trained; all of one size, which may be a part of the frame. */
export interface FrameScene {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` background estimate. */
  readonly background: Raster;
  /** `[1, H, W]` spread of the background estimate. */
  readonly spread: Raster;
  /** `[N, H, W]` the rough masks. */
  readonly masks: Raster;
  /** Pixels per unit of length. */
  readonly unit: number;
}

/** What is known of one frame before its layers are solved. */
export interface FrameEvidence extends FrameScene {
  /** `[N, H, W]` what the network attributes to each subject. */
  readonly support: Raster;
}

/** A subject's mirror image in one frame; all of one size. */
export interface ReflectionImage {
  /** `[1, H, W]` of the image as a layer. */
  readonly alpha: Raster;
  /** `[1, H, W]` 1 where the image is all the effect there is. */
  readonly zone: Raster;
  /** `[3, H, W]` premultiplied colour of the mirrored subject before it fades. */
  readonly colour: Raster;
  /** `[1, H, W]` the mirrored subject's alpha before it fades. */
  readonly coverage: Raster;
  /** `[1, H, W]` how strongly the surface reflects. */
  readonly fade: Raster;
}

/** A part of a mirror image on a finer grid of `height` by `width`. */
export const resizeReflectionImage = (
  image: ReflectionImage,
  height: number,
  width: number,
  part: Part,
): ReflectionImage => ({
  alpha: resizePart(image.alpha, height, width, part),
  zone: resizePart(image.zone, height, width, part),
  colour: resizePart(image.colour, height, width, part),
  coverage: resizePart(image.coverage, height, width, part),
  fade: resizePart(image.fade, height, width, part),
});

/** A part of the evidence on its own grid. */
export const cutEvidence = (
  evidence: FrameEvidence,
  part: Part,
): FrameEvidence => ({
  frame: cut(evidence.frame, part),
  background: cut(evidence.background, part),
  spread: cut(evidence.spread, part),
  support: cut(evidence.support, part),
  masks: cut(evidence.masks, part),
  unit: evidence.unit,
});

/**
 * A part of the evidence on the clip's own grid.
 *
 * @param evidence   at working size
 * @param frame      `[3, …]`, the part of the picture
 * @param background `[3, H, W]`, the whole picture
 * @param unit       pixels of `frame` per unit of length
 */
export const finerEvidence = (
  evidence: FrameEvidence,
  frame: Raster,
  background: Raster,
  part: Part,
  unit: number,
): FrameEvidence => {
  const { height, width } = background;
  return {
    frame,
    background: cut(background, part),
    spread: resizePart(evidence.spread, height, width, part),
    support: resizePart(evidence.support, height, width, part),
    masks: resizePart(evidence.masks, height, width, part),
    unit,
  };
};
