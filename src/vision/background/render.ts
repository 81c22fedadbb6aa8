import { luma } from "../image/colour.ts";
import {
  compose,
  identity,
  invert,
  type Homography,
} from "../../kernels/homography.ts";
import {
  sampleCubic,
  sampleLinear,
  sampleNearest,
} from "../../kernels/warp.ts";
import { localMotion } from "../motion/local-motion.ts";
import { addExposed, addShare, clipToUnit } from "../../kernels/blend.ts";
import { scoped } from "../../kernels/memory.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";
import { backgroundArea, exposureGain, type CanvasPlan } from "./canvas.ts";
import { fieldOnCanvas, type CanvasDepth } from "./depth.ts";
import type { FusedSamples } from "./mode-fusion.ts";
import { fitShading } from "./shading.ts";

/** Corners of a frame by which its homography to a canvas is refined; set once, with no other value on record. */
const FIT_CORNERS = 300;

/** A canvas with its plan. */
export interface Canvas {
  readonly plan: CanvasPlan;
  readonly fused: FusedSamples;
  /** Of a clip that one plane does not explain. */
  readonly depth?: CanvasDepth | undefined;
}

/** The background as frame t would show it. */
export interface RenderedBackground {
  /** `[3, H, W]` */
  readonly colour: Raster;
  /** `[1, H, W]`: root mean square deviation of the agreeing samples. */
  readonly spread: Raster;
  /** `[1, H, W]`: samples that showed this background; fractional between canvases. */
  readonly count: Raster;
}

/**
 * Renders the background of one frame from the canvases before and after it: warped, matched in exposure, blended in
 * time, moved by one homography that fits it to the frame outside the subjects, and shaded like the frame. It is
 * deliberately not aligned to the frame by a dense flow: the edge of a shadow would drive such a flow and drag the
 * background into the shadow.
 *
 * @param frame        `[3, H, W]`
 * @param subjects     `[1, H, W]` union of the masks
 * @param firstToFrame map of this frame
 * @param vision       finds the homography that fits the background to the frame; without it that step is left out, which
 *                     halves the time and is good enough to find subjects
 */
export function renderBackground(
  frameIndex: number,
  frame: Raster,
  subjects: Raster,
  firstToFrame: Homography,
  canvases: readonly Canvas[],
  vision: VisionLibrary | undefined,
): RenderedBackground {
  const visible = backgroundArea(subjects);
  const shown = neighbours(frameIndex, canvases);
  const expected = invert(firstToFrame);
  const rendered = blendCanvases(frameIndex, frame, visible, expected, shown);
  const fit = vision && fitToFrame(frame, visible, rendered, vision);
  const better =
    fit === undefined
      ? undefined
      : blendCanvases(
          frameIndex,
          frame,
          visible,
          compose(expected, fit),
          shown,
        );
  const background =
    better !== undefined &&
    visibleError(frame, visible, better) <
      visibleError(frame, visible, rendered)
      ? better
      : rendered;
  const { colour, count } = background;
  fitShading(frame, colour, subjects, count);
  clipToUnit(colour);
  return background;
}

/** The canvases as one frame sees them, matched to it in exposure and blended by their shares in time. */
function blendCanvases(
  frameIndex: number,
  frame: Raster,
  visible: Raster,
  frameToFirst: Homography,
  shown: readonly { canvas: Canvas; share: number }[],
): RenderedBackground {
  const { height, width } = frame;
  const colour = raster(3, height, width);
  const spread = raster(1, height, width);
  const count = raster(1, height, width);
  const add = (canvas: Canvas, share: number): void => {
    const field = fieldOnCanvas(
      canvas.plan,
      canvas.depth,
      frameIndex,
      frameToFirst,
      frame,
    );
    const seen = sampleCubic(canvas.fused.colour, field);
    const samples = sampleNearest(canvas.fused.count, field, 0);
    const deviation = sampleLinear(canvas.fused.spread, field, 0.05);
    const gain = exposureGain(
      frame,
      seen,
      (i) => visible.data[i]! > 0 && samples.data[i]! > 2,
      0.8,
      1.25,
    );
    for (let c = 0; c < 3; c++)
      addExposed(plane(colour, c), plane(seen, c), share, gain[c]!, 0.05);
    addShare(spread, deviation, share);
    addShare(count, samples, share);
  };
  for (const { canvas, share } of shown) {
    scoped(() => {
      add(canvas, share);
    });
  }
  return { colour, spread, count };
}

/** The homography from the frame to the rendered background, where enough corners outside the subjects agree on one. */
function fitToFrame(
  frame: Raster,
  visible: Raster,
  rendered: RenderedBackground,
  vision: VisionLibrary,
): Homography | undefined {
  const grey = luma(frame);
  const points = vision.corners(grey, visible, FIT_CORNERS);
  const weights = new Float64Array(points.length / 2).fill(1);
  const known = raster(1, frame.height, frame.width);
  for (let i = 0; i < known.data.length; i++) {
    known.data[i] = rendered.count.data[i]! > 0 ? visible.data[i]! : 0;
  }
  return localMotion(
    grey,
    luma(rendered.colour),
    known,
    { points, weights },
    identity,
  );
}

/** Mean absolute difference where the frame shows background that is known. */
function visibleError(
  frame: Raster,
  visible: Raster,
  { colour, count }: RenderedBackground,
): number {
  const area = frame.height * frame.width;
  let sum = 0;
  let pixels = 0;
  for (let i = 0; i < area; i++) {
    if (visible.data[i] === 0 || count.data[i] === 0) continue;
    for (let at = i; at < 3 * area; at += area) {
      sum += Math.abs(frame.data[at]! - colour.data[at]!);
    }
    pixels++;
  }
  return sum / Math.max(1, pixels);
}

/** The canvases whose key frames enclose a frame, with their shares in time. */
export function neighbours<C extends { readonly plan: CanvasPlan }>(
  frameIndex: number,
  canvases: readonly C[],
): { canvas: C; share: number }[] {
  let before = 0;
  while (
    before + 1 < canvases.length &&
    canvases[before + 1]!.plan.keyframe <= frameIndex
  )
    before++;
  const after = Math.min(before + 1, canvases.length - 1);
  const a = canvases[before]!;
  const b = canvases[after]!;
  const gap = b.plan.keyframe - a.plan.keyframe;
  const share =
    gap === 0
      ? 0
      : Math.min(1, Math.max(0, (frameIndex - a.plan.keyframe) / gap));
  return [
    { canvas: a, share: 1 - share },
    { canvas: b, share },
  ].filter((entry) => entry.share > 1e-3);
}
