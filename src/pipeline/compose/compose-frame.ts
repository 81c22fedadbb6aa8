import { upsampleBackground } from "../../vision/background/upsample-background.ts";
import { fromBytes } from "../../vision/image/colour.ts";
import type { Homography } from "../../kernels/homography.ts";
import { resizeLinear } from "../../kernels/resize.ts";
import { writePng } from "../../media/write-png.ts";
import type { SubjectFit } from "../../vision/layers/subject-fit.ts";
import { type TaskContext, unionOf } from "../execution/task-context.ts";
import { loadEvidence } from "../train/load-evidence.ts";
import { fillBeneathSubjects } from "./fill-from-neighbours.ts";
import { layerFrame } from "../../vision/layers/layer-frame.ts";

/** How a composed frame came out. */
export interface ComposeOutcome {
  /** Largest 8-bit difference between the recomposed layers and the source. */
  readonly recompositionError: number;
}

/** What composing a frame takes beside the filed results. */
export interface ComposeInput {
  readonly frame: number;
  /** Per frame, the map from frame 0, at working size. */
  readonly maps: readonly Homography[];
  readonly subjects: readonly SubjectFit[];
  /** PNG files to write: background, then one per subject. */
  readonly files: readonly string[];
}

/** Solves the layers of one frame at the clip's own size and writes them. */
export async function composeFrame(
  context: TaskContext,
  input: ComposeInput,
): Promise<ComposeOutcome> {
  const { frame, files } = input;
  const { width, height } = context.plan.clip;
  const bytes = await context.sourceBytes(frame);
  const coarse = await loadEvidence(context, frame);
  const background = upsampleBackground(
    fromBytes(bytes, height, width),
    coarse.frame,
    coarse.background,
    unionOf(coarse.masks),
  );
  await fillBeneathSubjects(
    context,
    frame,
    background,
    unionOf(resizeLinear(coarse.masks, height, width)),
    input.maps,
  );
  const peeled = layerFrame(bytes, background, coarse, input.subjects, frame);
  await writePng(files[0]!, peeled.background, width, height, 3);
  for (const [k, layer] of peeled.layers.entries()) {
    await writePng(files[k + 1]!, layer, width, height, 4);
  }
  return {
    recompositionError: recompositionError(
      bytes,
      peeled.background,
      peeled.layers,
    ),
  };
}

/** Composes in 8-bit code values, rounded once at the end, and compares. */
function recompositionError(
  source: Uint8Array,
  background: Uint8Array,
  layers: readonly Uint8Array[],
): number {
  let largest = 0;
  for (let i = 0, at = 0; at < source.length; i++, at += 3) {
    for (let c = 0; c < 3; c++) {
      let value: number = background[at + c]!;
      for (const layer of layers) {
        const alpha = layer[4 * i + 3]! / 255;
        value = value * (1 - alpha) + layer[4 * i + c]! * alpha;
      }
      largest = Math.max(
        largest,
        Math.abs(Math.round(value) - source[at + c]!),
      );
    }
  }
  return largest;
}
