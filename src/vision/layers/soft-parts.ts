import { paste } from "../image/rect.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { effectColour, type EffectModel } from "../effects/effect-model.ts";
import { partOf } from "../matting/subject-outline.ts";
import type { FrameAnalysis } from "./frame-analysis.ts";
import type { SoftLayers } from "./solve-layers.ts";
import type { SubjectFit } from "./subject-fit.ts";

/** What a layer's parts are, bottom to top. */
export type SoftPartKind = EffectModel["kind"] | "reflection" | "subject";

/** The parts of a subject's layer, bottom to top: its effect, its mirror image where it has one, and the subject itself. */
export const partKindsOf = ({
  effect,
  mirror,
}: Pick<SubjectFit, "effect" | "mirror">): SoftPartKind[] => [
  effect.kind,
  ...(mirror === null ? [] : (["reflection"] as const)),
  "subject",
];

/** All parts of all layers before they are rounded, bottom to top. */
export interface SoftParts {
  /** `[P, H, W]` */
  readonly alphas: Raster;
  /** Per part `[3, H, W]` straight. */
  readonly colours: readonly Raster[];
}

/**
 * The parts that the layers of a frame consist of. An effect goes on beneath its subject as its surroundings suggest, and a mirror image as
 * it was fitted; where another subject covers them, they end.
 *
 * @param analysis of the layers' size
 * @param models   per subject
 */
export function softParts(
  { objects, effects }: SoftLayers,
  { mirrors, trails, distances, foregroundIn }: FrameAnalysis,
  models: readonly EffectModel[],
): SoftParts {
  const { height, width } = objects;
  const area = height * width;
  const count = models.length;
  const planes: Float32Array[] = [];
  const colours: Raster[] = [];
  const add = (alpha: Float32Array, colour: Raster): void => {
    planes.push(alpha);
    colours.push(colour);
  };
  for (const [k, model] of models.entries()) {
    const seen = unhidden(objects, k, count);
    const lit = trails[k]?.lit.data;
    const effect = raster(3, height, width);
    for (let c = 0; c < 3; c++)
      for (let i = 0; i < area; i++)
        effect.data[c * area + i] = effectColour(
          model,
          c as 0 | 1 | 2,
          effects.background.data[c * area + i]!,
          lit?.[i] ?? 0,
        );
    add(times(plane(effects.oneColour, k).data, seen), effect);

    const mirror = mirrors[k];
    if (mirror !== undefined) {
      const colour = raster(3, height, width);
      for (let c = 0; c < 3; c++)
        for (let i = 0; i < area; i++)
          colour.data[c * area + i] =
            mirror.colour.data[c * area + i]! /
            Math.max(mirror.coverage.data[i]!, 1e-3);
      add(times(mirror.alpha.data, seen), colour);
    }

    const mean = raster(3, height, width);
    const part = partOf(plane(distances, k));
    if (part !== undefined) paste(mean, foregroundIn(k, part).mean, part);
    add(plane(objects, k).data, mean);
  }
  const alphas = raster(planes.length, height, width);
  planes.forEach((alpha, p) => {
    alphas.data.set(alpha, p * area);
  });
  return { alphas, colours };
}

/** How much of what lies beneath it the other subjects leave to be seen. */
function unhidden(objects: Raster, own: number, count: number): Float32Array {
  const area = objects.height * objects.width;
  const seen = new Float32Array(area).fill(1);
  for (let k = 0; k < count; k++) {
    if (k === own) continue;
    for (let i = 0; i < area; i++)
      seen[i] = Math.max(0, seen[i]! - objects.data[k * area + i]!);
  }
  return seen;
}

const times = (a: Float32Array, b: Float32Array): Float32Array =>
  a.map((value, i) => value * b[i]!);
