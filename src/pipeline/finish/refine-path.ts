import { compose, type Homography, invert } from "../../kernels/homography.ts";
import { factsFile } from "../execution/artifacts.ts";
import { once, type Job } from "../execution/job.ts";
import type { FinishTasks } from "./finish-tasks.ts";

/**
 * Frames between those to which the others are compared. On a clip that pans, paths over 6, 12 and 24 frames are all off by .02 pixels; the
 * nearer two frames are, the more they both show.
 */
const ANCHOR_FRAMES = 12;

/** Where the path is left, which training has no part in. */
const pathFacts = factsFile<readonly Homography[]>("refine", "camera-path");

/**
 * The camera's path to fractions of a pixel, for what is put onto its plane: a title's edges show what neither registration needs nor
 * backgrounds, which are aligned once more where it counts. Each frame is compared with the last anchor, and an anchor with the one before.
 * It needs frames and masks only, so that it can be found while the network is trained.
 *
 * @param maps per frame, the map from frame 0, at working size
 * @returns    the same, refined; a camera that stands still stands still
 */
export async function refinePath(
  job: Job<FinishTasks>,
  maps: readonly Homography[],
): Promise<readonly Homography[]> {
  const { value } = await once(job, pathFacts, () => followLinks(job, maps));
  return value;
}

async function followLinks(
  job: Job<FinishTasks>,
  maps: readonly Homography[],
): Promise<readonly Homography[]> {
  const moving = maps.findIndex((map) => String(map) !== String(maps[0]));
  // How long the camera stands still.
  const still = moving < 0 ? maps.length : moving;
  const path: Homography[] = maps.slice(0, still);
  const anchorOf = (frame: number): number =>
    ANCHOR_FRAMES * Math.floor((frame - 1) / ANCHOR_FRAMES);
  const links = await job.pool.runAll(
    maps.slice(still).map((_, i) => ({
      kind: "refine-map" as const,
      frame: still + i,
      anchor: anchorOf(still + i),
      map: between(maps, anchorOf(still + i), still + i),
    })),
    job.signal,
    () => undefined,
  );
  for (const link of links)
    path.push(compose(link, path[anchorOf(path.length)]!));
  return path;
}

const between = (
  maps: readonly Homography[],
  from: number,
  to: number,
): Homography => compose(maps[to]!, invert(maps[from]!));
