import { resizeLinear, shrink } from "../../kernels/resize.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";

/** How much a membrane resists bending away along x and along y, > 0. */
export interface Stiffness {
  readonly x: number;
  readonly y: number;
}

/** Sizes, each half of the one before, from coarse to fine; 480 pixels end at 30. */
const MOST_LEVELS = 5;
/** Pixels below which a picture is not halved again. */
const SMALLEST_SIDE_PIXELS = 24;
/** Steps of conjugate gradients at a size; set once, with no other value on record. */
const MOST_SOLVER_STEPS = 60;
/** Steps before it may end; set once, with no other value on record. */
const FEWEST_SOLVER_STEPS = 5;
/** Share of the first residual that is small enough; set once, with no other value on record. */
const SOLVER_TOLERANCE = 1e-3;
/** Fidelity that no pixel exceeds, so that the equations stay solvable; set once, with no other value on record. */
const LARGEST_FIDELITY = 1e3;

/**
 * Stretches a membrane over a picture: minimises `Σ s_x|∂x B|² + s_y|∂y B|² + D|B − P|²` per channel, free at the borders.
 * Where D is next to nothing the solution continues what is known around, farther along the stiffer axis. Conjugate
 * gradients with a diagonal preconditioner, coarse to fine.
 *
 * @param picture  P, `[C, H, W]`
 * @param fidelity D, `[1, H, W]`, > 0: large where P is known
 * @returns        B, `[C, H, W]`
 */
export function membrane(
  picture: Raster,
  fidelity: Raster,
  stiffness: Stiffness,
  levels: number = MOST_LEVELS,
): Raster {
  const { channels, height, width } = picture;
  const start =
    levels > 1 && Math.min(height, width) > SMALLEST_SIDE_PIXELS
      ? coarseSolution(picture, fidelity, stiffness, levels)
      : raster(channels, height, width, new Float32Array(picture.data));
  const system = new MembraneSystem(fidelity, stiffness);
  for (let c = 0; c < channels; c++)
    system.solve(plane(start, c).data, plane(picture, c).data);
  return start;
}

function coarseSolution(
  picture: Raster,
  fidelity: Raster,
  stiffness: Stiffness,
  levels: number,
): Raster {
  const { channels, height, width } = picture;
  const area = height * width;
  const h = height >> 1;
  const w = width >> 1;
  const trust = raster(1, height, width);
  const trusted = raster(channels, height, width);
  for (let i = 0; i < area; i++)
    trust.data[i] = Math.min(LARGEST_FIDELITY, fidelity.data[i]!);
  for (let at = 0; at < trusted.data.length; at++)
    trusted.data[at] = picture.data[at]! * trust.data[at % area]!;
  const coarse = shrink(trusted, h, w);
  const support = shrink(trust, h, w);
  const smallArea = h * w;
  for (let at = 0; at < coarse.data.length; at++)
    coarse.data[at]! /= support.data[at % smallArea]! + 1e-9;
  // Half as many differences across twice the distance: the fidelity weighs four times as much against them.
  const smallFidelity = shrink(fidelity, h, w);
  const heavier = raster(
    1,
    h,
    w,
    smallFidelity.data.map((d) => 4 * d),
  );
  return resizeLinear(
    membrane(coarse, heavier, stiffness, levels - 1),
    height,
    width,
  );
}

/** The linear system of one level: `(D + ∂xᵀ s_x ∂x + ∂yᵀ s_y ∂y) B = D P`. */
class MembraneSystem {
  readonly #fidelity: Float32Array;
  readonly #height: number;
  readonly #width: number;
  readonly #x: number;
  readonly #y: number;
  readonly #inverseDiagonal: Float32Array;
  readonly #residual: Float32Array;
  readonly #direction: Float32Array;
  readonly #image: Float32Array;

  constructor(fidelity: Raster, stiffness: Stiffness) {
    const { height, width, data } = fidelity;
    this.#fidelity = data;
    this.#height = height;
    this.#width = width;
    this.#x = stiffness.x;
    this.#y = stiffness.y;
    this.#inverseDiagonal = new Float32Array(data.length);
    this.#residual = new Float32Array(data.length);
    this.#direction = new Float32Array(data.length);
    this.#image = new Float32Array(data.length);
    for (let y = 0, i = 0; y < height; y++) {
      const vertical = (y > 0 ? 1 : 0) + (y < height - 1 ? 1 : 0);
      for (let x = 0; x < width; x++, i++) {
        const horizontal = (x > 0 ? 1 : 0) + (x < width - 1 ? 1 : 0);
        this.#inverseDiagonal[i] =
          1 / (data[i]! + this.#x * horizontal + this.#y * vertical + 1e-9);
      }
    }
  }

  /** Improves `solution` in place. */
  solve(solution: Float32Array, known: Float32Array): void {
    const n = solution.length;
    const residual = this.#residual;
    const direction = this.#direction;
    const image = this.#image;
    const scale = this.#inverseDiagonal;
    this.#apply(solution, image);
    let energy = 0;
    for (let i = 0; i < n; i++) {
      residual[i] = this.#fidelity[i]! * known[i]! - image[i]!;
      direction[i] = scale[i]! * residual[i]!;
      energy += residual[i]! * direction[i]!;
    }
    const enough =
      SOLVER_TOLERANCE * SOLVER_TOLERANCE * Math.max(energy, 1e-12);
    for (let step = 0; step < MOST_SOLVER_STEPS; step++) {
      this.#apply(direction, image);
      let curvature = 0;
      for (let i = 0; i < n; i++) curvature += direction[i]! * image[i]!;
      if (curvature <= 0) return;
      const length = energy / curvature;
      let next = 0;
      for (let i = 0; i < n; i++) {
        solution[i]! += length * direction[i]!;
        residual[i]! -= length * image[i]!;
        next += residual[i]! * residual[i]! * scale[i]!;
      }
      if (next < enough && step > FEWEST_SOLVER_STEPS) return;
      const turn = next / Math.max(energy, 1e-20);
      for (let i = 0; i < n; i++)
        direction[i] = scale[i]! * residual[i]! + turn * direction[i]!;
      energy = next;
    }
  }

  #apply(from: Float32Array, to: Float32Array): void {
    const width = this.#width;
    const height = this.#height;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const here = from[i]!;
        let across = 0;
        let down = 0;
        if (x > 0) across += here - from[i - 1]!;
        if (x < width - 1) across += here - from[i + 1]!;
        if (y > 0) down += here - from[i - width]!;
        if (y < height - 1) down += here - from[i + width]!;
        to[i] = this.#fidelity[i]! * here + this.#x * across + this.#y * down;
      }
    }
  }
}
