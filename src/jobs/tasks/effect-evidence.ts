import { resizeLinear } from "../../matte/image/resample.ts";
import {
  collectEvidence,
  type EffectEvidence,
} from "../../matte/layers/effect-colour.ts";
import { JobFolder } from "../job-folder.ts";
import { supportName, type TaskContext } from "../task-context.ts";
import { loadBackground } from "./render-frame.ts";

/** What one frame says of each subject's effect colour. */
export async function effectEvidence(
  context: TaskContext,
  frame: number,
  training: string,
): Promise<readonly EffectEvidence[]> {
  const picture = await context.frame(frame);
  const masks = await context.masks(frame);
  const { colour } = await loadBackground(context, frame);
  const support = resizeLinear(
    await new JobFolder(training).readRaster(supportName(frame)),
    picture.height,
    picture.width,
  );
  return Array.from({ length: masks.channels }, (_, subject) =>
    collectEvidence(picture, colour, support, masks, subject),
  );
}
