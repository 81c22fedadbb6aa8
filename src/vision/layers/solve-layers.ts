import { paste } from "../image/rect.ts";
import { scoped } from "../../kernels/memory.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { EdgePrior } from "../matting/edge-prior.ts";
import { effectColour, type EffectModel } from "../effects/effect-model.ts";
import type { FrameAnalysis } from "./frame-analysis.ts";
import type { FrameEvidence } from "../frame-evidence.ts";
import { solveEffects, type SolvedEffects } from "../effects/solve-effects.ts";
import { matteOverEffects } from "./subject-mattes.ts";
import { partOf } from "../matting/subject-outline.ts";

/** Layers of a frame before they are rounded. */
export interface SoftLayers {
  /** `[3, H, W]`: the source where nothing has changed. */
  readonly background: Raster;
  /** `[N, H, W]` */
  readonly alphas: Raster;
  /** `[N, H, W]` the subjects without their effects. */
  readonly objects: Raster;
  /** Per subject `[3, H, W]` straight, the colour to be expected of its layer; for several subjects only. */
  readonly colours: readonly Raster[];
  /** What the subjects cause. */
  readonly effects: SolvedEffects;
}

/**
 * The layers of a frame.
 *
 * @param analysis of the evidence's size
 * @param priors   per subject
 */
export function solveLayers(
  evidence: FrameEvidence,
  analysis: FrameAnalysis,
  models: readonly EffectModel[],
  priors: readonly (EdgePrior | undefined)[],
): SoftLayers {
  // The background beneath effects is as large as the frame, and nobody else's.
  const objects = scoped(
    () => matteOverEffects(evidence, analysis, models, priors).alphas,
  );
  const effects = solveEffects({
    evidence,
    gates: analysis.gates,
    models,
    mirrors: analysis.mirrors,
    trails: analysis.trails,
    objects,
  });
  const area = objects.height * objects.width;
  const alphas = raster(objects.channels, objects.height, objects.width);
  for (let i = 0; i < area; i++) {
    let all = 0;
    for (let at = i; at < objects.data.length; at += area)
      all += objects.data[at]!;
    for (let at = i; at < objects.data.length; at += area) {
      const own = objects.data[at]!;
      // Another subject hides the effect.
      const hidden = Math.min(1, Math.max(0, all - own));
      alphas.data[at] =
        1 - (1 - own) * (1 - effects.alphas.data[at]! * (1 - hidden));
    }
  }
  yieldToFrame(effects, evidence.frame, alphas, objects);
  return {
    background: effects.background,
    alphas,
    objects,
    effects,
    colours:
      objects.channels === 1
        ? []
        : models.map((model, k) =>
            layerColour(model, k, objects, effects, analysis),
          ),
  };
}

/** How opaque a layer of a certain alpha may become to explain a pixel. */
const mostOpaque = (alpha: number): number => 2 * alpha + 0.05;
/** Alpha of a subject from which a pixel is its own and no effect is limited there: half. */
const CERTAIN_ALPHA = 0.5;

/**
 * Moves the background, in place, towards the frame at the edge of the subjects where the matte says that the background shows
 * but the estimate differs from the frame by more than the matte's alpha can explain: there the estimate is wrong, as of
 * leaves that move, and a layer that made up for it would show specks.
 */
function yieldToFrame(
  { background, continued }: SolvedEffects,
  frame: Raster,
  alphas: Raster,
  objects: Raster,
): void {
  const area = frame.height * frame.width;
  for (let i = 0; i < area; i++) {
    if (continued.data[i] === 0) continue;
    let object = 0;
    let limit = 0;
    for (let at = i; at < alphas.data.length; at += area) {
      object = Math.max(object, objects.data[at]!);
      limit = Math.max(limit, mostOpaque(alphas.data[at]!));
    }
    if (object > CERTAIN_ALPHA || limit >= 1) continue;
    let share = 1;
    for (let at = i; at < 3 * area; at += area) {
      const seen = frame.data[at]!;
      const change = Math.abs(seen - background.data[at]!);
      const room = background.data[at]! > seen ? seen : 1 - seen;
      const most = (limit * room) / (1 - limit);
      if (change * share > most) share = most / change;
    }
    if (share === 1) continue;
    for (let at = i; at < 3 * area; at += area) {
      const seen = frame.data[at]!;
      background.data[at] = seen + share * (background.data[at]! - seen);
    }
  }
}

/** The subject's own colours over its mirror image's over its one-colour effect's, straight. */
function layerColour(
  model: EffectModel,
  k: number,
  objects: Raster,
  effects: SolvedEffects,
  { distances, foregroundIn, mirrors, trails }: FrameAnalysis,
): Raster {
  const { height, width } = objects;
  const area = height * width;
  const out = raster(3, height, width);
  const object = plane(objects, k).data;
  const effect = plane(effects.oneColour, k).data;
  const mean = raster(3, height, width);
  const part = partOf(plane(distances, k));
  if (part !== undefined) paste(mean, foregroundIn(k, part).mean, part);
  const mirror = mirrors[k];
  const lit = trails[k]?.lit.data;
  for (let i = 0; i < area; i++) {
    const ofObject = object[i]!;
    const ofMirror = (1 - ofObject) * (mirror?.alpha.data[i] ?? 0);
    const ofEffect = (1 - ofObject - ofMirror) * effect[i]!;
    const total = ofObject + ofMirror + ofEffect;
    if (total <= 0) continue;
    const coverage = Math.max(mirror?.coverage.data[i] ?? 0, 1e-3);
    for (let c = 0; c < 3; c++) {
      const at = c * area + i;
      let sum = ofObject * mean.data[at]!;
      if (mirror !== undefined)
        sum += (ofMirror * mirror.colour.data[at]!) / coverage;
      sum +=
        ofEffect *
        effectColour(
          model,
          c as 0 | 1 | 2,
          effects.background.data[at]!,
          lit?.[i] ?? 0,
        );
      out.data[at] = Math.min(1, Math.max(0, sum / total));
    }
  }
  return out;
}
