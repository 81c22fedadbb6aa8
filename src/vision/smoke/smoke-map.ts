import { gaussian } from "../../kernels/gaussian.ts";
import { compose, type Homography } from "../../kernels/homography.ts";
import { erode } from "../../kernels/morphology.ts";
import {
  homographyField,
  listCoordinates,
  type MappedField,
} from "../../kernels/warp.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { viewAhead, type SubjectFront } from "./samples-ahead.ts";
import type { Colour } from "../image/colour.ts";
import type { HalfSample } from "./half-size-samples.ts";
import type { PathPoint } from "./subject-path.ts";
import type { SmokeColours } from "./smoke-colours.ts";

/** Side of a cell in pixels of a frame. */
const CELL = 8;

/** How much of a trail there is where, relative to the subject: alpha per cell of 8 × 8 pixels, `[1, 2·⌊h/8⌋, 2·⌊w/8⌋]`. */
export interface SmokeMap {
  readonly light: Raster;
  readonly dark: Raster;
}

/** Sums per cell over samples: of alpha towards either colour, and of pixels compared in units of a whole cell. */
export interface SmokeSums {
  readonly light: Raster;
  readonly dark: Raster;
  readonly seen: Raster;
}

/** Sums of nothing, for frames of this size. */
function emptySmokeSums(height: number, width: number): SmokeSums {
  const rows = Math.max(1, Math.floor((2 * height) / CELL));
  const columns = Math.max(1, Math.floor((2 * width) / CELL));
  return {
    light: raster(1, rows, columns),
    dark: raster(1, rows, columns),
    seen: raster(1, rows, columns),
  };
}

/**
 * Where the pixels of a sample lie on the map: column and row of the cell, the subject's centre at the map's middle.
 *
 * @param map any raster of the map's size
 */
export function cellField(
  sample: HalfSample,
  centre: PathPoint,
  map: Raster,
): MappedField {
  const frameToCell: Homography = [
    1 / CELL,
    0,
    map.width / 2 - centre[0] / CELL,
    0,
    1 / CELL,
    map.height / 2 - centre[1] / CELL,
    0,
    0,
    1,
  ];
  const { height, width } = sample.valid;
  return homographyField(compose(frameToCell, sample.toFrame), height, width);
}

/** Differences below this are noise; from twice this on they count in full. */
const SMOKE_NOISE = 0.015;
/** Added to the squared length of background minus smoke colour (0…1), where the two are alike; set once, with no other value on record. */
const LENGTH_DAMPING = 0.002;
/** Half-size pixels in a cell. */
const CELL_PIXELS = (CELL / 2) ** 2;

/**
 * Measures, against the view ahead of the subject, how far each sample has changed towards either colour:
 * `α = clip(D·v / (|v|² + 0.002), 0, 1)` with `v = C − B̄` and `D = x̄ − B̄` less noise; the larger of both counts.
 *
 * @param fronts one a sample
 * @param size   a frame's size
 */
export function measureSmoke(
  samples: readonly HalfSample[],
  fronts: readonly SubjectFront[],
  colours: SmokeColours,
  size: { readonly height: number; readonly width: number },
): SmokeSums {
  const clear = viewAhead(samples, fronts);
  const sums = emptySmokeSums(size.height, size.width);
  const { height: rows, width: columns } = sums.seen;
  const area = clear.known.height * clear.known.width;
  const add = (sample: HalfSample, k: number): void => {
    const valid = erode(sample.valid, 2).data;
    const cells = listCoordinates(
      cellField(sample, fronts[k]!.centre, sums.seen),
    );
    for (let i = 0; i < area; i++) {
      if (valid[i] === 0 || clear.known.data[i] === 0) continue;
      const column = Math.round(cells.x[i]!);
      const row = Math.round(cells.y[i]!);
      if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
      const cell = row * columns + column;
      const light = changeTowards(colours.light, sample.mean, clear.mean, i);
      const dark = changeTowards(colours.dark, sample.mean, clear.mean, i);
      sums.seen.data[cell]! += 1 / CELL_PIXELS;
      if (light >= dark) sums.light.data[cell]! += light / CELL_PIXELS;
      else sums.dark.data[cell]! += dark / CELL_PIXELS;
    }
  };
  samples.forEach((sample, k) => {
    scoped(() => {
      add(sample, k);
    });
  });
  return sums;
}

