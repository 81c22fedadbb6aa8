import type { Homography } from "../../kernels/homography.ts";
import { PointLookup, type PointValues } from "../../kernels/look-up-points.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import type { Raster } from "../../kernels/raster.ts";
import {
  distanceFromMiddle,
  shadingMover,
  type LensShading,
  type MoveShading,
} from "./lens-shading.ts";
import type { CellMotion } from "./depth.ts";

/** A frame's own pixels, `[H, W, 3]` in 0…255, with where it shows background, `[1, h, w]` at any smaller size. */
export interface NeighbourFrame {
  readonly bytes: Uint8Array;
  readonly visible: Raster;
}

/** How a frame's pixels move to another's: all in one way, or each cell of the frame in its own. */
export type Motion = Homography | CellMotion;

/** Samples from near frames whose mean fills a pixel: the six nearest that show it; set once, with no other value on record. */
const ENOUGH_SAMPLES = 6;
/** Frames apart at which a sample counts 1/e; 4 until motion was refined around each subject. */
const TIME_CONSTANT_FRAMES = 3;
/** Points of a frame, on a grid, from which its gain is told; set once, with no other value on record. */
const GAIN_POINTS = 6000;
/** Fewer of them that both frames show tell neither gain nor error; set once, with no other value on record. */
const FEWEST_GAIN_POINTS = 150;
/** The region's surroundings reach this share of the width beyond it. */
const SURROUNDINGS = 0.05;
/** Points around the region by which homographies are compared; set once, with no other value on record. */
const SURROUNDING_POINTS = 3000;
/** Share of the least error so far that a later candidate must get below, so that noise does not choose; set once, with no other value on record. */
const CLEARLY_BETTER = 0.98;
/** Smallest gain between near frames: exposure is seldom changed by more within a shot; set once, with no other value on record. */
const LEAST_GAIN = 0.8;
/** Largest gain: the smallest one's inverse. */
const MOST_GAIN = 1.25;

/**
 * Background beneath the subjects of one frame, from the frames nearest in time that show it: each is looked up once,
 * straight from its own pixels, matched in exposure, and weighted by `exp(−|Δt|/3)`. The mean of near samples is the best
 * guess where samples disagree (water, foliage, parallax) and as sharp as the frames where they agree. It must not be
 * used outside the masks, and near frames must be `excludeShadows`: what lies beneath a wheel now lies in its
 * shadow a frame later.
 */
export class NeighbourFill {
  readonly #width: number;
  readonly #height: number;
  readonly #target: NeighbourFrame;
  /** Pixels to fill. */
  readonly #region: Int32Array;
  readonly #moveShading: MoveShading | undefined;
  readonly #sums: Float32Array;
  readonly #weights: Float32Array;
  readonly #counts: Uint8Array;
  readonly #gainPoints: Int32Array;
  readonly #surroundings: Int32Array;

  /**
   * @param target frame whose background is wanted
   * @param region indices of the pixels to fill
   * @param lens   how the clip's lens shades, if it does
   */
  constructor(
    width: number,
    height: number,
    target: NeighbourFrame,
    region: Int32Array,
    lens: LensShading | null = null,
  ) {
    this.#moveShading = lens === null ? undefined : shadingMover(lens);
    this.#width = width;
    this.#height = height;
    this.#target = target;
    this.#region = region;
    this.#sums = new Float32Array(region.length * 3);
    this.#weights = new Float32Array(region.length);
    this.#counts = new Uint8Array(region.length);
    this.#gainPoints = this.#visibleGrid();
    this.#surroundings = this.#visibleAround();
  }

  /**
   * Adds what another frame shows.
   *
   * @param candidates  maps from the target to the sample; a later one is taken only when it explains the region's
   *                    surroundings better than those before it
   * @param framesApart distance in time, > 0
   */
  add(
    sample: NeighbourFrame,
    candidates: readonly Motion[],
    framesApart: number,
  ): void {
    using lookup = new PointLookup(
      sample.bytes,
      this.#width,
      this.#height,
      sample.visible,
    );
    const { map, gain } = this.#best(lookup, candidates);
    const weight = Math.exp(-framesApart / TIME_CONSTANT_FRAMES);
    const wanting = this.#wanting();
    const { values, shown } = this.#lookUp(
      lookup,
      wanting.map((k) => this.#region[k]!),
      map,
    );
    for (let i = 0; i < wanting.length; i++) {
      if (shown[i] === 0) continue;
      const k = wanting[i]!;
      for (let channel = 0; channel < 3; channel++) {
        const matched =
          (values[3 * i + channel]! / 255 + 0.05) * gain[channel]! - 0.05;
        this.#sums[3 * k + channel]! +=
          weight * Math.min(1, Math.max(0, matched));
      }
      this.#weights[k]! += weight;
      this.#counts[k]!++;
    }
  }

