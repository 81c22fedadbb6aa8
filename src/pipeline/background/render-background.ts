import type { CanvasPlan } from "../../vision/background/canvas.ts";
import {
  renderBackground,
  type Canvas,
} from "../../vision/background/render.ts";
import { widenSpread } from "../../vision/background/misregistration-tolerance.ts";
import {
  farResidual,
  tolerantResidual,
} from "../../vision/background/residual.ts";
import type { Homography } from "../../kernels/homography.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** Renders the background of one frame and files it with the evidence that it leaves for the network. */
export async function renderFrame(
  context: TaskContext,
  frame: number,
  map: Homography,
  canvases: readonly { readonly index: number; readonly canvas: CanvasPlan }[],
): Promise<{ readonly farResidual: number | undefined }> {
  const picture = await context.frame(frame);
  const subjects = await context.subjects(frame);
  const loaded: Canvas[] = [];
  for (const { index, canvas } of canvases)
    loaded.push(await loadCanvas(context, index, canvas));
  const background = renderBackground(
    frame,
    picture,
    subjects,
    map,
    loaded,
    context.vision,
  );
  const far = farResidual(
    picture,
    background.colour,
    subjects,
    background.count,
  );
  const spread = widenSpread(background.spread, background.colour, far);
  await context.artifacts.write("background", frame, { ...background, spread });
  const evidence = tolerantResidual(
    picture,
    background.colour,
    spread,
    background.count,
  );
  const { height, width } = picture;
  const { grid } = context.plan;
  const small =
    grid.height <= height && grid.width <= width
      ? shrink(evidence, grid.height, grid.width)
      : resizeLinear(evidence, grid.height, grid.width);
  await context.artifacts.write("evidence", frame, { evidence: small });
  return { farResidual: far };
}

/** A filed canvas with its plan. */
export const loadCanvas = async (
  { artifacts }: TaskContext,
  index: number,
  plan: CanvasPlan,
): Promise<Canvas> => ({ plan, fused: await artifacts.read("canvas", index) });
