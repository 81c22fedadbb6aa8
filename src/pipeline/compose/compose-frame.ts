import { resizePart, scalePart, type Part } from "../../vision/image/rect.ts";
import { recomposedDifference } from "../../kernels/bytes.ts";
import { backgroundConfidence } from "../../vision/layers/background-confidence.ts";
import { openScope } from "../../kernels/memory.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { FrameEvidence } from "../../vision/frame-evidence.ts";
import { layerReach } from "../../vision/layers/layer-reach.ts";
import { distancesTo } from "../../vision/matting/subject-outline.ts";
import type { Size } from "../../units/size.ts";
import type { Homography } from "../../kernels/homography.ts";
import { writeDeflated } from "../../media/deflated-file.ts";
import { writePng } from "../../media/write-png.ts";
import { recomposedCodesDifference } from "../../vision/layers/deep-codes.ts";
import type { Codes } from "../../kernels/codes.ts";
import type { SubjectFit } from "../../vision/layers/subject-fit.ts";
import { type TaskContext, unionOf } from "../execution/task-context.ts";
import { loadEvidence } from "../train/load-evidence.ts";
import { fillBeneathSubjects } from "./fill-from-neighbours.ts";
import { nativeBackground } from "./native-background.ts";
import { quantiseParts } from "../../vision/layers/apart.ts";
import { apartBytes } from "../../vision/layers/apart-bytes.ts";
import { layerFrameAndApart } from "../../vision/layers/layer-frame.ts";
import { clampLayers } from "../../vision/corrections/clamp-layers.ts";
import { correctEvidence } from "../../vision/corrections/correct-evidence.ts";
import type { FrameStroke } from "../../vision/corrections/stroke.ts";
import { cleanBeneath } from "./clean-beneath.ts";

/** How a composed frame came out. */
export interface ComposeOutcome {
  /** Largest difference in written code values between the recomposed layers and the source. */
  readonly recompositionError: number;
}

/** What composing a frame takes beside the filed results. */
export interface ComposeInput {
  readonly frame: number;
  /** Per frame, the map from frame 0, at working size. */
  readonly maps: readonly Homography[];
  readonly subjects: readonly SubjectFit[];
  /** PNG files to write: background, then one per subject, then all subjects' parts where they are wanted, each bottom to top. */
  readonly files: readonly string[];
  /** PNG file to write how far the background is known to; none when absent. */
  readonly confidence?: string;
  /** The file that keeps how the layers come apart, where their parts are not written. */
  readonly apart?: string;
  /** What somebody has corrected in this frame, in the order in which that was done. */
  readonly strokes?: readonly FrameStroke[];
}

/** Solves the layers of one frame at the clip's own size and writes them. */
export async function composeFrame(
  context: TaskContext,
  input: ComposeInput,
): Promise<ComposeOutcome> {
  const { frame, files } = input;
  const { width, height } = context.plan.clip;
  const bytes = await context.sourceBytes(frame);
  const codes = await context.deepSource(frame);
  const found = await loadEvidence(context, frame);
  const { clip } = context.plan;
  const { evidence: coarse, strokes } = correctEvidence(
    found,
    input.subjects.map(({ effect }) => effect),
    input.strokes ?? [],
    clip,
  );
  const distances = distancesTo(coarse.masks, coarse.unit);
  const part = partOfInterest(
    coarse,
    distances,
    input.subjects,
    context.plan.clip,
  );
  const fillBeneath = async (background: Raster) => {
    using _scope = openScope();
    const covered = unionOf(resizePart(coarse.masks, height, width, part));
    return await fillBeneathSubjects(
      context,
      frame,
      background,
      { masks: covered, part },
      input.maps,
    );
  };
  const solve = async () => {
    // What layers are solved from is larger than they are, and not needed while they are written.
    using _scope = openScope();
    const background = await nativeBackground(context, bytes, coarse, part);
    const filled = await fillBeneath(background);
    await cleanBeneath(context, frame, background, coarse, strokes, input.maps);
    const { subjects } = input;
    const peeled = layerFrameAndApart({
      bytes,
      codes,
      background,
      coarse,
      subjects,
      frame,
      distances,
      clamp: (soft, estimate, within) => {
        clampLayers(soft, estimate, strokes, within, clip);
      },
    });
    return { peeled, filled };
  };
  const { peeled, filled } = await solve();
  const source = codes ?? bytes;
  const { colour } = clip;
  await writePng(files[0]!, peeled.background, width, height, 3, colour);
  if (input.apart !== undefined)
    await writeDeflated(input.apart, apartBytes(peeled.apart));
  if (input.confidence !== undefined) {
    const { count } = await context.artifacts.read("background", frame);
    await writePng(
      input.confidence,
      backgroundConfidence(count, peeled.layers, filled, clip),
      count.width,
      count.height,
      1,
    );
  }
  const errors: number[] = [];
  const write = async (
    layers: readonly Codes[],
    to: readonly string[],
  ): Promise<void> => {
    errors.push(difference(source, peeled.background, layers));
    for (const [k, layer] of layers.entries())
      await writePng(to[k]!, layer, width, height, 4, colour);
  };
  const { layers } = peeled;
  const ofParts = files.slice(1 + layers.length);
  await write(layers, files.slice(1));
  if (ofParts.length > 0)
    await write(
      quantiseParts(source, width, peeled.background, peeled.apart),
      ofParts,
    );
  return { recompositionError: Math.max(...errors) };
}

function difference(
  source: Codes,
  background: Codes,
  layers: readonly Codes[],
): number {
  const areBytes = (all: readonly Codes[]): all is readonly Uint8Array[] =>
    all.every((each) => each instanceof Uint8Array);
  return source instanceof Uint8Array &&
    background instanceof Uint8Array &&
    areBytes(layers)
    ? recomposedDifference(source, background, layers)
    : recomposedCodesDifference(source, background, layers);
}

/**
 * The part of a frame, at the clip's own size, outside which no layer can have alpha; all of it where mirror images can be
 * anywhere.
 */
function partOfInterest(
  coarse: FrameEvidence,
  distances: Raster,
  subjects: readonly SubjectFit[],
  clip: Size,
): Part {
  if (subjects.some(({ mirror }) => mirror !== null))
    return { left: 0, top: 0, right: clip.width, bottom: clip.height };
  return scalePart(layerReach(coarse, distances, []), coarse.frame, clip);
}
