import { cut, paste } from "../image/rect.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import {
  emptyHistogram,
  type EdgeHistogram,
  type EdgePrior,
} from "../matting/edge-prior.ts";
import { effectColour, type EffectModel } from "../effects/effect-model.ts";
import type { FrameAnalysis } from "./frame-analysis.ts";
import type {
  FrameEvidence,
  FrameScene,
  ReflectionImage,
} from "../frame-evidence.ts";
import { solveObjectMatte } from "../matting/object-matte.ts";
import { thinPartAlpha } from "../matting/thin-parts.ts";
import { distancesTo, othersOf, partOf } from "../matting/subject-outline.ts";

/** The subjects of a frame without their effects. */
export interface SubjectMattes {
  /** `[N, H, W]` */
  readonly alphas: Raster;
  /** `[N, H, W]` signed distance to each mask's outline in units. */
  readonly distances: Raster;
  /** Per subject, what its edge teaches. */
  readonly histograms: readonly EdgeHistogram[];
}

/**
 * Mattes of the subjects against the plain background.
 *
 * @param priors    per subject; undefined before any was learnt
 * @param distances as `distancesTo` finds them
 */
export function matteSubjects(
  evidence: FrameScene,
  priors: readonly (EdgePrior | undefined)[],
  distances: Raster = distancesTo(evidence.masks, evidence.unit),
): SubjectMattes {
  return matteAll(evidence, priors, () => evidence.background, distances);
}

/**
 * Mattes of the subjects against the background as their effects leave it: a foot stands on ground that its own shadow darkens.
 *
 * @param analysis of the evidence's size
 * @param priors   per subject
 */
export function matteOverEffects(
  evidence: FrameEvidence,
  analysis: FrameAnalysis,
  models: readonly EffectModel[],
  priors: readonly (EdgePrior | undefined)[],
): SubjectMattes {
  const shaded = beneathEffects(evidence.background, analysis, models);
  return matteAll(
    evidence,
    priors,
    (k) => beneathReflection(shaded, analysis.mirrors[k]),
    analysis.distances,
    analysis.foregroundIn,
  );
}

function matteAll(
  { frame, spread, masks, unit }: FrameScene,
  priors: readonly (EdgePrior | undefined)[],
  beneath: (subject: number) => Raster,
  distances: Raster,
  foregroundIn?: FrameAnalysis["foregroundIn"],
): SubjectMattes {
  const alphas = raster(masks.channels, frame.height, frame.width);
  const histograms = priors.map((prior, k) => {
    const part = partOf(plane(distances, k));
    if (part === undefined) return emptyHistogram();
    const scene = {
      frame: cut(frame, part),
      background: cut(beneath(k), part),
      spread: cut(spread, part),
      unit,
    };
    const mask = cut(plane(masks, k), part);
    const matte = solveObjectMatte({
      ...scene,
      mask,
      others: cut(othersOf(masks, k), part),
      prior,
      distance: cut(plane(distances, k), part),
      ...(foregroundIn === undefined
        ? {}
        : { foreground: foregroundIn(k, part) }),
    });
    const { alpha } = matte;
    const least = thinPartAlpha({ ...scene, masks: mask }).data;
    for (let i = 0; i < least.length; i++)
      alpha.data[i] = Math.max(alpha.data[i]!, least[i]!);
    paste(plane(alphas, k), alpha, part);
    return matte.histogram;
  });
  return { alphas, distances, histograms };
}

function beneathEffects(
  background: Raster,
  { effects, trails, mirrors }: FrameAnalysis,
  models: readonly EffectModel[],
): Raster {
  const area = background.height * background.width;
  const out = raster(3, background.height, background.width);
  out.data.set(background.data);
  models.forEach((model, k) => {
    const strength = plane(effects, k).data;
    const zone = mirrors[k]?.zone.data;
    const lit = trails[k]?.lit.data;
    for (let i = 0; i < area; i++) {
      const s = strength[i]! * (1 - (zone?.[i] ?? 0));
      if (s <= 0) continue;
      for (let c = 0; c < 3; c++) {
        const at = c * area + i;
        const b = out.data[at]!;
        out.data[at] =
          b + s * (effectColour(model, c as 0 | 1 | 2, b, lit?.[i] ?? 0) - b);
      }
    }
  });
  return out;
}

function beneathReflection(
  background: Raster,
  mirror: ReflectionImage | undefined,
): Raster {
  if (mirror === undefined) return background;
  const area = background.height * background.width;
  const out = raster(3, background.height, background.width);
  for (let i = 0; i < area; i++) {
    const fade = mirror.fade.data[i]!;
    const coverage = mirror.coverage.data[i]!;
    for (let at = i; at < 3 * area; at += area) {
      const b = background.data[at]!;
      out.data[at] = b + fade * (mirror.colour.data[at]! - coverage * b);
    }
  }
  return out;
}
