import { raster, type Raster } from "../../kernels/raster.ts";
import { sampleLinear } from "../../kernels/warp.ts";

/** Cells across a frame; 16×10 in the study of depth. */
const CELLS_ACROSS = 16;
/** Weight of a cell's shape beside one track; of 10, 1, .1 and .02 the best in the study: less and a shadow's edge pulls, more and depth is lost. */
const SHAPE_WEIGHT = 0.1;
/** Pull towards no displacement, which settles what nothing else says. */
const LEAST_PULL = 1e-3;
/** Pixels off at which a track speaks with a quarter of its weight (Geman and McClure). */
const OUTLIER_PIXELS = 1.5;
/** Turns of weighting and solving; the first takes outliers to be four times as far. */
const ROUNDS = 4;

/** Points that have moved, in pixels. */
export interface MovedPoint {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** A grid of vertices over a picture; between them displacements are bilinear. */
export interface MeshGrid {
  /** Cells. */
  readonly columns: number;
  readonly rows: number;
  /** Pixels from vertex to vertex. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** A grid over a picture, whose cells are as large as those of a frame of this width. */
export function meshGrid(
  width: number,
  height: number,
  frameWidth: number,
): MeshGrid {
  const cell = frameWidth / CELLS_ACROSS;
  const columns = Math.max(2, Math.round(width / cell));
  const rows = Math.max(2, Math.round(height / cell));
  return {
    columns,
    rows,
    cellWidth: (width - 1) / columns,
    cellHeight: (height - 1) / rows,
  };
}

/**
 * Displacements that follow tracks and keep the shape of their cells (Liu et al., "Content-preserving warps for 3D video
 * stabilization", 2009): least squares over the tracks, bilinear in the vertices, and over each corner of a cell, which is to stay
 * where a similarity would take it with the two next to it; tracks that do not agree lose their weight.
 *
 * @param pull   `[rows + 1, columns + 1]`: how strongly each vertex is held where it was; held by little when absent
 * @returns      `[2, rows + 1, columns + 1]` pixels, x then y
 */
export function fitMesh(
  grid: MeshGrid,
  points: readonly MovedPoint[],
  pull?: Float32Array,
): Raster {
  const { columns, rows } = grid;
  const system = new BandedSystem(
    2 * (columns + 1) * (rows + 1),
    2 * (rows + 2) + 2,
  );
  const shape = new BandedSystem(system.size, system.band);
  addShape(shape, grid);
  for (let v = 0; v < (columns + 1) * (rows + 1); v++) {
    const strength = LEAST_PULL + (pull?.[atRow(grid, v)] ?? 0);
    shape.add(2 * v, 2 * v, strength);
    shape.add(2 * v + 1, 2 * v + 1, strength);
  }
  const places = points.map((point) => placeIn(grid, point.x, point.y));
  let vertices = new Float64Array(system.size);
  for (let round = 0; round < ROUNDS; round++) {
    const outlier =
      OUTLIER_PIXELS * Math.max(1, round === 0 ? 4 : 4 / (1 + 2 * round));
    system.copy(shape);
    const right = new Float64Array(system.size);
    points.forEach((point, k) => {
      const { at, share } = places[k]!;
      let weight = 1;
      if (round > 0) {
        let ex = -point.dx;
        let ey = -point.dy;
        for (let i = 0; i < 4; i++) {
          ex += share[i]! * vertices[2 * at[i]!]!;
          ey += share[i]! * vertices[2 * at[i]! + 1]!;
        }
        weight = 1 / (1 + (ex * ex + ey * ey) / (outlier * outlier)) ** 2;
      }
      for (let i = 0; i < 4; i++) {
        const row = 2 * at[i]!;
        right[row]! += weight * share[i]! * point.dx;
        right[row + 1]! += weight * share[i]! * point.dy;
        for (let j = 0; j < 4; j++) {
          const value = weight * share[i]! * share[j]!;
          system.add(row, 2 * at[j]!, value);
          system.add(row + 1, 2 * at[j]! + 1, value);
        }
      }
    });
    vertices = system.solve(right);
  }
  const mesh = raster(2, rows + 1, columns + 1);
  const count = (columns + 1) * (rows + 1);
  for (let v = 0; v < count; v++) {
    mesh.data[atRow(grid, v)] = vertices[2 * v]!;
    mesh.data[count + atRow(grid, v)] = vertices[2 * v + 1]!;
  }
  return mesh;
}

/** Displacement of a mesh at a point; beyond its rim that of the rim. */
export function displacementAt(
  grid: MeshGrid,
  mesh: Raster,
  x: number,
  y: number,
): [number, number] {
  const { at, share } = placeIn(grid, x, y);
  const count = mesh.width * mesh.height;
  let dx = 0;
  let dy = 0;
  for (let i = 0; i < 4; i++) {
    const v = atRow(grid, at[i]!);
    dx += share[i]! * mesh.data[v]!;
    dy += share[i]! * mesh.data[count + v]!;
  }
  return [dx, dy];
}

/**
 * A mesh's displacements at every pixel of the picture that it lies on, shrunk or not.
 *
 * @param scale pixels of the picture to one of the result
 * @returns     `[2, height, width]` pixels of the result
 */
export function meshFlow(
  grid: MeshGrid,
  mesh: Raster,
  height: number,
  width: number,
  scale: { readonly x: number; readonly y: number },
): Raster {
  const flow = sampleLinear(mesh, {
    height,
    width,
    map: [
      scale.x / grid.cellWidth,
      0,
      (scale.x - 1) / 2 / grid.cellWidth,
      0,
      scale.y / grid.cellHeight,
      (scale.y - 1) / 2 / grid.cellHeight,
      0,
      0,
      1,
    ],
  });
  const area = height * width;
  for (let i = 0; i < area; i++) {
    flow.data[i]! /= scale.x;
    flow.data[area + i]! /= scale.y;
  }
  return flow;
}

/** Vertices are numbered column by column, which keeps the system's band narrow where pictures are wide. */
const vertexAt = ({ rows }: MeshGrid, column: number, row: number): number =>
  column * (rows + 1) + row;

/** Place of a vertex in rows. */
const atRow = ({ rows, columns }: MeshGrid, vertex: number): number => {
  const column = Math.floor(vertex / (rows + 1));
  return (vertex - column * (rows + 1)) * (columns + 1) + column;
};

/** The four vertices around a point, and its share of each. */
function placeIn(
  grid: MeshGrid,
  x: number,
  y: number,
): { readonly at: readonly number[]; readonly share: readonly number[] } {
  const { columns, rows, cellWidth, cellHeight } = grid;
  const u = Math.min(columns, Math.max(0, x / cellWidth));
  const v = Math.min(rows, Math.max(0, y / cellHeight));
  const column = Math.min(columns - 1, Math.floor(u));
  const row = Math.min(rows - 1, Math.floor(v));
  const fx = u - column;
  const fy = v - row;
  return {
    at: [
      vertexAt(grid, column, row),
      vertexAt(grid, column + 1, row),
      vertexAt(grid, column, row + 1),
      vertexAt(grid, column + 1, row + 1),
    ],
    share: [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy],
  };
}

/** Adds the squares of how far each corner of each cell is from where a similarity takes it with the next two. */
function addShape(system: BandedSystem, grid: MeshGrid): void {
  const { columns, rows, cellWidth, cellHeight } = grid;
  const position = [
    [0, 0],
    [cellWidth, 0],
    [cellWidth, cellHeight],
    [0, cellHeight],
  ] as const;
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) {
      const quad = [
        vertexAt(grid, column, row),
        vertexAt(grid, column + 1, row),
        vertexAt(grid, column + 1, row + 1),
        vertexAt(grid, column, row + 1),
      ];
      for (let k = 0; k < 4; k++) {
        const [a, b, c] = [0, 1, 2].map((n) => (k + n) % 4) as [
          number,
          number,
          number,
        ];
        const dx = position[c]![0] - position[b]![0];
        const dy = position[c]![1] - position[b]![1];
        const ex = position[a]![0] - position[b]![0];
        const ey = position[a]![1] - position[b]![1];
        const squared = dx * dx + dy * dy;
        // a = b + u·d + v·d turned by a right angle.
        const u = (ex * dx + ey * dy) / squared;
        const v = (ey * dx - ex * dy) / squared;
        const [A, B, C] = [quad[a]!, quad[b]!, quad[c]!];
        addSquare(system, [
          [2 * A, 1],
          [2 * B, u - 1],
          [2 * C, -u],
          [2 * C + 1, v],
          [2 * B + 1, -v],
        ]);
        addSquare(system, [
          [2 * A + 1, 1],
          [2 * B + 1, u - 1],
          [2 * C + 1, -u],
          [2 * C, -v],
          [2 * B, v],
        ]);
      }
    }
}

function addSquare(
  system: BandedSystem,
  row: readonly (readonly [number, number])[],
): void {
  for (const [i, p] of row)
    for (const [j, q] of row) system.add(i, j, SHAPE_WEIGHT * p * q);
}

/** A symmetric positive definite system whose entries lie near the diagonal. */
class BandedSystem {
  readonly size: number;
  /** Largest distance of an entry from the diagonal. */
  readonly band: number;
  /** The lower half, row by row, the diagonal last. */
  readonly #rows: Float64Array;

