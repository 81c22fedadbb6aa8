import assert from "node:assert/strict";
import {
  apply,
  compose,
  identity,
  invert,
  translation,
  type Homography,
} from "../../../src/kernels/homography.ts";
import { raster } from "../../../src/kernels/raster.ts";
import { listCoordinates } from "../../../src/kernels/warp.ts";
import type { CanvasPlan } from "../../../src/vision/background/canvas.ts";
import {
  depthGrid,
  displacedFor,
  fieldOnCanvas,
  framesOfDepth,
  motionThroughCanvas,
  type CanvasDepth,
} from "../../../src/vision/background/depth.ts";
import { displacementAt } from "../../../src/vision/motion/warp-mesh.ts";

const size = { width: 160, height: 90 };
const plan: CanvasPlan = {
  keyframe: 0,
  width: 180,
  height: 96,
  canvasToFirst: translation(-10, -3),
  samples: [0, 4],
  followed: [4],
};
const maps: Homography[] = [
  identity,
  identity,
  identity,
  identity,
  compose(translation(3, 1), [1.02, 0.01, 0, -0.01, 1.01, 0, 1e-5, 0, 1]),
];

/** Ground that runs ahead of a wall, the more the lower. */
function depthOf(canvas: CanvasPlan): CanvasDepth {
  const grid = depthGrid(canvas, size.width);
  const { rows, columns } = grid;
  const mesh = raster(2, rows + 1, columns + 1);
  for (let row = 0, v = 0; row <= rows; row++)
    for (let column = 0; column <= columns; column++, v++) {
      mesh.data[v] = Math.max(0, row - rows / 2) * 1.5;
      mesh.data[(rows + 1) * (columns + 1) + v] = column / 10;
    }
  return { grid, meshes: new Map([[4, mesh]]) };
}

describe("a canvas of a clip with depth", () => {
  const depth = depthOf(plan);

  it("is followed to the frames that it is made of and that are rendered from it, but to its own", () => {
    const canvases = [0, 6, 12].map((keyframe) => ({
      ...plan,
      keyframe,
      samples: [0, 6, 12, 20],
    }));
    assert.deepEqual(
      framesOfDepth(canvases, 1),
      [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 20],
    );
    assert.deepEqual(framesOfDepth(canvases, 0), [1, 2, 3, 4, 5, 6, 12, 20]);
  });

  it("finds for each pixel of a frame the place that the frame shows there", () => {
    const field = fieldOnCanvas(plan, depth, 4, invert(maps[4]!), size);
    const { x, y } = listCoordinates(field);
    const mesh = depth.meshes.get(4)!;
    for (const [px, py] of [
      [5, 5],
      [80, 45],
      [120, 80],
    ] as const) {
      const qx = x[py * size.width + px]!;
      const qy = y[py * size.width + px]!;
      const [dx, dy] = displacementAt(depth.grid, mesh, qx, qy);
      const [u, v] = apply(
        compose(maps[4]!, plan.canvasToFirst),
        qx + dx,
        qy + dy,
      );
      assert.ok(
        Math.hypot(u - px, v - py) < 0.1,
        `${u}, ${v} for ${px}, ${py}`,
      );
    }
  });

  it("is seen by its own key frame, and by frames that were not followed, through their map alone", () => {
    assert.deepEqual(
      fieldOnCanvas(plan, depth, 0, identity, size),
      fieldOnCanvas(plan, undefined, 0, identity, size),
    );
    assert.equal(displacedFor(plan, depth, 0), undefined);
    assert.equal(displacedFor(plan, undefined, 4), undefined);
    assert.equal(displacedFor(plan, depth, 4)!(48, 90).width, 90);
  });

  it("takes one frame's pixels to another, cell by cell, and back", () => {
    const there = motionThroughCanvas(plan, depth, 0, 4, maps, size)!;
    const back = motionThroughCanvas(plan, depth, 4, 0, maps, size)!;
    const go = (
      { grid, maps: cells }: typeof there,
      x: number,
      y: number,
    ): [number, number] => {
      const column = Math.min(grid.columns - 1, Math.floor(x / grid.cellWidth));
      const row = Math.min(grid.rows - 1, Math.floor(y / grid.cellHeight));
      return apply(cells[row * grid.columns + column]!, x, y);
    };
    for (const [x, y] of [
      [20, 15],
      [80, 45],
      [120, 70],
    ] as const) {
      const [u, v] = go(there, x, y);
      const [bx, by] = go(back, u, v);
      assert.ok(Math.hypot(bx - x, by - y) < 0.15, `${bx}, ${by}`);
      const [dx] = displacementAt(
        depth.grid,
        depth.meshes.get(4)!,
        x + 10,
        y + 3,
      );
      assert.ok(Math.abs(u - apply(maps[4]!, x + dx, y)[0]) < 0.6);
    }
    assert.equal(motionThroughCanvas(plan, depth, 2, 4, maps, size), undefined);
  });
});
