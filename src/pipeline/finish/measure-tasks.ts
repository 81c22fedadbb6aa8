import { resizeLinear } from "../../kernels/resize.ts";
import type { Homography } from "../../kernels/homography.ts";
import { readRgb } from "../../media/image-file.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import { holdOut, type HeldOut } from "../../vision/report/held-out.ts";
import { leftOver, type LeftOver } from "../../vision/report/left-over.ts";
import {
  lookAround,
  type Surroundings,
} from "../../vision/report/surroundings.ts";
import {
  alignedSamples,
  canvasSamples,
  mapsOfSamples,
} from "../background/aligned-samples.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** What a canvas tells of the result's quality. */
export interface CanvasMeasure {
  readonly heldOut: HeldOut;
  readonly surroundings: Surroundings;
}

/** What a frame tells of it. */
export interface FrameMeasure {
  readonly leftOver: LeftOver;
  /** Beneath the subjects: how much of the background is not known, added up, of how many pixels. */
  readonly unknown: { readonly sum: number; readonly pixels: number };
}

/** Tests a canvas, from the samples that it was made of. */
export async function measureCanvas(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  maps: readonly Homography[],
): Promise<CanvasMeasure> {
  const own = mapsOfSamples(canvas, maps);
  const samples = await canvasSamples(context, index, canvas, own);
  const aligned = await alignedSamples(context, index, canvas, samples);
  return {
    heldOut: holdOut(canvas, samples, aligned, context.vision),
    surroundings: lookAround(canvas, samples),
  };
}

/**
 * Looks at a frame that has been composed.
 *
 * @param file its confidence map
 */
export async function measureFrame(
  context: TaskContext,
  frame: number,
  file: string,
): Promise<FrameMeasure> {
  const { grid } = context.plan;
  const subjects = await context.subjects(frame);
  const { evidence } = await context.artifacts.read("evidence", frame);
  const { support } = await context.artifacts.read("support", frame);
  const known = await readRgb(file);
  const unknown = { sum: 0, pixels: 0 };
  for (let i = 0; i < subjects.data.length; i++) {
    if (subjects.data[i]! <= 0.5) continue;
    unknown.sum += 1 - known.data[3 * i]! / 255;
    unknown.pixels++;
  }
  return {
    leftOver: leftOver(
      evidence,
      support,
      resizeLinear(subjects, grid.height, grid.width),
    ),
    unknown,
  };
}
