import type { BackgroundTasks } from "./background-tasks.ts";
import { evenlySpacedWithEnds } from "../../units/evenly-spaced.ts";
import { rm } from "node:fs/promises";
import {
  outlineMove,
  outlineOffset,
} from "../../vision/masks/outline-offset.ts";
import { planCanvases } from "../../vision/background/canvas.ts";
import type { Homography } from "../../vision/image/homography.ts";
import type { BackgroundFacts } from "./background-facts.ts";
import { estimateBackground } from "./estimate-background.ts";
import { once, type Job, type Progress } from "../execution/job.ts";
import { alignedAreasName } from "../execution/artifacts.ts";

const FIRST_NAME = "outlines.json";
/** Frames, spread over the clip, from which the outlines are measured. */
const MOST_MEASURED = 16;

/**
 * Estimates the background and measures against it how the masks' outlines lie to the subjects. Where masks are much too
 * small or too large all around, moves their outlines for this and all later stages and estimates the background anew.
 */
export async function settleOutlines(
  job: Job<BackgroundTasks>,
  maps: readonly Homography[],
  progress: Progress,
): Promise<BackgroundFacts> {
  const { value: first } = await once(job, FIRST_NAME, async () => {
    const fit = await estimateBackground(job, maps, progress);
    return { ...fit, outlineMoves: await measureMoves(job, maps.length) };
  });
  const { outlineMoves } = first;
  if (outlineMoves.every((move) => move === 0)) return first;
  useMoves(job, outlineMoves);
  // Samples that were laid outside the masks as they were.
  const { width, height } = job.plan.working;
  for (const index of planCanvases(maps, width, height).keys())
    await rm(job.folder.file(alignedAreasName(index)), { force: true });
  return { ...(await estimateBackground(job, maps, progress)), outlineMoves };
}

/** Has all further tasks see the masks with their outlines moved. */
export function useMoves({ pool, plan }: Job, moves: readonly number[]): void {
  if (moves.some((move) => move !== 0))
    pool.open({ ...plan, outlineMoves: moves });
}

async function measureMoves(
  job: Job<BackgroundTasks>,
  frameCount: number,
): Promise<number[]> {
  const count = Math.min(frameCount, MOST_MEASURED);
  const profiles = await job.pool.runAll(
    evenlySpacedWithEnds(frameCount, count).map((frame) => ({
      kind: "outline-profiles" as const,
      frame,
    })),
    job.signal,
    () => undefined,
  );
  return job.plan.masks.map((_, k) =>
    outlineMove(outlineOffset(profiles.map((of) => of[k]!))),
  );
}
