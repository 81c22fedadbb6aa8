import { apply, invert, type Homography } from "../../kernels/homography.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { trackThereAndBack } from "../../kernels/track-points.ts";
import { refineEffort } from "./track-effort.ts";
import type { Points } from "./vision-library.ts";
import {
  displacementAt,
  fitMesh,
  type MeshGrid,
  type MovedPoint,
} from "./warp-mesh.ts";

/** A frame that corners are followed to. */
export interface FollowedFrame {
  readonly index: number;
  /** `[1, H, W]` */
  readonly grey: Raster;
  /** `[1, H, W]`, > 0.5 where background shows. */
  readonly visible: Raster;
  /** Takes pixels of the key frame to this one, as the camera's one homography has it. */
  readonly map: Homography;
}

/** Of corners that a motion was not fitted to, how many are where it says. */
export interface Explained {
  /** By the camera's homography. */
  readonly plane: number;
  /** By the meshes. */
  readonly mesh: number;
  /** Of so many. */
  readonly corners: number;
}

/** Pixels within which a corner is where a motion says, as for the camera. */
const EXPLAINED_PIXELS = 1;
/** Pixels that a corner may be off when it is followed there and back, as for the camera. */
const THERE_AND_BACK_PIXELS = 0.7;
/** Every so many corners one is held out. */
const HOLD_OUT = 5;
/** What is farther off than this was followed wrongly by either. */
const FARTHEST_PIXELS = 4;
/** Corners without which a frame's motion is that of the one before. */
const FEWEST_CORNERS = 30;
/** Reach, in cells of the mesh, of held-out corners when they say where the mesh does harm. */
const HELD_REACH_CELLS = 2.5;
/** How strongly a vertex is held where the homography explains the held-out corners around it better. */
const HOLD = 3;

/**
 * How places of a key frame move beside the camera's homography, because they lie at another depth: corners are followed straight from the key
 * frame, frame after frame away from it, each looked for where the mesh of the frame before says. A shadow's edge leaves no such corner: away
 * from its key frame there is nothing at its place that looks like it.
 *
 * @param frames  to one side of the key frame, the nearest first
 * @param corners of the key frame, where it shows background
 * @param origin  of the key frame on the canvas that the mesh lies on, pixels
 * @returns       per frame, displacements on the canvas `[2, rows + 1, columns + 1]`: what lies at p is in the frame where `map` takes p + d(p)
 */
export async function followDepth(
  key: Raster,
  corners: Points,
  frames: readonly { readonly load: () => Promise<FollowedFrame> }[],
  grid: MeshGrid,
  origin: readonly [number, number],
): Promise<{
  readonly meshes: readonly Raster[];
  readonly explained: Explained;
}> {
  const meshes: Raster[] = [];
  const explained = { plane: 0, mesh: 0, corners: 0 };
  let last = raster(
    2,
    grid.rows + 1,
    grid.columns + 1,
    new Float32Array(2 * (grid.rows + 1) * (grid.columns + 1)),
  );
  for (const { load } of frames) {
    const frame = await load();
    const moved = scoped(() =>
      movedCorners(key, corners, frame, grid, last, origin),
    );
    if (moved.length >= FEWEST_CORNERS) {
      const { mesh, held } = fitHeldOut(grid, moved);
      explained.plane += held.plane;
      explained.mesh += held.mesh;
      explained.corners += held.corners;
      last = mesh;
    }
    meshes.push(last);
  }
  return { meshes, explained };
}

/** Where the corners have gone, on the canvas, as one would see it if the homography were right. */
function movedCorners(
  key: Raster,
  corners: Points,
  { grey, visible, map }: FollowedFrame,
  grid: MeshGrid,
  last: Raster,
  [left, top]: readonly [number, number],
): MovedPoint[] {
  const expected = new Float32Array(corners.length);
  for (let i = 0; i < corners.length; i += 2) {
    const [x, y] = [corners[i]!, corners[i + 1]!];
    const [dx, dy] = displacementAt(grid, last, x - left, y - top);
    [expected[i], expected[i + 1]] = apply(map, x + dx, y + dy);
  }
  const tracks = trackThereAndBack(
    key,
    grey,
    corners,
    expected,
    THERE_AND_BACK_PIXELS,
    refineEffort,
  );
  const back = invert(map);
  const moved: MovedPoint[] = [];
  tracks.found.forEach((found, k) => {
    if (found === 0) return;
    const u = tracks.points[2 * k]!;
    const v = tracks.points[2 * k + 1]!;
    const column = Math.round(u);
    const row = Math.round(v);
    if (column < 0 || row < 0 || column >= grey.width || row >= grey.height)
      return;
    if (visible.data[row * grey.width + column]! <= 0.5) return;
    const [x, y] = apply(back, u, v);
    moved.push({
      x: corners[2 * k]! - left,
      y: corners[2 * k + 1]! - top,
      dx: x - corners[2 * k]!,
      dy: y - corners[2 * k + 1]!,
    });
  });
  return moved;
}

/** A mesh that is held to the homography where corners that it was not fitted to say so. */
function fitHeldOut(
  grid: MeshGrid,
  moved: readonly MovedPoint[],
): { readonly mesh: Raster; readonly held: Explained } {
  const kept = moved.filter((_, k) => k % HOLD_OUT !== 0);
  const out = moved.filter((_, k) => k % HOLD_OUT === 0);
  const trial = fitMesh(grid, kept);
  const errors = out.map((point) => {
    const [dx, dy] = displacementAt(grid, trial, point.x, point.y);
    return {
      ...point,
      plane: Math.min(FARTHEST_PIXELS, Math.hypot(point.dx, point.dy)),
      mesh: Math.min(FARTHEST_PIXELS, Math.hypot(point.dx - dx, point.dy - dy)),
    };
  });
  const pull = new Float32Array((grid.rows + 1) * (grid.columns + 1));
  for (let row = 0, v = 0; row <= grid.rows; row++)
    for (let column = 0; column <= grid.columns; column++, v++) {
      let worse = 0;
      for (const { x, y, plane, mesh } of errors) {
        const u = x / grid.cellWidth - column;
        const w = y / grid.cellHeight - row;
        const near = Math.exp(
          -(u * u + w * w) / (2 * HELD_REACH_CELLS * HELD_REACH_CELLS),
        );
        worse += near * (mesh - plane);
      }
      if (worse > 0) pull[v] = HOLD;
    }
  const count = (of: "plane" | "mesh"): number =>
    errors.filter((each) => each[of] < EXPLAINED_PIXELS).length;
  return {
    mesh: fitMesh(grid, moved, pull),
    held: {
      plane: count("plane"),
      mesh: count("mesh"),
      corners: errors.length,
    },
  };
}
