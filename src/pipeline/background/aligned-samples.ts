import type {
  CanvasPlan,
  CanvasSample,
} from "../../vision/background/canvas.ts";
import {
  alignSamples,
  type AlignedSamples,
} from "../../vision/background/align-samples.ts";
import type { Homography } from "../../kernels/homography.ts";
import { openScope, scoped } from "../../kernels/memory.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** The samples of a canvas, in the order of `canvas.samples`. */
export async function canvasSamples(
  context: TaskContext,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<CanvasSample[]> {
  const samples: CanvasSample[] = [];
  for (const t of canvas.samples)
    samples.push(await context.sample(t, maps[t]!));
  return samples;
}

/** Aligns the samples of a canvas, or takes them from their files when a task before has filed them. */
export async function alignedSamples(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  samples: readonly CanvasSample[],
): Promise<AlignedSamples> {
  return (await context.artifacts.has("aligned-areas", index))
    ? readAligned(context, index)
    : scoped(() => alignSamples(canvas, samples));
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
