import type { CanvasPlan, SampleView } from "../../vision/background/canvas.ts";
import {
  alignSamples,
  type AlignedSamples,
} from "../../vision/background/align-samples.ts";
import type { Homography } from "../../vision/image/homography.ts";
import { plane, raster, type Raster } from "../../vision/image/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";
import {
  alignedAreasName,
  alignedColoursName,
} from "../execution/artifacts.ts";

/** Where the samples of a canvas come from, in the order of `canvas.samples`. */
export async function sampleViews(
  context: TaskContext,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<SampleView[]> {
  const views: SampleView[] = [];
  for (const t of canvas.samples) {
    views.push({
      subjects: await context.subjects(t),
      firstToFrame: maps[t]!,
    });
  }
  return views;
}

/** Lays the samples of a canvas, or takes them from their files when a task before has filed them. */
export async function alignedSamples(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  views: readonly SampleView[],
): Promise<AlignedSamples> {
  if (await context.folder.has(alignedAreasName(index)))
    return readAligned(context, index);
  const samples = [];
  for (const [k, view] of views.entries())
    samples.push({ ...view, rgb: await context.frame(canvas.samples[k]!) });
  return alignSamples(canvas, samples);
}

/** Files laid samples for later tasks. */
export async function fileAlignedSamples(
  context: TaskContext,
  index: number,
  laid: AlignedSamples,
): Promise<void> {
  const { height, width, colours, valid, count } = laid;
  const area = height * width;
  const planes = raster(3 * colours.length, height, width);
  colours.forEach((colour, k) => {
    planes.data.set(colour.data, 3 * k * area);
  });
  await context.folder.writeRaster(alignedColoursName(index), planes, "unit16");
  const areas = raster(valid.length + 1, height, width);
  valid.forEach((shown, k) => {
    areas.data.set(shown.data, k * area);
  });
  for (let i = 0; i < area; i++)
    areas.data[valid.length * area + i] = count.data[i]! / BYTE;
  // Last, because its presence says that both are there.
  await context.folder.writeRaster(alignedAreasName(index), areas, "unit8");
}

/** Counts are filed as whole bytes. */
const BYTE = 255;

async function readAligned(
  context: TaskContext,
  index: number,
): Promise<AlignedSamples> {
  const areas = await context.folder.readRaster(alignedAreasName(index));
  const colours = await context.folder.readRaster(alignedColoursName(index));
  const { height, width } = areas;
  const area = height * width;
  const n = areas.channels - 1;
  const count = plane(areas, n);
  for (let i = 0; i < area; i++)
    count.data[i] = Math.round(count.data[i]! * BYTE);
  return {
    height,
    width,
    colours: Array.from({ length: n }, (_, k): Raster =>
      raster(
        3,
        height,
        width,
        colours.data.subarray(3 * k * area, 3 * (k + 1) * area),
      ),
    ),
    valid: Array.from({ length: n }, (_, k) => plane(areas, k)),
    count,
  };
}
