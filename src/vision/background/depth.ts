import {
  apply,
  compose,
  fromFourPoints,
  invert,
  rescale,
  type Homography,
} from "../../kernels/homography.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import {
  displacedHomographyField,
  homographyField,
  type MappedField,
} from "../../kernels/warp.ts";
import {
  displacementAt,
  meshFlow,
  meshGrid,
  type MeshGrid,
} from "../motion/warp-mesh.ts";
import type { CanvasPlan, SampleView } from "./canvas.ts";

/** How what lies on a canvas moves beside the camera's homography, because it lies at another depth. */
export interface CanvasDepth {
  readonly grid: MeshGrid;
  /** `[2, rows + 1, columns + 1]` per frame that was followed: what lies at p is in the frame where its map takes p + d(p). */
  readonly meshes: ReadonlyMap<number, Raster>;
}

/** The grid of a canvas. */
export const depthGrid = (plan: CanvasPlan, frameWidth: number): MeshGrid =>
  meshGrid(plan.width, plan.height, frameWidth);

/**
 * The frames that a canvas's depth is followed to: those that it is made of, and those that are rendered from it.
 *
 * @param canvases in order, of which this is the one at `index`
 */
export function framesOfDepth(
  canvases: readonly CanvasPlan[],
  index: number,
): number[] {
  const { keyframe, samples } = canvases[index]!;
  const from = canvases[index - 1]?.keyframe ?? keyframe;
  const to = canvases[index + 1]?.keyframe ?? keyframe;
  const frames = new Set(samples);
  for (let t = from; t <= to; t++) frames.add(t);
  frames.delete(keyframe);
  return [...frames].sort((a, b) => a - b);
}

/** The same canvases, of a clip with depth. */
export const withDepth = (canvases: readonly CanvasPlan[]): CanvasPlan[] =>
  canvases.map((plan, index) => ({
    ...plan,
    followed: framesOfDepth(canvases, index),
  }));

/** How a frame sees a canvas's places, as a sample says it; undefined where one plane explains it. */
export function displacedFor(
  plan: CanvasPlan,
  depth: CanvasDepth | undefined,
  frame: number,
): SampleView["displaced"] {
  const mesh = depth?.meshes.get(frame);
  if (depth === undefined || mesh === undefined) return undefined;
  return (height, width) =>
    meshFlow(depth.grid, mesh, height, width, {
      x: plan.width / width,
      y: plan.height / height,
    });
}

/** Turns until a displacement is undone: it changes by a few hundredths of itself a pixel. */
const UNDOING_ROUNDS = 8;

/** Vertices of a frame's own grid to one of the canvas's, so that the bends of one lie on the other. */
const FINER = 4;

/** What lies on a canvas where a frame shows `(x, y)`. */
function placeOnCanvas(
  { grid, meshes }: CanvasDepth,
  frame: number,
  toCanvas: Homography,
  x: number,
  y: number,
): [number, number] {
  const [u, w] = apply(toCanvas, x, y);
  const mesh = meshes.get(frame);
  if (mesh === undefined) return [u, w];
  // The frame shows at (x, y) what lies at q where q + d(q) is (u, w).
  let [qx, qy] = [u, w];
  for (let round = 0; round < UNDOING_ROUNDS; round++) {
    const [dx, dy] = displacementAt(grid, mesh, qx, qy);
    [qx, qy] = [u - dx, w - dy];
  }
  return [qx, qy];
}

/**
 * Where a frame's pixels lie on a canvas.
 *
 * @param frameToFirst of the frame, perhaps beside what its own map says
 * @param size         of the frame
 */
export function fieldOnCanvas(
  plan: CanvasPlan,
  depth: CanvasDepth | undefined,
  frame: number,
  frameToFirst: Homography,
  { height, width }: { readonly height: number; readonly width: number },
): MappedField {
  const toCanvas = compose(invert(plan.canvasToFirst), frameToFirst);
  if (depth?.meshes.has(frame) !== true)
    return homographyField(toCanvas, height, width);
  const back = invert(toCanvas);
  const grid = meshGrid(width, height, width / FINER);
  const count = (grid.rows + 1) * (grid.columns + 1);
  const own = raster(2, grid.rows + 1, grid.columns + 1);
  vertices(grid).forEach(([x, y], v) => {
    const place = placeOnCanvas(depth, frame, toCanvas, x, y);
    const [px, py] = apply(back, ...place);
    own.data[v] = px - x;
    own.data[count + v] = py - y;
  });
  return displacedHomographyField(
    toCanvas,
    meshFlow(grid, own, height, width, { x: 1, y: 1 }),
  );
}

/** The places of a grid's vertices, row by row. */
const vertices = ({
  rows,
  columns,
  cellWidth,
  cellHeight,
}: MeshGrid): [number, number][] =>
  Array.from({ length: (rows + 1) * (columns + 1) }, (_, v) => {
    const column = v % (columns + 1);
    return [column * cellWidth, ((v - column) / (columns + 1)) * cellHeight];
  });

/** A motion between two frames that is a homography of its own in each cell of a grid, and meets at their corners. */
export interface CellMotion {
  readonly grid: MeshGrid;
  /** Row by row. */
  readonly maps: readonly Homography[];
}

/** The same for pictures of another size. */
export const rescaleMotion = (
  { grid, maps }: CellMotion,
  scaleX: number,
  scaleY: number,
): CellMotion => ({
  grid: {
    ...grid,
    cellWidth: grid.cellWidth * scaleX,
    cellHeight: grid.cellHeight * scaleY,
  },
  maps: maps.map((map) => rescale(map, scaleX, scaleY)),
});

/**
 * How one frame's places move to another, through a canvas that both are seen on.
 *
 * @param maps per frame, the map from frame 0
 * @param size of the frames that the maps are meant for
 * @returns    undefined where the canvas does not know one of the frames
 */
export function motionThroughCanvas(
  plan: CanvasPlan,
  depth: CanvasDepth,
  from: number,
  to: number,
  maps: readonly Homography[],
  { height, width }: { readonly height: number; readonly width: number },
): CellMotion | undefined {
  const knows = (frame: number): boolean =>
    frame === plan.keyframe || depth.meshes.has(frame);
  if (!knows(from) || !knows(to)) return undefined;
  const toCanvas = compose(invert(plan.canvasToFirst), invert(maps[from]!));
  const fromCanvas = compose(maps[to]!, plan.canvasToFirst);
  const grid = meshGrid(width, height, width);
  const places = vertices(grid);
  const gone = places.map(([x, y]) => {
    const [qx, qy] = placeOnCanvas(depth, from, toCanvas, x, y);
    const mesh = depth.meshes.get(to);
    const [dx, dy] =
      mesh === undefined ? [0, 0] : displacementAt(depth.grid, mesh, qx, qy);
    return apply(fromCanvas, qx + dx, qy + dy);
  });
  const cells: Homography[] = [];
  for (let row = 0; row < grid.rows; row++)
    for (let column = 0; column < grid.columns; column++) {
      const v = row * (grid.columns + 1) + column;
      const corners = [v, v + 1, v + grid.columns + 2, v + grid.columns + 1];
      cells.push(
        fromFourPoints(
          corners.map((c) => places[c]!),
          corners.map((c) => gone[c]!),
        ),
      );
    }
  return { grid, maps: cells };
}
