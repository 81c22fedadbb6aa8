import { scoped } from "../../kernels/memory.ts";
import { resizeLinear } from "../../kernels/resize.ts";
import type { FrameEvidence, FrameScene } from "../../vision/frame-evidence.ts";
import { withThinParts } from "../../vision/matting/thin-parts.ts";
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
  const { support } = await artifacts.read("support", frame);
  const scene = await loadScene(context, frame, artifacts);
  const { height, width } = scene.frame;
  return { ...scene, support: resizeLinear(support, height, width) };
}

/**
 * What is known of a frame at working size before the network has been trained.
 *
 * @param artifacts where they are not the job's own
 */
export async function loadScene(
  context: TaskContext,
  frame: number,
  artifacts: Artifacts = context.artifacts,
): Promise<FrameScene> {
  const picture = await context.frame(frame);
  const { height, width } = picture;
  const { colour, spread } = await artifacts.read("background", frame);
  const scene = {
    frame: picture,
    background: colour,
    spread,
    masks: await context.masks(frame),
    unit: pixelUnit(height, width),
  };
  return { ...scene, masks: scoped(() => withThinParts(scene)) };
}
