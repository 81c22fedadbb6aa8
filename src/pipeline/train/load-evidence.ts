import { resizeLinear } from "../../kernels/resize.ts";
import type { FrameEvidence } from "../../vision/frame-evidence.ts";
import { pixelUnit } from "../../vision/image/pixel-unit.ts";
import type { Artifacts } from "../execution/artifacts.ts";
import type { TaskContext } from "../execution/task-context.ts";

/**
 * What is known of a frame at working size before its layers are solved.
 *
 * @param artifacts where they are not the job's own
 */
export async function loadEvidence(
  context: TaskContext,
  frame: number,
  artifacts: Artifacts = context.artifacts,
): Promise<FrameEvidence> {
  const picture = await context.frame(frame);
  const { height, width } = picture;
  const { colour, spread } = await artifacts.read("background", frame);
  const { support } = await artifacts.read("support", frame);
  return {
    frame: picture,
    background: colour,
    spread,
    support: resizeLinear(support, height, width),
    masks: await context.masks(frame),
    unit: pixelUnit(height, width),
  };
}
