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
import type { Homography } from "../../vision/image/homography.ts";
import { resizeLinear, shrink } from "../../vision/image/resample.ts";
import { raster, type Raster } from "../../vision/image/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";
import {
  backgroundName,
  canvasName,
  evidenceName,
} from "../execution/artifacts.ts";

/** Samples per background pixel are filed as a share of this. */
const COUNT_SCALE = 64;

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
  const { height, width } = picture;
  const area = height * width;
  const planes = raster(5, height, width);
  planes.data.set(background.colour.data, 0);
  planes.data.set(spread.data, 3 * area);
  for (let i = 0; i < area; i++)
    planes.data[4 * area + i] = background.count.data[i]! / COUNT_SCALE;
  await context.folder.writeRaster(backgroundName(frame), planes, "unit16");
  const evidence = tolerantResidual(
    picture,
    background.colour,
    spread,
    background.count,
  );
  const { grid } = context.plan;
  const small =
    grid.height <= height && grid.width <= width
      ? shrink(evidence, grid.height, grid.width)
      : resizeLinear(evidence, grid.height, grid.width);
  await context.folder.writeRaster(evidenceName(frame), small, "float32");
  return { farResidual: far };
}

/** A filed canvas with its plan. */
export async function loadCanvas(
  context: TaskContext,
  index: number,
  plan: CanvasPlan,
): Promise<Canvas> {
  const planes = await context.folder.readRaster(canvasName(index));
  const area = planes.height * planes.width;
  const view = (from: number, channels: number): Raster =>
    raster(
      channels,
      planes.height,
      planes.width,
      planes.data.subarray(from * area, (from + channels) * area),
    );
  return {
    plan,
    fused: { colour: view(0, 3), spread: view(3, 1), count: view(4, 1) },
  };
}

/** A filed background: colour `[3, h, w]`, spread `[1, h, w]`. */
export async function loadBackground(
  context: TaskContext,
  frame: number,
): Promise<{ colour: Raster; spread: Raster }> {
  const planes = await context.folder.readRaster(backgroundName(frame));
  const area = planes.height * planes.width;
  return {
    colour: raster(
      3,
      planes.height,
      planes.width,
      planes.data.subarray(0, 3 * area),
    ),
    spread: raster(
      1,
      planes.height,
      planes.width,
      planes.data.subarray(3 * area, 4 * area),
    ),
  };
}
