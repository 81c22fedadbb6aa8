import { rgbToBytes } from "../../vision/image/colour.ts";
import { chooseEffect } from "../../vision/effects/fit-effect-colour.ts";
import { learnEdgePrior } from "../../vision/matting/edge-prior.ts";
import {
  collectEvidence,
  poolEvidence,
} from "../../vision/effects/effect-evidence.ts";
import { matteSubjects } from "../../vision/layers/subject-mattes.ts";
import { raster } from "../../kernels/raster.ts";
import { writePng } from "../../media/write-png.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { loadEvidence } from "./load-evidence.ts";
import { layerFrame } from "../../vision/layers/layer-frame.ts";

/** What a preview takes beside the filed results. */
export interface PreviewInput {
  readonly frame: number;
  /** Folder of what the network attributes by now. */
  readonly folder: string;
  /** PNG files to write: background, then one per subject. */
  readonly files: readonly string[];
}

/** Share of the probability that is spread evenly: one frame teaches little. */
const PREVIEW_EDGE_DOUBT = 0.1;

/**
 * The layers of one frame at working size, as far as this frame alone can tell: edges and effects are fitted to it and not to
 * the clip, and reflections are not looked for.
 */
export async function previewFrame(
  context: TaskContext,
  { frame, folder, files }: PreviewInput,
): Promise<void> {
  const evidence = await loadEvidence(
    context,
    frame,
    context.artifacts.elsewhere("train", folder),
  );
  const { height, width } = evidence.frame;
  const rough = matteSubjects(
    evidence,
    files.slice(1).map(() => undefined),
  );
  const nothingMirrored = raster(1, height, width);
  const subjects = rough.histograms.map((histogram, k) => {
    const edge = learnEdgePrior([histogram], PREVIEW_EDGE_DOUBT);
    const own = collectEvidence(evidence, nothingMirrored, k);
    const effect = chooseEffect(poolEvidence([own]), false);
    return { edge, edgeOverEffects: edge, effect, mirror: null };
  });
  const { background, layers } = layerFrame({
    bytes: rgbToBytes(evidence.frame),
    background: evidence.background,
    coarse: evidence,
    subjects,
    frame,
  });
  await writePng(files[0]!, background, width, height, 3);
  for (const [k, layer] of layers.entries())
    await writePng(files[k + 1]!, layer, width, height, 4);
}
