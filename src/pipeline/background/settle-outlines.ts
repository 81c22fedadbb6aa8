import type { BackgroundTasks } from "./background-tasks.ts";
import { evenlySpacedWithEnds } from "../../units/evenly-spaced.ts";
import {
  outlineMove,
  outlineOffset,
} from "../../vision/masks/outline-offset.ts";
import { planCanvases } from "../../vision/background/canvas.ts";
import type { FollowedCamera } from "./find-depth.ts";
import type { BackgroundFacts, BackgroundFit } from "./background-facts.ts";
import { estimateBackground } from "./estimate-background.ts";
import { once, type Job, type Progress } from "../execution/job.ts";
import { factsFile, outlineMoves } from "../execution/artifacts.ts";

/** The first estimate, against which the outlines are measured. */
const firstFit = factsFile<BackgroundFit>("background", "first-background");
/** Frames, spread over the clip, from which the outlines are measured. */
const MOST_MEASURED = 16;

/**
 * Estimates the background and measures against it how the masks' outlines lie to the subjects. Where masks are much too
 * small or too large all around, moves their outlines for this and all later stages and estimates the background anew.
 */
export async function settleOutlines(
  job: Job<BackgroundTasks>,
  camera: FollowedCamera,
  progress: Progress,
): Promise<BackgroundFacts> {
  const { artifacts, plan, pool } = job;
  const { value: first } = await once(job, firstFit, () =>
    estimateBackground(job, camera, progress),
  );
  const { value: moves } = await once(job, outlineMoves, () =>
    measureMoves(job, camera.maps.length),
  );
  if (moves.every((move) => move === 0))
    return { ...first, outlineMoves: moves };
  // Whoever has read masks has read them as they were.
  pool.open(plan);
  const { width, height } = plan.working;
  for (const index of planCanvases(camera.maps, width, height).keys())
    await artifacts.remove("aligned-areas", index);
  const settled = await estimateBackground(job, camera, progress);
  return { ...settled, outlineMoves: moves };
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