  /** From how many frames which of the clip's pixels were taken. */
  get filled(): { readonly region: Int32Array; readonly counts: Uint8Array } {
    return { region: this.#region, counts: this.#counts };
  }

  /** What a sample shows at pixels of the target. */
  #lookUp(
    sample: PointLookup,
    pixels: Int32Array,
    motion: Motion,
  ): PointValues {
    if (!("maps" in motion)) return this.#seen(sample, pixels, motion);
    const values = new Float32Array(3 * pixels.length);
    const shown = new Uint8Array(pixels.length);
    const { columns, rows, cellWidth, cellHeight } = motion.grid;
    const inCell = new Map<number, number[]>();
    for (let k = 0; k < pixels.length; k++) {
      const x = pixels[k]! % this.#width;
      const y = (pixels[k]! - x) / this.#width;
      const column = Math.min(columns - 1, Math.floor(x / cellWidth));
      const row = Math.min(rows - 1, Math.floor(y / cellHeight));
      const cell = row * columns + column;
      const others = inCell.get(cell);
      if (others === undefined) inCell.set(cell, [k]);
      else others.push(k);
    }
    for (const [cell, places] of inCell) {
      const seen = this.#seen(
        sample,
        Int32Array.from(places, (k) => pixels[k]!),
        motion.maps[cell]!,
      );
      places.forEach((k, i) => {
        shown[k] = seen.shown[i]!;
        values.set(seen.values.subarray(3 * i, 3 * i + 3), 3 * k);
      });
    }
    return { values, shown };
  }

  /** What a sample shows at pixels of the target, as the lens would shade it there. */
  #seen(sample: PointLookup, pixels: Int32Array, map: Homography): PointValues {
    const found = sample.at(pixels, map);
    const move = this.#moveShading;
    if (move === undefined) return found;
    const [width, height] = [this.#width, this.#height];
    const h = map;
    for (let k = 0; k < pixels.length; k++) {
      if (found.shown[k] === 0) continue;
      const x = pixels[k]! % width;
      const y = (pixels[k]! - x) / width;
      const w = h[6]! * x + h[7]! * y + h[8]!;
      const u = (h[0]! * x + h[1]! * y + h[2]!) / w;
      const v = (h[3]! * x + h[4]! * y + h[5]!) / w;
      move(
        found.values,
        3 * k,
        distanceFromMiddle(u + 0.5, v + 0.5, height, width),
        distanceFromMiddle(x + 0.5, y + 0.5, height, width),
      );
    }
    return found;
  }

  /** Places in the region that have too few samples yet. */
  #wanting(): Int32Array {
    const places = new Int32Array(this.#region.length);
    let n = 0;
    for (let k = 0; k < places.length; k++)
      if (this.#counts[k]! < ENOUGH_SAMPLES) places[n++] = k;
    return places.subarray(0, n);
  }

  /** Whether the target shows background at a pixel. */
  #shows(x: number, y: number): boolean {
    const { visible } = this.#target;
    const column = Math.min(
      visible.width - 1,
      Math.floor(((x + 0.5) * visible.width) / this.#width),
    );
    const row = Math.min(
      visible.height - 1,
      Math.floor(((y + 0.5) * visible.height) / this.#height),
    );
    return visible.data[row * visible.width + column]! > 0.5;
  }

  #best(
    sample: PointLookup,
    candidates: readonly Motion[],
  ): { map: Motion; gain: readonly number[] } {
    let best = {
      map: candidates[0]!,
      gain: this.#gain(sample, candidates[0]!),
    };
    if (candidates.length === 1) return best;
    let least = this.#errorAround(sample, best.map, best.gain);
    for (const map of candidates.slice(1)) {
      const gain = this.#gain(sample, map);
      const error = this.#errorAround(sample, map, gain);
      if (error < CLEARLY_BETTER * least) {
        best = { map, gain };
        least = error;
      }
    }
    return best;
  }

  /** Mean absolute difference on the surroundings, where both show background. */
  #errorAround(
    sample: PointLookup,
    map: Motion,
    gain: readonly number[],
  ): number {
    const { values, shown } = this.#lookUp(sample, this.#surroundings, map);
    const { bytes } = this.#target;
    let sum = 0;
    let count = 0;
    for (let k = 0; k < shown.length; k++) {
      if (shown[k] === 0) continue;
      const at = 3 * this.#surroundings[k]!;
      for (let c = 0; c < 3; c++) {
        const matched = (values[3 * k + c]! / 255 + 0.05) * gain[c]! - 0.05;
        sum += Math.abs(matched - bytes[at + c]! / 255);
      }
      count++;
    }
    return count < FEWEST_GAIN_POINTS ? Infinity : sum / (3 * count);
  }

  /** Target pixels around the region that show background. */
  #visibleAround(): Int32Array {
    let left = this.#width;
    let right = 0;
    let top = this.#height;
    let bottom = 0;
    for (const pixel of this.#region) {
      const x = pixel % this.#width;
      const y = (pixel - x) / this.#width;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    const margin = Math.round(SURROUNDINGS * this.#width);
    left = Math.max(0, left - margin);
    top = Math.max(0, top - margin);
    right = Math.min(this.#width - 1, right + margin);
    bottom = Math.min(this.#height - 1, bottom + margin);
    const step = Math.max(
      1,
      Math.floor(
        Math.sqrt(((right - left) * (bottom - top)) / SURROUNDING_POINTS),
      ),
    );
    const points: number[] = [];
    for (let y = top; y <= bottom; y += step) {
      for (let x = left; x <= right; x += step) {
        if (this.#shows(x, y)) points.push(y * this.#width + x);
      }
    }
    return Int32Array.from(points);
  }

  /** A regular grid of target pixels that show background. */
  #visibleGrid(): Int32Array {
    const step = Math.max(
      1,
      Math.floor(Math.sqrt((this.#width * this.#height) / GAIN_POINTS)),
    );
    const points: number[] = [];
    for (let y = step >> 1; y < this.#height; y += step) {
      for (let x = step >> 1; x < this.#width; x += step) {
        if (this.#shows(x, y)) points.push(y * this.#width + x);
      }
    }
    return Int32Array.from(points);
  }

  /** Per channel the median of `(target+.05)/(sample+.05)` over the grid, where both show background. */
  #gain(sample: PointLookup, targetToSample: Motion): readonly number[] {
    const { values, shown } = this.#lookUp(
      sample,
      this.#gainPoints,
      targetToSample,
    );
    const { bytes } = this.#target;
    let count = 0;
    for (const one of shown) count += one;
    if (count < FEWEST_GAIN_POINTS) return [1, 1, 1];
    const ratios = new Float32Array(count);
    return [0, 1, 2].map((channel) => {
      let n = 0;
      for (let k = 0; k < shown.length; k++) {
        if (shown[k] === 0) continue;
        const seen = bytes[3 * this.#gainPoints[k]! + channel]! / 255;
        ratios[n++] = (seen + 0.05) / (values[3 * k + channel]! / 255 + 0.05);
      }
      const median = orderStatistic(ratios, count >> 1);
      return Math.min(MOST_GAIN, Math.max(LEAST_GAIN, median));
    });
  }

  /**
   * Writes what was found over a background estimate.
   *
   * @param background `[3, H, W]`, changed in place where at least one sample was found
   * @param share      per region pixel, how much of the result counts, [0, 1]
   */
  writeOver(background: Raster, share: Float32Array): void {
    const area = this.#width * this.#height;
    for (let k = 0; k < this.#region.length; k++) {
      const weight = this.#weights[k]!;
      if (weight <= 0) continue;
      const pixel = this.#region[k]!;
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * area + pixel;
        const found = this.#sums[3 * k + channel]! / weight;
        background.data[at]! += share[k]! * (found - background.data[at]!);
      }
    }
  }
}
