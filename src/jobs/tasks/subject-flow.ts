import type { Homography } from "../../matte/image/homography.ts";
import { shrink } from "../../matte/image/resample.ts";
import { movingPlaces, steadyMotion } from "../../matte/subjects/evidence.ts";
import type { Flow } from "../../matte/subjects/frame-analysis.ts";
import { ownMotion } from "../../matte/subjects/motion-features.ts";
import { neighbourFlow } from "../../matte/subjects/neighbour-flow.ts";
import {
  between,
  fileFlow,
  halfFile,
  movingFile,
  type Step,
} from "../subjects/subject-files.ts";
import type { TaskContext } from "../task-context.ts";

/** Files a frame at half size, how it moves to both its neighbours, and where it moves by itself. */
export async function subjectFlow(
  context: TaskContext,
  frame: number,
  maps: readonly Homography[],
): Promise<void> {
  const { folder, vision } = context;
  const rgb = await context.frame(frame);
  const { height, width } = rgb;
  const half = shrink(rgb, height >> 1, width >> 1);
  await folder.writeRaster(halfFile(frame), half, "unit16");
  const flowTo = async (step: Step): Promise<Flow | undefined> => {
    const neighbour = frame + step;
    if (neighbour < 0 || neighbour >= maps.length) return undefined;
    const camera = between(maps, frame, neighbour);
    const other = await context.frame(neighbour);
    const flow = neighbourFlow(vision, rgb, other, camera);
    await fileFlow(folder, frame, step, flow);
    return ownMotion(flow, camera, height, width);
  };
  const motion = steadyMotion(await flowTo(-1), await flowTo(1));
  await folder.writeRaster(movingFile(frame), movingPlaces(motion), "unit8");
}
