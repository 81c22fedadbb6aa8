import { cut, paste, resizePart, type Part } from "../image/rect.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { openGates, type EffectGates } from "../effects/effect-gates.ts";
import type { EffectModel } from "../effects/effect-model.ts";
import {
  resizeStatistics,
  type ForegroundStatistics,
} from "../matting/foreground-statistics.ts";
import {
  cutEvidence,
  resizeReflectionImage,
  type FrameEvidence,
  type ReflectionImage,
} from "../frame-evidence.ts";
import { layerReach } from "./layer-reach.ts";
import { solveEffects } from "../effects/solve-effects.ts";
import { foregroundOf } from "../matting/subject-outline.ts";
import { smokeAlpha, type SmokeLayer } from "../effects/smoke-alpha.ts";

/** What varies slowly over a frame: worked out at working size, enlarged for the layers themselves. */
export interface FrameAnalysis {
  /** Where layers can have alpha. */
  readonly part: Part;
  /** `[N, H, W]` signed distance to each mask's outline in units. */
  readonly distances: Raster;
  /** What a subject looks like in a part of the frame; enlarged only where it is asked for. */
  readonly foregroundIn: (subject: number, part: Part) => ForegroundStatistics;
  readonly gates: EffectGates;
  /** `[N, H, W]` alpha of each one-colour effect, continued beneath the subjects. */
  readonly effects: Raster;
  /** Per subject, where it has one. */
  readonly trails: readonly (SmokeLayer | undefined)[];
  /** Per subject, where it has one. */
  readonly mirrors: readonly (ReflectionImage | undefined)[];
}

/**
 * What the layers need beside the evidence itself.
 *
 * @param plain   the subjects' mattes against the plain background
 * @param models  per subject
 * @param mirrors per subject, where it has one
 */
export function analyseFrame(
  evidence: FrameEvidence,
  {
    alphas: objects,
    distances,
  }: { readonly alphas: Raster; readonly distances: Raster },
  models: readonly EffectModel[],
  mirrors: readonly (ReflectionImage | undefined)[],
): FrameAnalysis {
  const { height, width } = evidence.frame;
  const foregrounds = models.map((_, k) =>
    foregroundOf(evidence, k, plane(distances, k), plane(objects, k)),
  );
  const part = layerReach(evidence, distances, mirrors);
  const within = cutEvidence(evidence, part);
  const gates = openGates(within, models);
  const trails = models.map((model) =>
    model.kind === "trail"
      ? smokeAlpha(
          within.frame,
          within.background,
          model.light,
          model.dark,
          within.unit,
        )
      : undefined,
  );
  const { oneColour } = solveEffects({
    evidence: within,
    gates,
    models,
    mirrors: mirrors.map((mirror) =>
      mirror === undefined
        ? undefined
        : resizeReflectionImage(mirror, height, width, part),
    ),
    trails,
    objects: cut(objects, part),
  });
  const whole = (picture: Raster): Raster => {
    const out = raster(picture.channels, height, width);
    paste(out, picture, part);
    return out;
  };
  return {
    part,
    distances,
    foregroundIn: (subject, asked) => {
      const { mean, covariance } = foregrounds[subject]!;
      return { mean: cut(mean, asked), covariance: cut(covariance, asked) };
    },
    gates: {
      gates: whole(gates.gates),
      significance: whole(gates.significance),
    },
    effects: whole(oneColour),
    trails: trails.map((trail) =>
      trail === undefined
        ? undefined
        : { alpha: whole(trail.alpha), lit: whole(trail.lit) },
    ),
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
    part: {
      left: 0,
      top: 0,
      right: part.right - part.left,
      bottom: part.bottom - part.top,
    },
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
        : resizeReflectionImage(mirror, height, width, part),
    ),
  };
}

const wholeOf = ({ distances }: FrameAnalysis): Part => ({
  left: 0,
  top: 0,
  right: distances.width,
  bottom: distances.height,
});