  constructor(size: number, band: number) {
    this.size = size;
    this.band = band;
    this.#rows = new Float64Array(size * (band + 1));
  }

  copy(other: BandedSystem): void {
    this.#rows.set(other.#rows);
  }

  /** Adds to one entry; those of the upper half are known by those of the lower. */
  add(row: number, column: number, value: number): void {
    if (column > row) return;
    this.#rows[row * (this.band + 1) + this.band - (row - column)]! += value;
  }

  /** Solves by Cholesky's decomposition, which takes the matrix's place. */
  solve(right: Float64Array): Float64Array<ArrayBuffer> {
    const { size, band } = this;
    const width = band + 1;
    const a = this.#rows;
    const x = Float64Array.from(right);
    for (let i = 0; i < size; i++) {
      const first = Math.max(0, i - band);
      // Entry (i, k) lies at `base + k`.
      const base = i * width + band - i;
      for (let j = first; j <= i; j++) {
        const other = j * width + band - j;
        let sum = a[base + j]!;
        for (let k = Math.max(first, j - band); k < j; k++)
          sum -= a[base + k]! * a[other + k]!;
        a[base + j] = j === i ? Math.sqrt(sum) : sum / a[other + j]!;
      }
      let sum = x[i]!;
      for (let k = first; k < i; k++) sum -= a[base + k]! * x[k]!;
      x[i] = sum / a[base + i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      const base = i * width + band - i;
      x[i]! /= a[base + i]!;
      for (let k = Math.max(0, i - band); k < i; k++)
        x[k]! -= a[base + k]! * x[i]!;
    }
    return x;
  }
}
