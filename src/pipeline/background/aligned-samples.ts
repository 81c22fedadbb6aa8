import type {
  CanvasPlan,
  CanvasSample,
} from "../../vision/background/canvas.ts";
import {
  alignSamples,
  type AlignedSamples,
} from "../../vision/background/align-samples.ts";
import type { Homography } from "../../kernels/homography.ts";
import { scoped } from "../../kernels/memory.ts";
import { packedPlanes, unpack } from "../../kernels/packed.ts";
import { raster } from "../../kernels/raster.ts";
import { displacedFor } from "../../vision/background/depth.ts";
import { withoutShading } from "../../vision/background/lens-shading.ts";
import { canvasDepth } from "./canvas-depth.ts";
import { lensShading } from "./find-lens.ts";
import type { TaskContext } from "../execution/task-context.ts";

/**
 * The samples of a canvas, in the order of `canvas.samples`.
 *
 * @param maps of each sample, from frame 0
 */
export async function canvasSamples(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<CanvasSample[]> {
  const depth = await canvasDepth(context, index, canvas);
  const lens = await context.artifacts.readFacts(lensShading);
  const samples: CanvasSample[] = [];
  for (const [k, t] of canvas.samples.entries()) {
    const { rgb, subjects, visible } = await context.pictures(t);
    samples.push({
      firstToFrame: maps[k]!,
      displaced: displacedFor(canvas, depth, t),
      // A canvas has many samples, and looks at one after the other.
      get rgb() {
        return lens == null ? rgb() : withoutShading(rgb(), lens);
      },
      get subjects() {
        return subjects();
      },
      get visible() {
        return visible();
      },
    });
  }
  return samples;
}

/** The maps of a canvas's samples. */
export const mapsOfSamples = (
  { samples }: CanvasPlan,
  maps: readonly Homography[],
): Homography[] => samples.map((t) => maps[t]!);

/** Of the time that a canvas takes, what its samples are aligned in: 2.7 of 5.9 s, on 24 frames of a tennis player at 448x256. */
const ALIGNING_SHARE = 0.45;

/** Aligns the samples of a canvas, or takes them from their files when a task before has filed them. */
export async function alignedSamples(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  samples: readonly CanvasSample[],
): Promise<AlignedSamples> {
  return (await context.artifacts.has("aligned-areas", index))
    ? readAligned(context, index)
    : scoped(() =>
        alignSamples(canvas, samples, (count) => {
          context.tell((ALIGNING_SHARE * count) / samples.length);
        }),
      );
}

/** Files aligned samples for later tasks. */
export async function fileAlignedSamples(
  context: TaskContext,
  index: number,
  aligned: AlignedSamples,
): Promise<void> {
  const { colours, valid, count } = aligned;
  await context.artifacts.write("aligned-colours", index, { colours });
  // Last, because its presence says that both are there.
  await context.artifacts.write("aligned-areas", index, { valid, count });
}

async function readAligned(
  { artifacts }: TaskContext,
  index: number,
): Promise<AlignedSamples> {
  const areas = await artifacts.readPacked("aligned-areas", index);
  const { colours } = await artifacts.readPacked("aligned-colours", index);
  const { height, width, channels } = areas.valid;
  const numbers = Array.from({ length: channels }, (_, k) => k);
  return {
    height,
    width,
    colours: numbers.map((k) => unpack(packedPlanes(colours, 3 * k, 3))),
    valid: numbers.map((k) => unpack(packedPlanes(areas.valid, k, 1))),
    count: raster(1, height, width, Float32Array.from(areas.count.codes)),
  };
}
