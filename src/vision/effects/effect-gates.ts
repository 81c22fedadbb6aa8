import { gaussian } from "../../kernels/gaussian.ts";
import { dilate } from "../../kernels/morphology.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import { effectColour, type EffectModel } from "./effect-model.ts";
import type { FrameEvidence } from "../frame-evidence.ts";
import { smoothstep } from "../image/smoothstep.ts";

/** Where effects may be; smooth enough to be worked out at working size and enlarged. */
export interface EffectGates {
  /** `[N, H, W]` how far each subject's support opens for its effect, 0…1. */
  readonly gates: Raster;
  /** `[1, H, W]` whether the change stands out against the background's tolerance once noise has been averaged, 0…1. */
  readonly significance: Raster;
}

/** Gates stay shut below. */
const LEAST_SUPPORT = 0.05;

/** How far a background estimate may be off without meaning anything. */
const tolerance = (spread: number): number => 0.008 + 0.5 * spread;

/**
 * Units to which the network's word carries for what looks like the effect: two cells of its grid. The last cells at an effect's
 * faint rim are decided by chance: trainings that differ in the last bits give them .05 or .3.
 */
const CARRIED_UNITS = 8;

/**
 * Opens the support of each subject, wider where the change points into the direction of the subject's own effect: what
 * looks like the effect needs less of the network's word, and may take it from two cells away.
 */
export function openGates(
  evidence: FrameEvidence,
  models: readonly EffectModel[],
): EffectGates {
  const { frame, background, spread, support, unit } = evidence;
  const { height, width } = frame;
  const area = height * width;
  const change = raster(3, height, width);
  for (let i = 0; i < 3 * area; i++)
    change.data[i] = frame.data[i]! - background.data[i]!;
  const significance = raster(1, height, width);
  const averaged = gaussian(change, 1.5 * unit).data;
  for (let i = 0; i < area; i++) {
    const allowed = tolerance(spread.data[i]!);
    significance.data[i] = smoothstep(
      largest(averaged, i, area) / allowed,
      0.6,
      1.6,
    );
  }
  const smoothChange = gaussian(change, unit).data;
  const beneath = gaussian(background, unit).data;
  const gates = raster(models.length, height, width);
  models.forEach((model, k) => {
    const own = plane(gates, k).data;
    const attributed = plane(support, k);
    const carried = dilate(attributed, Math.round(CARRIED_UNITS * unit)).data;
    for (let i = 0; i < area; i++) {
      const share = attributed.data[i]!;
      if (carried[i]! <= LEAST_SUPPORT) continue;
      if (share >= 0.45) {
        own[i] = 1;
        continue;
      }
      const stands = Math.max(
        significance.data[i]!,
        peakSignificance(change.data, spread.data[i]!, i, area),
      );
      const likeness =
        stands *
        smoothstep(
          model.kind === "trail"
            ? Math.max(
                cosine(model, 0, smoothChange, beneath, i, area),
                cosine(model, 1, smoothChange, beneath, i, area),
              )
            : cosine(model, 0, smoothChange, beneath, i, area),
          0.92,
          0.985,
        );
      own[i] = smoothstep(
        share + likeness * (carried[i]! - share),
        0.15 - 0.1 * likeness,
        0.45 - 0.2 * likeness,
      );
    }
  });
  return { gates, significance };
}

/** Whether one pixel's change alone stands out, 0…1. */
function peakSignificance(
  change: Float32Array,
  spread: number,
  i: number,
  area: number,
): number {
  return smoothstep(largest(change, i, area) / (3 * tolerance(spread)), 1, 2);
}

const largest = (data: Float32Array, i: number, area: number): number =>
  Math.max(
    Math.abs(data[i]!),
    Math.abs(data[area + i]!),
    Math.abs(data[2 * area + i]!),
  );

function cosine(
  model: EffectModel,
  lit: number,
  change: Float32Array,
  beneath: Float32Array,
  i: number,
  area: number,
): number {
  let dot = 0;
  let changed = 0;
  let expected = 0;
  for (let c = 0, at = i; c < 3; c++, at += area) {
    const b = beneath[at]!;
    const v = effectColour(model, c as 0 | 1 | 2, b, lit) - b;
    const d = change[at]!;
    dot += d * v;
    changed += d * d;
    expected += v * v;
  }
  return dot / Math.max(Math.sqrt(changed * expected), 1e-4);
}