function changeTowards(
  colour: Colour | null,
  seen: Raster,
  beneath: Raster,
  i: number,
): number {
  if (colour === null) return 0;
  const area = seen.height * seen.width;
  let largest = 0;
  let along = 0;
  let length = 0;
  for (let c = 0; c < 3; c++) {
    const b = beneath.data[c * area + i]!;
    const d = seen.data[c * area + i]! - b;
    const v = colour[c as 0 | 1 | 2] - b;
    largest = Math.max(largest, Math.abs(d));
    along += d * v;
    length += v * v;
  }
  const real = Math.min(1, Math.max(0, (largest - SMOKE_NOISE) / SMOKE_NOISE));
  return Math.min(1, Math.max(0, (along * real) / (length + LENGTH_DAMPING)));
}

/** Smoothing (σ) of the map, in cells; set once, with no other value on record. */
const CELL_SIGMA_CELLS = 0.7;
/** Smoothing (σ) of what was filled in where nothing was seen, in cells; set once, with no other value on record. */
const UNSEEN_SIGMA_CELLS = 2;
/** Samples of a cell, after smoothing, below which it was not seen; set once, with no other value on record. */
const FEWEST_SEEN_SAMPLES = 0.3;

/**
 * Makes the map of the sums of several canvases: `G₀.₇(Σα) / G₀.₇(Σ1)` where enough was seen; a cell that was not takes the
 * nearest one that was, smoothed, for a trail goes on beyond the picture's edge.
 *
 * @returns undefined when no cell was seen
 */
export function smokeMap(parts: readonly SmokeSums[]): SmokeMap | undefined {
  const first = parts[0];
  if (first === undefined) return undefined;
  const seen = sumOfRasters(parts.map((part) => part.seen));
  const nearest = nearestSeen(seen);
  if (nearest === undefined) return undefined;
  const support = gaussian(seen, CELL_SIGMA_CELLS).data;
  const finish = (sums: readonly Raster[]): Raster => {
    const mean = gaussian(sumOfRasters(sums), CELL_SIGMA_CELLS);
    for (let i = 0; i < mean.data.length; i++)
      mean.data[i]! /= Math.max(support[i]!, 1e-3);
    const whole = raster(1, mean.height, mean.width);
    for (let i = 0; i < whole.data.length; i++)
      whole.data[i] = mean.data[nearest[i]!]!;
    const smooth = gaussian(whole, UNSEEN_SIGMA_CELLS);
    for (let i = 0; i < whole.data.length; i++)
      if (nearest[i] !== i) whole.data[i] = smooth.data[i]!;
    return whole;
  };
  return {
    light: finish(parts.map((part) => part.light)),
    dark: finish(parts.map((part) => part.dark)),
  };
}

function sumOfRasters(parts: readonly Raster[]): Raster {
  const sum = raster(1, parts[0]!.height, parts[0]!.width);
  for (const part of parts) {
    for (let i = 0; i < sum.data.length; i++) sum.data[i]! += part.data[i]!;
  }
  return sum;
}

/** Per cell the index of the nearest cell that was seen, its own where it was. */
function nearestSeen(seen: Raster): Int32Array | undefined {
  const { width } = seen;
  const known: number[] = [];
  seen.data.forEach((count, i) => {
    if (count > FEWEST_SEEN_SAMPLES) known.push(i);
  });
  if (known.length === 0) return undefined;
  return Int32Array.from(seen.data, (count, i) => {
    if (count > FEWEST_SEEN_SAMPLES) return i;
    const x = i % width;
    const y = (i - x) / width;
    let best = known[0]!;
    let bestSquared = Infinity;
    for (const k of known) {
      const dx = (k % width) - x;
      const dy = Math.floor(k / width) - y;
      const squared = dx * dx + dy * dy;
      if (squared < bestSquared) {
        bestSquared = squared;
        best = k;
      }
    }
    return best;
  });
}
