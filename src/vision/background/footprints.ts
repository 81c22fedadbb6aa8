import { gaussian } from "../../kernels/gaussian.ts";
import { scoped } from "../../kernels/memory.ts";
import { dilate } from "../../kernels/morphology.ts";
import { orderStatistic } from "../../kernels/order-statistic.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";

/** `[x, y]` */
type Point = readonly [number, number];

/** Where the subjects' centres are in a picture, as far as they are there. */
export type Centres = readonly (Point | undefined)[];

/** Samples that say how dark a place beside a subject is. */
const FEWEST_SEEN = 3;
/** Deviation in cells over which they are pooled. */
const POOLING_CELLS = 0.7;
/** All but this share of a footprint's cells are less dark than what counts as its depth; set once, with no other value on record. */
const DEEPEST_SHARE = 0.01;
/** From this share of its depth on, a place is in a footprint. Of a fish's shadow on caustics .33 and .4 let 79 and 80 % be told at one false pixel in a hundred, .25 let 68 %; with .33 the background was .3 dB better beneath the effect and .6 dB worse beside it than with .4. */
const FOOTPRINT_SHARE = 0.4;
/** Cells by which a footprint is grown: a shadow's rim is faint. */
const MARGIN_CELLS = 1;

/**
 * How dark the ground is on average beside each subject, in the subject's own coordinates. What moves by itself is now darker, now lighter
 * there, and averages out; what travels with the subject stays.
 *
 * @param darker  `[1, h, w]` a sample, natural logarithm, negative where it is darker, see `darkening`
 * @param shown   `[1, h, w]` a sample, 1 where it shows background
 * @param centres a sample, of the subjects
 * @param unrest  root mean square of the darkening without a subject near
 * @returns       `[N, 2h, 2w]`, the subject's centre in the middle, none negative; 0 all over for a subject beside which nothing is
 *                darker than the ground gets by itself
 */
export function measureFootprints(
  darker: readonly Raster[],
  shown: readonly Raster[],
  centres: readonly Centres[],
  unrest: number,
): Raster {
  const { height, width } = darker[0]!;
  const subjects = centres[0]!.length;
  const out = raster(subjects, 2 * height, 2 * width);
  const area = 4 * height * width;
  for (let s = 0; s < subjects; s++)
    scoped(() => {
      const sums = raster(2, 2 * height, 2 * width);
      darker.forEach((dark, k) => {
        const centre = centres[k]![s];
        if (centre === undefined) return;
        eachCell(out, centre, height, width, (i, at) => {
          if (shown[k]!.data[i] === 0) return;
          sums.data[at]! -= dark.data[i]!;
          sums.data[area + at]!++;
        });
      });
      const pooled = gaussian(sums, POOLING_CELLS).data;
      const own = out.data.subarray(s * area, (s + 1) * area);
      for (let at = 0; at < area; at++)
        if (sums.data[area + at]! >= FEWEST_SEEN)
          own[at] = Math.max(0, pooled[at]! / pooled[area + at]!);
      if (depthOf(own) < unrest) own.fill(0);
    });
  return out;
}

/**
 * How dark it is on average in a picture's places beside its subjects.
 *
 * @param footprints see `measureFootprints`
 * @param centres    in the picture, in cells
 * @returns          `[1, height, width]`, of the subject beside which it is darkest
 */
export function layFootprints(
  footprints: Raster,
  centres: Centres,
  height: number,
  width: number,
): Raster {
  const out = raster(1, height, width);
  const area = footprints.height * footprints.width;
  centres.forEach((centre, s) => {
    if (centre === undefined) return;
    eachCell(footprints, centre, height, width, (i, at) => {
      out.data[i] = Math.max(out.data[i]!, footprints.data[s * area + at]!);
    });
  });
  return out;
}

/**
 * How far each sample's places are within the subjects' footprints.
 *
 * @param footprints see `measureFootprints`
 * @param centres    a sample, in cells
 * @returns          `[1, h, w]` a sample, from 1 on within; undefined where no subject has a footprint
 */
export function withinFootprints(
  footprints: Raster,
  centres: readonly Centres[],
): Raster[] | undefined {
  const area = footprints.height * footprints.width;
  const shares = raster(
    footprints.channels,
    footprints.height,
    footprints.width,
  );
  let some = false;
  for (let s = 0; s < footprints.channels; s++) {
    const depth = depthOf(plane(footprints, s).data);
    if (depth === 0) continue;
    some = true;
    for (let at = s * area; at < (s + 1) * area; at++)
      shares.data[at] = footprints.data[at]! / depth / FOOTPRINT_SHARE;
  }
  if (!some) return undefined;
  return centres.map((each) =>
    scoped(() =>
      dilate(
        layFootprints(
          shares,
          each,
          footprints.height / 2,
          footprints.width / 2,
        ),
        MARGIN_CELLS,
      ),
    ),
  );
}

/** How dark a footprint gets; 0 where there is none. */
function depthOf(footprint: Float32Array): number {
  const dark = footprint.filter((v) => v > 0);
  return dark.length === 0
    ? 0
    : orderStatistic(dark, Math.floor((1 - DEEPEST_SHARE) * (dark.length - 1)));
}

/** Calls `each` with a picture's cells that lie on the footprint of a subject with this centre, and with the cells of that. */
function eachCell(
  footprint: { readonly height: number; readonly width: number },
  [x, y]: Point,
  height: number,
  width: number,
  each: (cell: number, footprintCell: number) => void,
): void {
  const left = footprint.width / 2 - Math.round(x);
  const top = footprint.height / 2 - Math.round(y);
  for (let v = 0; v < height; v++) {
    const row = v + top;
    if (row < 0 || row >= footprint.height) continue;
    for (let u = 0; u < width; u++) {
      const column = u + left;
      if (column < 0 || column >= footprint.width) continue;
      each(v * width + u, row * footprint.width + column);
    }
  }
}
