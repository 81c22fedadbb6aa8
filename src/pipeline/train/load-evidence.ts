import { resizeLinear } from "../../vision/image/resample.ts";
import type { FrameEvidence } from "../../vision/frame-evidence.ts";
import { pixelUnit } from "../../vision/image/pixel-unit.ts";
import { JobFolder } from "../execution/job-folder.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { loadBackground } from "../background/render-background.ts";
import { supportName } from "../execution/artifacts.ts";

/**
 * What is known of a frame at working size before its layers are solved.
 *
 * @param training folder of what the network attributed
 */
export async function loadEvidence(
  context: TaskContext,
  frame: number,
  training: string,
): Promise<FrameEvidence> {
  const picture = await context.frame(frame);
  const { height, width } = picture;
  const { colour, spread } = await loadBackground(context, frame);
  const support = await new JobFolder(training).readRaster(supportName(frame));
  return {
    frame: picture,
    background: colour,
    spread,
    support: resizeLinear(support, height, width),
    masks: await context.masks(frame),
    unit: pixelUnit(height, width),
  };
}
