import type {
  CanvasPlan,
  CanvasSample,
  SampleView,
} from "../../vision/background/canvas.ts";
import {
  alignSamples,
  type AlignedSamples,
} from "../../vision/background/align-samples.ts";
import type { Homography } from "../../kernels/homography.ts";
import { openScope, scoped } from "../../kernels/memory.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";

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

/** Aligns the samples of a canvas, or takes them from their files when a task before has filed them. */
export async function alignedSamples(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  views: readonly SampleView[],
): Promise<AlignedSamples> {
  if (await context.artifacts.has("aligned-areas", index))
    return readAligned(context, index);
  const samples: CanvasSample[] = [];
  for (const [k, view] of views.entries())
    samples.push({
      ...view,
      rgb: await context.frame(canvas.samples[k]!),
      visible: await context.visible(canvas.samples[k]!),
    });
  return scoped(() => alignSamples(canvas, samples));
}

/** Files aligned samples for later tasks. */
export async function fileAlignedSamples(
  context: TaskContext,
  index: number,
  aligned: AlignedSamples,
): Promise<void> {
  const { colours, valid, count } = aligned;
  // All samples once more: not to be kept while they are looked at.
  using _scope = openScope();
  await context.artifacts.write("aligned-colours", index, {
    colours: stack(colours),
  });
  // Last, because its presence says that both are there.
  await context.artifacts.write("aligned-areas", index, {
    valid: stack(valid),
    count,
  });
}

async function readAligned(
  context: TaskContext,
  index: number,
): Promise<AlignedSamples> {
  const areas = await context.artifacts.read("aligned-areas", index);
  const { colours } = await context.artifacts.read("aligned-colours", index);
  const { height, width, channels } = areas.valid;
  const area = height * width;
  const count = raster(1, height, width, areas.count.data.map(Math.round));
  return {
    height,
    width,
    colours: Array.from({ length: channels }, (_, k): Raster =>
      raster(
        3,
        height,
        width,
        colours.data.subarray(3 * k * area, 3 * (k + 1) * area),
      ),
    ),
    valid: Array.from({ length: channels }, (_, k) => plane(areas.valid, k)),
    count,
  };
}

/** Pictures of one size, one after another. */
function stack(pictures: readonly Raster[]): Raster {
  const { channels, height, width } = pictures[0]!;
  const all = raster(channels * pictures.length, height, width);
  pictures.forEach(({ data }, k) => {
    all.data.set(data, k * data.length);
  });
  return all;
}
