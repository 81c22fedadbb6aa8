import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { sampleNearest } from "../../kernels/warp.ts";
import type { AlignedSamples } from "../background/align-samples.ts";
import type { CanvasPlan, CanvasSample } from "../background/canvas.ts";
import { buildCanvas } from "../background/fuse-canvas.ts";
import { viewField } from "../background/view-field.ts";
import type { VisionLibrary } from "../motion/vision-library.ts";

/** A sum of squared errors, of 1 each, over so many values. */
export interface SquaredError {
  readonly sum: number;
  readonly count: number;
}

/** How a background came out where it was hidden on purpose. */
export interface HeldOut {
  /** Where other frames show the place. */
  readonly seen: SquaredError;
  /** Where none does. */
  readonly unseen: SquaredError;
}

/**
 * Tests a canvas on its own clip: hides a phantom of the subjects, mirrored left-right and reversed in time, so that it is where the
 * background can be seen, fuses the canvas anew, and compares what it says there with what the key frame shows.
 *
 * @param samples in the order of `plan.samples`
 * @param aligned the same, on the canvas
 */
export function holdOut(
  plan: CanvasPlan,
  samples: readonly CanvasSample[],
  aligned: AlignedSamples,
  vision: VisionLibrary,
): HeldOut {
  const { height, width, colours } = aligned;
  const count = raster(1, height, width);
  const valid = samples.map((sample, k) => {
    const { visible } = samples[samples.length - 1 - k]!;
    const own = aligned.valid[k]!;
    const out = scoped(() => {
      const field = viewField(plan, sample);
      const shown = sampleNearest(mirrored(visible), field, 1);
      for (let i = 0; i < shown.data.length; i++)
        shown.data[i]! *= own.data[i]!;
      return shown;
    });
    for (let i = 0; i < out.data.length; i++) count.data[i]! += out.data[i]!;
    return out;
  });
  const key = plan.samples.indexOf(plan.keyframe);
  const guess = buildCanvas(
    plan,
    samples,
    { height, width, colours, valid, count },
    vision,
  ).colour;
  const truth = colours[key]!;
  const area = height * width;
  const seen = { sum: 0, count: 0 };
  const unseen = { sum: 0, count: 0 };
  for (let i = 0; i < area; i++) {
    const isPhantom =
      aligned.valid[key]!.data[i] === 1 && valid[key]!.data[i] === 0;
    if (!isPhantom) continue;
    const into = count.data[i]! > 0 ? seen : unseen;
    for (let j = i; j < 3 * area; j += area) {
      into.sum += (guess.data[j]! - truth.data[j]!) ** 2;
      into.count++;
    }
  }
  return { seen, unseen };
}

/** A picture of one plane, its left and right exchanged. */
function mirrored({ height, width, data }: Raster): Raster {
  const out = raster(1, height, width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      out.data[y * width + x] = data[y * width + width - 1 - x]!;
  return out;
}
