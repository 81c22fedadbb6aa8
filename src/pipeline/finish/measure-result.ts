import { join } from "node:path";
import {
  confidenceFrames,
  frameFileName,
} from "../../document/layers-document.ts";
import type { Homography } from "../../kernels/homography.ts";
import { evenlySpaced } from "../../units/evenly-spaced.ts";
import { planCanvases } from "../../vision/background/canvas.ts";
import type { QualityReport } from "../../units/quality-report.ts";
import { withDepth } from "../../vision/background/depth.ts";
import { judge } from "../../vision/report/judge.ts";
import type { BackgroundFit } from "../background/background-facts.ts";
import { factsFile } from "../execution/artifacts.ts";
import { once, type Job } from "../execution/job.ts";
import type { FinishTasks } from "./finish-tasks.ts";
import type { CanvasMeasure } from "./measure-tasks.ts";

/** Canvases that are tested, each anew what one costs to build: three differ by less than a dB from all. */
const MOST_CANVASES = 3;
/** Frames that are looked at. */
const MOST_FRAMES = 12;

/** Where it is left what the canvases tell, which training has no part in. */
const canvasMeasures = factsFile<readonly CanvasMeasure[]>(
  "refine",
  "canvas-measures",
);

/**
 * Tests some of the canvases. It needs backgrounds only, so that it can be done while the network is trained.
 *
 * @param maps per frame, the map from frame 0, at working size
 */
export async function measureCanvases(
  job: Job<FinishTasks>,
  maps: readonly Homography[],
  background: BackgroundFit,
): Promise<readonly CanvasMeasure[]> {
  const { value } = await once(job, canvasMeasures, () => {
    const { width, height } = job.plan.working;
    const plans = planCanvases(maps, width, height);
    const planned = background.depth === null ? plans : withDepth(plans);
    const count = Math.min(planned.length, MOST_CANVASES);
    return job.pool.runAll(
      evenlySpaced(planned.length, count).map((index) => ({
        kind: "measure-canvas" as const,
        index,
        canvas: planned[index]!,
        maps,
      })),
      job.signal,
      () => undefined,
    );
  });
  return value;
}

/**
 * Lets a run say how good its result is likely to be, from what it has left.
 *
 * @param maps   per frame, the map from frame 0, at working size
 * @param folder of the result's frames
 */
export async function measureResult(
  job: Job<FinishTasks>,
  maps: readonly Homography[],
  background: BackgroundFit,
  folder: string,
): Promise<QualityReport> {
  const canvases = await measureCanvases(job, maps, background);
  const { plan, pool, signal } = job;
  const { clip } = plan;
  const frames = await pool.runAll(
    evenlySpaced(clip.frameCount, Math.min(clip.frameCount, MOST_FRAMES)).map(
      (frame) => ({
        kind: "measure-frame" as const,
        frame,
        file: join(folder, frameFileName(confidenceFrames, frame + 1)),
      }),
    ),
    signal,
    () => undefined,
  );
  const { farResidual, unrest } = background;
  return judge({
    heldOut: canvases.map(({ heldOut }) => heldOut),
    surroundings: canvases.map(({ surroundings }) => surroundings),
    leftOver: frames.map((frame) => frame.leftOver),
    unknown: frames.map((frame) => frame.unknown),
    farResidual,
    unrest,
  });
}
