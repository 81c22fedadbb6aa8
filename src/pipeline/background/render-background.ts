import type { CanvasPlan } from "../../vision/background/canvas.ts";
import {
  neighbours,
  renderBackground,
  type Canvas,
} from "../../vision/background/render.ts";
import {
  type MovingCanvas,
  renderMovingGround,
} from "../../vision/background/moving-ground.ts";
import type { SelfMotion } from "../../vision/background/self-motion.ts";
import { forgiveMoved } from "../../vision/background/moved-background.ts";
import { widenSpread } from "../../vision/background/misregistration-tolerance.ts";
import {
  farResidual,
  tolerantResidual,
} from "../../vision/background/residual.ts";
import { invert, type Homography } from "../../kernels/homography.ts";
import { resizeLinear, shrink } from "../../kernels/resize.ts";
import {
  shadeAsLens,
  withoutShading,
} from "../../vision/background/lens-shading.ts";
import { maskCentres } from "../../vision/smoke/subject-path.ts";
import { canvasDepth } from "./canvas-depth.ts";
import { lensShading } from "./find-lens.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** Renders the background of one frame and files it with the evidence that it leaves for the network. */
export async function renderFrame(
  context: TaskContext,
  frame: number,
  map: Homography,
  canvases: readonly { readonly index: number; readonly canvas: CanvasPlan }[],
  unrest: number | null,
): Promise<{ readonly farResidual: number | undefined }> {
  const picture = await context.frame(frame);
  const subjects = await context.subjects(frame);
  const loaded: Canvas[] = [];
  for (const { index, canvas } of canvases)
    loaded.push(await loadCanvas(context, index, canvas));
  const lens = await context.artifacts.readFacts(lensShading);
  const plain = renderBackground(
    frame,
    lens == null ? picture : withoutShading(picture, lens),
    subjects,
    map,
    loaded,
    context.vision,
  );
  if (lens != null) shadeAsLens(plain.colour, lens);
  const far = farResidual(picture, plain.colour, subjects, plain.count);
  const tolerant = {
    ...plain,
    spread: forgiveMoved(
      widenSpread(plain.spread, plain.colour, far),
      picture,
      plain,
      subjects,
      await context.visible(frame),
      far,
    ),
  };
  const background =
    unrest === null
      ? tolerant
      : renderMovingGround(
          picture,
          subjects,
          maskCentres(await context.masks(frame)),
          invert(map),
          tolerant,
          await movingCanvases(context, frame, canvases),
          unrest,
          context.vision,
        );
  await context.artifacts.write("background", frame, background);
  const evidence = tolerantResidual(
    picture,
    background.colour,
    background.spread,
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

/** The canvases around a frame that know how their ground moves by itself. */
async function movingCanvases(
  { artifacts }: TaskContext,
  frame: number,
  canvases: readonly { readonly index: number; readonly canvas: CanvasPlan }[],
): Promise<MovingCanvas[]> {
  const known: { readonly plan: CanvasPlan; readonly motion: SelfMotion }[] =
    [];
  for (const { index, canvas } of canvases)
    if (await artifacts.has("bare-ground", index))
      known.push({
        plan: canvas,
        motion: {
          ...(await artifacts.read("bare-ground", index)),
          ...(await artifacts.read("usual-ground", index)),
          ...(await artifacts.read("footprints", index)),
        },
      });
  return known.length === 0
    ? []
    : neighbours(frame, known).map(({ canvas, share }) => ({
        ...canvas,
        share,
      }));
}

/** A filed canvas with its plan. */
export const loadCanvas = async (
  context: TaskContext,
  index: number,
  plan: CanvasPlan,
): Promise<Canvas> => ({
  plan,
  fused: await context.artifacts.read("canvas", index),
  depth: await canvasDepth(context, index, plan),
});
