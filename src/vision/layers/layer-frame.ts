import { planesOfBytes } from "../../kernels/bytes.ts";
import { scalePart, type Part } from "../image/rect.ts";
import { shrink } from "../../kernels/resize.ts";
import {
  analyseFrame,
  type FrameAnalysis,
  resizeAnalysis,
} from "./frame-analysis.ts";
import { finerEvidence, type FrameEvidence } from "../frame-evidence.ts";
import { reflectionImages } from "../reflection/reflection-images.ts";
import { type Apart, keepApart } from "./apart.ts";
import type { Codes } from "../../kernels/codes.ts";
import { quantiseLayers, type QuantisedLayers } from "./quantise-layers.ts";
import { planesOfCodes } from "./deep-codes.ts";
import { pixelUnit } from "../image/pixel-unit.ts";
import { distancesTo } from "../matting/subject-outline.ts";
import { solveLayers, type SoftLayers } from "./solve-layers.ts";
import { softParts } from "./soft-parts.ts";
import { matteSubjects } from "./subject-mattes.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { SubjectFit } from "./subject-fit.ts";

/** What the layers of a frame are found from. */
export interface LayerFrameInput {
  /** `[H, W, 3]` code values. */
  readonly bytes: Uint8Array;
  /** The same with 16 bits, of a clip that has more than 8; layers are made of these then. */
  readonly codes?: Uint16Array | undefined;
  /** `[3, H, W]` at the clip's own size; where a layer can have alpha. */
  readonly background: Raster;
  /** At working size. */
  readonly coarse: FrameEvidence;
  readonly subjects: readonly SubjectFit[];
  /** 0-based. */
  readonly frame: number;
  /** `[N, h, w]` of the masks at working size, as `distancesTo` finds them. */
  readonly distances?: Raster;
  /**
   * Changes the solved layers of a part of the frame, in place, before they are rounded; told the background's estimate there.
   */
  readonly clamp?: (soft: SoftLayers, estimate: Raster, part: Part) => void;
}

/**
 * The layers of a frame from its pictures; what varies slowly is worked out at working size, the rest only where a layer
 * can have alpha.
 */
export function layerFrame(input: LayerFrameInput): QuantisedLayers {
  const { part, soft } = solveFrame(input);
  const { bytes, background } = input;
  return quantiseLayers({
    frame: bytes,
    width: background.width,
    part,
    ...soft,
  });
}

/** Layers of a frame, and how they come apart. */
export interface LayersAndApart<
  C extends Codes = Uint8Array,
> extends QuantisedLayers<C> {
  /** Per subject its parts, bottom to top as `partKindsOf` names them. */
  readonly apart: Apart<C>;
}

/** The layers of a frame as `layerFrame` finds them, and how they come apart; in the frame's own code values where they are given. */
export function layerFrameAndApart(
  input: LayerFrameInput & { readonly codes?: undefined },
): LayersAndApart;
export function layerFrameAndApart(
  input: LayerFrameInput,
): LayersAndApart<Codes>;
export function layerFrameAndApart(
  input: LayerFrameInput,
): LayersAndApart<Codes> {
  const { part, soft, analysis } = solveFrame(input);
  const { bytes, background, subjects } = input;
  const { width } = background;
  const frame: Codes = input.codes ?? bytes;
  const layers = quantiseLayers({ frame, width, part, ...soft });
  const models = subjects.map(({ effect }) => effect);
  const apart = keepApart(frame, part, softParts(soft, analysis, models));
  return { ...layers, apart };
}

function solveFrame({
  bytes,
  codes,
  background,
  coarse,
  subjects,
  frame,
  distances = distancesTo(coarse.masks, coarse.unit),
  clamp,
}: LayerFrameInput): {
  readonly part: Part;
  readonly soft: SoftLayers;
  /** Of the part. */
  readonly analysis: FrameAnalysis;
} {
  const { height, width } = background;
  const beneath = shrink(background, coarse.frame.height, coarse.frame.width);
  const working: FrameEvidence = { ...coarse, background: beneath };
  const models = subjects.map(({ effect }) => effect);
  const plain = matteSubjects(
    working,
    subjects.map(({ edge }) => edge),
    distances,
  );
  const analysis = analyseFrame(
    working,
    plain,
    models,
    reflectionImages(
      subjects.map(({ mirror }) => mirror),
      frame,
      working,
      plain.alphas,
    ),
  );
  const part = scalePart(analysis.part, working.frame, background);
  const finer = finerEvidence(
    working,
    codes === undefined
      ? planesOfBytes(bytes, width, part)
      : planesOfCodes(codes, width, part),
    background,
    part,
    pixelUnit(height, width),
  );
  const fine = resizeAnalysis(analysis, height, width, part);
  const soft = solveLayers(
    finer,
    fine,
    models,
    subjects.map(({ edgeOverEffects }) => edgeOverEffects),
  );
  clamp?.(soft, finer.background, part);
  return { part, soft, analysis: fine };
}
