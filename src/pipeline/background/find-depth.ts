import type { BackgroundTasks } from "./background-tasks.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import type { Explained } from "../../vision/motion/depth-motion.ts";
import type { Homography } from "../../kernels/homography.ts";
import { evenlySpacedWithEnds } from "../../units/evenly-spaced.ts";
import type { DepthShares } from "./background-facts.ts";
import type { FollowedDepth } from "./follow-depth.ts";
import type { Job } from "../execution/job.ts";

/** What the background takes from the camera's path. */
export interface FollowedCamera {
  /** Per frame, the map from frame 0. */
  readonly maps: readonly Homography[];
  /** Of the corners that were followed from key frames, the share that agree with one homography. */
  readonly agreeing: number;
}

/** Canvases, spread over the clip, by which it is told whether there is depth. */
const MOST_CANVASES_LOOKED_AT = 3;
/** Share of the corners followed from key frames that agree with one homography, above which nobody looks for depth. */
const ONE_PLANE = 0.85;
/** Share of held-out corners that must be elsewhere than the homography says. */
const LEAST_UNEXPLAINED = 0.2;
/** Share of these that the meshes may leave unexplained. */
const LARGEST_LEFT = 0.5;

/**
 * Looks whether a clip has depth that one homography does not explain, and if so leaves how each canvas's places move beside it; else leaves
 * nothing.
 *
 * @returns shares of the corners that neither was fitted to that the homography and the meshes explain; null for a clip without depth
 */
export async function findDepth(
  { pool, signal, artifacts }: Job<BackgroundTasks>,
  plans: readonly CanvasPlan[],
  { maps, agreeing }: FollowedCamera,
): Promise<DepthShares | null> {
  if (agreeing > ONE_PLANE) return null;
  const follow = (indices: readonly number[]): Promise<FollowedDepth[]> =>
    pool.runAll(
      indices.map((index) => ({
        kind: "follow-depth" as const,
        index,
        canvases: plans,
        maps,
      })),
      signal,
      () => undefined,
    );
  const looked = evenlySpacedWithEnds(
    plans.length,
    Math.min(MOST_CANVASES_LOOKED_AT, plans.length),
  );
  const first = await follow(looked);
  if (!isDeep(sharesOf(first))) {
    for (const index of looked) await artifacts.remove("depth", index);
    return null;
  }
  const others = [...plans.keys()].filter((index) => !looked.includes(index));
  return sharesOf([...first, ...(await follow(others))]);
}

function sharesOf(followed: readonly FollowedDepth[]): DepthShares {
  const sum = (of: keyof Explained): number =>
    followed.reduce((total, { explained }) => total + explained[of], 0);
  const corners = Math.max(1, sum("corners"));
  return { plane: sum("plane") / corners, mesh: sum("mesh") / corners };
}

const isDeep = ({ plane, mesh }: DepthShares): boolean =>
  1 - plane > LEAST_UNEXPLAINED && 1 - mesh < LARGEST_LEFT * (1 - plane);
