import { compose, type Homography, invert } from "../../kernels/homography.ts";
import type { Job } from "../execution/job.ts";
import type { FinishTasks } from "./finish-tasks.ts";

/**
 * Frames between those to which the others are compared. On a clip that pans, paths over 6, 12 and 24 frames are all off by .02 pixels; the
 * nearer two frames are, the more they both show.
 */
const ANCHOR_FRAMES = 12;

/**
 * The camera's path to fractions of a pixel, for what is put onto its plane: a title's edges show what neither registration needs nor
 * backgrounds, which are aligned once more where it counts. Each frame is compared with the last anchor, and an anchor with the one before.
 *
 * @param maps per frame, the map from frame 0, at working size
 * @returns    the same, refined; a camera that stands still stands still
 */
export async function refinePath(
  job: Job<FinishTasks>,
  maps: readonly Homography[],
): Promise<readonly Homography[]> {
  const frames = maps.slice(1).map((_, i) => i + 1);
  const anchorOf = (frame: number): number =>
    ANCHOR_FRAMES * Math.floor((frame - 1) / ANCHOR_FRAMES);
  const links = await job.pool.runAll(
    frames.map((frame) => ({
      kind: "refine-map" as const,
      frame,
      anchor: anchorOf(frame),
      map: between(maps, anchorOf(frame), frame),
    })),
    job.signal,
    () => undefined,
  );
  const path: Homography[] = [maps[0]!];
  for (const frame of frames)
    path.push(
      isStill(maps, frame)
        ? maps[frame]!
        : compose(links[frame - 1]!, path[anchorOf(frame)]!),
    );
  return path;
}

const between = (
  maps: readonly Homography[],
  from: number,
  to: number,
): Homography => compose(maps[to]!, invert(maps[from]!));

/** Whether the camera has stood still up to a frame. */
const isStill = (maps: readonly Homography[], frame: number): boolean =>
  maps.slice(0, frame + 1).every((map) => String(map) === String(maps[0]));
