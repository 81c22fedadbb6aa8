import { cut, resizePart, type Part } from "../image/part.ts";
import { plane, type Raster } from "../raster.ts";
import { openGates, type EffectGates } from "./effect-gates.ts";
import type { EffectModel } from "./effect-model.ts";
import {
  resizeStatistics,
  type ForegroundStatistics,
} from "./foreground-statistics.ts";
import {
  resizeMirrorImage,
  type FrameEvidence,
  type MirrorImage,
} from "./frame-evidence.ts";
import { solveEffects } from "./solve-effects.ts";
import { distancesTo, foregroundOf } from "./subject-outline.ts";
import { trailAlpha, type Trail } from "./trail-alpha.ts";

/** What varies slowly over a frame: worked out at working size, enlarged for the layers themselves. */
export interface FrameAnalysis {
  /** `[N, H, W]` signed distance to each mask's outline in units. */
  readonly distances: Raster;
  /** What a subject looks like in a part of the frame; enlarged only where it is asked for. */
  readonly foregroundIn: (subject: number, part: Part) => ForegroundStatistics;
  readonly gates: EffectGates;
  /** `[N, H, W]` alpha of each one-colour effect, continued beneath the subjects. */
  readonly effects: Raster;
  /** Per subject, where it has one. */
  readonly trails: readonly (Trail | undefined)[];
  /** Per subject, where it has one. */
  readonly mirrors: readonly (MirrorImage | undefined)[];
}

/**
 * What the layers need beside the evidence itself.
 *
 * @param objects `[N, H, W]` the subjects' mattes against the plain background
 * @param models  per subject
 * @param mirrors per subject, where it has one
 */
export function analyseFrame(
  evidence: FrameEvidence,
  objects: Raster,
  models: readonly EffectModel[],
  mirrors: readonly (MirrorImage | undefined)[],
): FrameAnalysis {
  const { frame, background, masks, unit } = evidence;
  const gates = openGates(evidence, models);
  const trails = models.map((model) =>
    model.kind === "trail"
      ? trailAlpha(frame, background, model.light, model.dark, unit)
      : undefined,
  );
  const distances = distancesTo(masks, unit);
  const foregrounds = models.map((_, k) =>
    foregroundOf(evidence, k, plane(distances, k), plane(objects, k)),
  );
  const { oneColour } = solveEffects({
    evidence,
    gates,
    models,
    mirrors,
    trails,
    objects,
  });
  return {
    distances,
    foregroundIn: (subject, part) => {
      const { mean, covariance } = foregrounds[subject]!;
      return { mean: cut(mean, part), covariance: cut(covariance, part) };
    },
    gates,
    effects: oneColour,
    trails,
    mirrors,
  };
}

/** A part of the analysis on a finer grid of `height` by `width`. */
export function resizeAnalysis(
  analysis: FrameAnalysis,
  height: number,
  width: number,
  part: Part,
): FrameAnalysis {
  const resize = (picture: Raster): Raster =>
    resizePart(picture, height, width, part);
  return {
    distances: resize(analysis.distances),
    foregroundIn: (subject, { left, top, right, bottom }) =>
      resizeStatistics(
        analysis.foregroundIn(subject, wholeOf(analysis)),
        height,
        width,
        {
          left: part.left + left,
          top: part.top + top,
          right: part.left + right,
          bottom: part.top + bottom,
        },
      ),
    gates: {
      gates: resize(analysis.gates.gates),
      significance: resize(analysis.gates.significance),
    },
    effects: resize(analysis.effects),
    trails: analysis.trails.map((trail) =>
      trail === undefined
        ? undefined
        : { alpha: resize(trail.alpha), lit: resize(trail.lit) },
    ),
    mirrors: analysis.mirrors.map((mirror) =>
      mirror === undefined
        ? undefined
        : resizeMirrorImage(mirror, height, width, part),
    ),
  };
}

const wholeOf = ({ distances }: FrameAnalysis): Part => ({
  left: 0,
  top: 0,
  right: distances.width,
  bottom: distances.height,
});
