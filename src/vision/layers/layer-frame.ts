import { planesOfBytes } from "../../kernels/bytes.ts";
import { scalePart } from "../image/rect.ts";
import { shrink } from "../../kernels/resize.ts";
import { analyseFrame, resizeAnalysis } from "./frame-analysis.ts";
import { finerEvidence, type FrameEvidence } from "../frame-evidence.ts";
import { reflectionImages } from "../reflection/reflection-images.ts";
import { quantiseLayers, type QuantisedLayers } from "./quantise-layers.ts";
import { pixelUnit } from "../image/pixel-unit.ts";
import { distancesTo } from "../matting/subject-outline.ts";
import { solveLayers } from "./solve-layers.ts";
import { matteSubjects } from "./subject-mattes.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { SubjectFit } from "./subject-fit.ts";

/**
 * The layers of a frame from its pictures; what varies slowly is worked out at working size, the rest only where a layer
 * can have alpha.
 *
 * @param bytes      `[H, W, 3]` code values
 * @param background `[3, H, W]` at the clip's own size; where a layer can have alpha
 * @param coarse     at working size
 * @param frame      0-based
 * @param distances  `[N, h, w]` of the masks at working size, as `distancesTo` finds them
 */
export function layerFrame(
  bytes: Uint8Array,
  background: Raster,
  coarse: FrameEvidence,
  subjects: readonly SubjectFit[],
  frame: number,
  distances: Raster = distancesTo(coarse.masks, coarse.unit),
): QuantisedLayers {
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
    planesOfBytes(bytes, width, part),
    background,
    part,
    pixelUnit(height, width),
  );
  const soft = solveLayers(
    finer,
    resizeAnalysis(analysis, height, width, part),
    models,
    subjects.map(({ edgeOverEffects }) => edgeOverEffects),
  );
  return quantiseLayers({ frame: bytes, width, part, ...soft });
}
