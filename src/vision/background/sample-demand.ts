import { apply, type Homography } from "../../kernels/homography.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { Size } from "../../units/size.ts";

/** Samples that a cell wants: as many as fill a pixel. */
const ENOUGH_CELL_SAMPLES = 6;
/** A pixel that has a near sample does not ask for one that is much farther. */
const FARTHER_THAN_FIRST = 6;
/** Frames that are looked at for one frame unless one shows much that is new; bounds the time, set once, with no other value on record. */
const MOST_SAMPLE_FRAMES = 14;
/** Share of the cells that a frame must give something to, to be worth reading; set once, with no other value on record. */
const SMALLEST_SHARE = 0.005;
/** The same as a count, for small regions; set once, with no other value on record. */
const FEWEST_CELLS = 4;

/**
 * Decides, on the working-size grid, which frames are worth decoding: those that give samples to enough pixels that still
 * want some.
 */
export class SampleDemand {
  readonly #cells: Int32Array;
  readonly #counts: Uint8Array;
  readonly #firstApart: Uint8Array;
  readonly #width: number;
  #taken = 0;

  constructor(region: readonly number[], full: Size, small: Size) {
    const cells = new Set<number>();
    for (const pixel of region) {
      const x = pixel % full.width;
      const y = (pixel - x) / full.width;
      const column = Math.floor((x * small.width) / full.width);
      const row = Math.floor((y * small.height) / full.height);
      cells.add(
        Math.min(small.height - 1, row) * small.width +
          Math.min(small.width - 1, column),
      );
    }
    this.#cells = Int32Array.from(cells);
    this.#counts = new Uint8Array(this.#cells.length);
    this.#firstApart = new Uint8Array(this.#cells.length);
    this.#width = small.width;
  }

  /** Bounds of the region on the working-size grid. */
  get bounds(): { left: number; top: number; right: number; bottom: number } {
    const bounds = { left: Infinity, top: Infinity, right: 0, bottom: 0 };
    for (const cell of this.#cells) {
      const x = cell % this.#width;
      const y = (cell - x) / this.#width;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y);
    }
    return bounds;
  }

  /** Whether every pixel has what it wants. */
  get satisfied(): boolean {
    return this.#counts.every((count) => count >= ENOUGH_CELL_SAMPLES);
  }

  /**
   * Looks whether a frame is worth taking, and if so counts what it gives.
   *
   * @param visible where the frame shows background, at working size
   * @param map     takes the target to the frame, at working size
   * @param apart   frames between the two
   */
  take(visible: Raster, map: Homography, apart: number): boolean {
    const given: number[] = [];
    let fresh = 0;
    for (let k = 0; k < this.#cells.length; k++) {
      const count = this.#counts[k]!;
      if (count >= ENOUGH_CELL_SAMPLES) continue;
      if (count > 0 && apart > this.#firstApart[k]! + FARTHER_THAN_FIRST) {
        continue;
      }
      const cell = this.#cells[k]!;
      const x = cell % this.#width;
      const [u, v] = apply(map, x, (cell - x) / this.#width);
      const column = Math.round(u);
      const row = Math.round(v);
      if (column < 0 || row < 0) continue;
      if (column >= visible.width || row >= visible.height) continue;
      if (visible.data[row * visible.width + column]! <= 0.5) continue;
      given.push(k);
      if (count === 0) fresh++;
    }
    const least = Math.max(FEWEST_CELLS, SMALLEST_SHARE * this.#cells.length);
    const many = this.#taken >= MOST_SAMPLE_FRAMES / 2;
    if (given.length < (many ? 4 * least : least)) return false;
    if (this.#taken >= MOST_SAMPLE_FRAMES && fresh < 10 * least) return false;
    for (const k of given) {
      if (this.#counts[k] === 0) this.#firstApart[k] = apart;
      this.#counts[k]!++;
    }
    this.#taken++;
    return true;
  }
}
