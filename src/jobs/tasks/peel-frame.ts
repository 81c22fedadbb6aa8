import { fromBytes } from "../../matte/image/colour.ts";
import { scalePart } from "../../matte/image/part.ts";
import { shrink } from "../../matte/image/resample.ts";
import {
  analyseFrame,
  resizeAnalysis,
} from "../../matte/layers/frame-analysis.ts";
import {
  finerEvidence,
  type FrameEvidence,
} from "../../matte/layers/frame-evidence.ts";
import { mirrorImages } from "../../matte/layers/mirror-images.ts";
import { peelLayers, type PeeledLayers } from "../../matte/layers/peel.ts";
import { pixelUnit } from "../../matte/layers/pixel-unit.ts";
import { solveLayers } from "../../matte/layers/solve-layers.ts";
import { matteSubjects } from "../../matte/layers/subject-mattes.ts";
import type { Raster } from "../../matte/raster.ts";
import type { SubjectFacts } from "../effect-facts.ts";

/**
 * The layers of a frame from its pictures; what varies slowly is worked out at working size, the rest only where a layer
 * can have alpha.
 *
 * @param bytes      `[H, W, 3]` code values
 * @param background `[3, H, W]` at the clip's own size
 * @param coarse     at working size
 * @param frame      0-based
 */
export function peelFrame(
  bytes: Uint8Array,
  background: Raster,
  coarse: FrameEvidence,
  subjects: readonly SubjectFacts[],
  frame: number,
): PeeledLayers {
  const { height, width } = background;
  const beneath = shrink(background, coarse.frame.height, coarse.frame.width);
  const working: FrameEvidence = { ...coarse, background: beneath };
  const models = subjects.map(({ effect }) => effect);
  const plain = matteSubjects(
    working,
    subjects.map(({ edge }) => edge),
  );
  const analysis = analyseFrame(
    working,
    plain.alphas,
    models,
    mirrorImages(
      subjects.map(({ mirror }) => mirror),
      frame,
      working,
      plain.alphas,
    ),
  );
  const part = scalePart(analysis.part, working.frame, background);
  const finer = finerEvidence(
    working,
    fromBytes(bytes, height, width),
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
  return peelLayers({ frame: bytes, width, part, ...soft });
}
