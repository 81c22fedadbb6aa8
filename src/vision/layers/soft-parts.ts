import { cut, paste, type Part } from "../image/rect.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { EffectModel } from "../effects/effect-model.ts";
import { partOf } from "../matting/subject-outline.ts";
import type { ReflectionImage } from "../frame-evidence.ts";
import type { SoftPart } from "./apart.ts";
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

/**
 * The parts that the layers of a frame consist of, bottom to top. An effect goes on beneath its subject as its surroundings suggest, and a
 * mirror image as it was fitted; where another subject covers them, they end.
 *
 * @param analysis of the layers' size
 * @param models   per subject
 */
export function softParts(
  { objects, effects }: SoftLayers,
  { mirrors, trails, distances, foregroundIn }: FrameAnalysis,
  models: readonly EffectModel[],
): SoftPart[] {
  const count = models.length;
  return models.flatMap((model, k): SoftPart[] => {
    const seen = count === 1 ? undefined : unhidden(objects, k, count);
    const mirror = mirrors[k];
    const own = plane(distances, k);
    return [
      {
        alphas: times(plane(effects.oneColour, k).data, seen),
        expected: { model, lit: trails[k]?.lit.data },
      },
      ...(mirror === undefined
        ? []
        : [
            {
              alphas: times(mirror.alpha.data, seen),
              expected: (within: Part) => straightColour(mirror, within),
            },
          ]),
      {
        alphas: plane(objects, k).data,
        expected: (within: Part): Raster => {
          const mean = raster(
            3,
            within.bottom - within.top,
            within.right - within.left,
          );
          // It is zero where the subject is far.
          const near = intersection(partOf(own), within);
          if (near !== undefined)
            paste(mean, foregroundIn(k, near).mean, {
              left: near.left - within.left,
              top: near.top - within.top,
              right: near.right - within.left,
              bottom: near.bottom - within.top,
            });
          return mean;
        },
      },
    ];
  });
}

function straightColour(mirror: ReflectionImage, within: Part): Raster {
  const colour = cut(mirror.colour, within);
  const coverage = cut(mirror.coverage, within).data;
  for (let i = 0; i < colour.data.length; i++)
    colour.data[i] =
      colour.data[i]! / Math.max(coverage[i % coverage.length]!, 1e-3);
  return colour;
}

function intersection(a: Part | undefined, b: Part): Part | undefined {
  if (a === undefined) return undefined;
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  const right = Math.min(a.right, b.right);
  const bottom = Math.min(a.bottom, b.bottom);
  return left < right && top < bottom
    ? { left, top, right, bottom }
    : undefined;
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

/** The product; the first itself where there is nothing to multiply by. */
const times = (a: Float32Array, b: Float32Array | undefined): Float32Array =>
  b === undefined ? a : a.map((value, i) => value * b[i]!);
