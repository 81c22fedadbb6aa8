import assert from "node:assert/strict";
import {
  displacementAt,
  fitMesh,
  meshFlow,
  meshGrid,
  type MovedPoint,
} from "../../../src/vision/motion/warp-mesh.ts";
import { seeded } from "../seeded.ts";

describe("a mesh that follows tracks", () => {
  const grid = meshGrid(320, 180, 320);
  const random = seeded(5);
  const points = (
    motion: (x: number, y: number) => readonly [number, number],
    count = 400,
  ): MovedPoint[] =>
    Array.from({ length: count }, () => {
      const x = 320 * random();
      const y = 180 * random();
      const [dx, dy] = motion(x, y);
      return { x, y, dx, dy };
    });

  it("has square cells, as many across a frame whatever the canvas", () => {
    assert.deepEqual([grid.columns, grid.rows], [16, 9]);
    assert.deepEqual(
      [meshGrid(480, 180, 320), meshGrid(2, 2, 320)].map((g) => [
        g.columns,
        g.rows,
      ]),
      [
        [24, 9],
        [2, 2],
      ],
    );
  });

  it("takes on what a similarity does, wherever one looks", () => {
    const turn = (x: number, y: number) =>
      [0.02 * x - 0.01 * y + 1, 0.01 * x + 0.02 * y - 2] as const;
    const mesh = fitMesh(grid, points(turn));
    for (const [x, y] of [
      [0, 0],
      [160, 90],
      [303, 20],
      [319, 179],
    ] as const) {
      const [dx, dy] = displacementAt(grid, mesh, x, y);
      const [ex, ey] = turn(x, y);
      assert.ok(
        Math.hypot(dx - ex, dy - ey) < 0.1,
        `${dx}, ${dy} at ${x}, ${y}`,
      );
    }
  });

  it("moves wall and ground each in its own way", () => {
    const mesh = fitMesh(
      grid,
      points((_, y) => (y < 80 ? [2, 0] : [2 + (y - 80) / 10, 0])),
    );
    for (const [y, dx] of [
      [30, 2],
      [130, 7],
      [170, 11],
    ] as const)
      assert.ok(
        Math.abs(displacementAt(grid, mesh, 150, y)[0] - dx) < 0.3,
        `${displacementAt(grid, mesh, 150, y)[0]} for ${dx}`,
      );
  });

  it("is not bent by some tracks that move with something else", () => {
    const shadow = points(() => [4, 1], 12).map((point) => ({
      ...point,
      x: 120 + point.x / 8,
      y: 80 + point.y / 8,
    }));
    const ground = points(() => [0, 0], 800);
    const mesh = fitMesh(grid, [...ground, ...shadow]);
    for (const [x, y] of [
      [140, 90],
      [200, 90],
    ] as const)
      assert.ok(Math.hypot(...displacementAt(grid, mesh, x, y)) < 0.3);
  });

  it("stays where it is without tracks, and where it is held", () => {
    assert.ok(fitMesh(grid, []).data.every((v) => Math.abs(v) < 1e-9));
    const pull = new Float32Array(17 * 10).fill(1e4);
    const held = fitMesh(
      grid,
      points(() => [3, -2]),
      pull,
    );
    assert.ok(held.data.every((v) => Math.abs(v) < 0.05));
  });

  it("says the same pixel by pixel, at any size", () => {
    const mesh = fitMesh(
      grid,
      points((x, y) => [Math.sin(x / 40), Math.cos(y / 30)]),
    );
    const flow = meshFlow(grid, mesh, 90, 160, { x: 2, y: 2 });
    for (const [x, y] of [
      [0, 0],
      [40, 61],
      [159, 89],
    ] as const) {
      const [dx, dy] = displacementAt(grid, mesh, 2 * x + 0.5, 2 * y + 0.5);
      assert.ok(Math.abs(flow.data[y * 160 + x]! - dx / 2) < 1e-3);
      assert.ok(Math.abs(flow.data[160 * 90 + y * 160 + x]! - dy / 2) < 1e-3);
    }
  });
});
