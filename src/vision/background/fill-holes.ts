import { cut, type Part } from "../image/rect.ts";
import { dilate, erode } from "../../kernels/morphology.ts";
import { gaussian } from "../../kernels/gaussian.ts";
import { openScope } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { continueLines, type Guide } from "./continue-lines.ts";
import { expectedColours } from "./expected-colours.ts";
import { completeFromExemplars } from "./exemplar-fill.ts";
import { stitchCopies } from "./gradient-stitch.ts";
import { connectedHoles, type Hole } from "./holes.ts";

/** Half the width from which a hole is worth completing; what is thinner, its rim fills as well. */
export const LEAST_RADIUS_PIXELS = 4;
/** Holes of a picture that are completed, the largest first. */
const MOST_HOLES = 12;
/** Pixels around a hole that are looked at, at least, and as a share of the hole's longer side. */
const LEAST_MARGIN_PIXELS = 64;
const MARGIN_SHARE = 1;
/** Unknown pixels this near to a hole are completed with it: patches reach there. */
const REACH_PIXELS = 7;
/** Holes within twice as many pixels of each other are completed together. */
const GAP_PIXELS = 10;
/** Standard deviation in pixels of the surroundings whose mean is a place's tone; set once, with no other value on record. */
const TONE_SIGMA = 8;
/** Any, but always the same. */
const SEED = 20_140;

/** A picture to complete. */
export interface IncompletePicture {
  /** `[3, H, W]`; anything where it is not known. */
  readonly colour: Raster;
  /** `[H, W]`, 1 where it is known. */
  readonly known: Uint8Array;
  /** `[3, H, W]`, one real frame in the picture's place. */
  readonly source: Raster;
  /** `[H, W]`, 1 where the frame may be copied from. */
  readonly usable: Uint8Array;
  /** `[H, W]`, 1 where the picture is to be completed. */
  readonly wanted: Uint8Array;
}

/**
 * Completes the wide holes of a picture: lines first, then pieces of one real frame, joined by their slopes.
 *
 * @param leastRadius of the holes, in pixels
 * @returns           the picture and where it was completed, `[H, W]`
 */
export function fillHoles(
  picture: IncompletePicture,
  leastRadius = LEAST_RADIUS_PIXELS,
): {
  readonly colour: Raster;
  readonly filled: Uint8Array;
} {
  const { height, width } = picture.colour;
  const area = height * width;
  const colour = raster(3, height, width);
  colour.data.set(picture.colour.data);
  const filled = new Uint8Array(area);
  const holes = connectedHoles(picture.wanted, height, width, GAP_PIXELS)
    .filter(({ radius }) => radius >= leastRadius)
    .slice(0, MOST_HOLES);
  for (const hole of holes) {
    // What it takes is not needed for the next.
    using _scope = openScope();
    fillHole(picture, hole, colour, filled);
  }
  return { colour, filled };
}

function fillHole(
  picture: IncompletePicture,
  hole: Hole,
  colour: Raster,
  filled: Uint8Array,
): void {
  const { height, width } = picture.colour;
  const margin = Math.max(
    LEAST_MARGIN_PIXELS,
    MARGIN_SHARE * Math.max(hole.right - hole.left, hole.bottom - hole.top),
  );
  const left = Math.max(0, Math.floor(hole.left - margin));
  const top = Math.max(0, Math.floor(hole.top - margin));
  const right = Math.min(width, Math.ceil(hole.right + margin));
  const bottom = Math.min(height, Math.ceil(hole.bottom + margin));
  const part = { left, top, right, bottom };
  const w = right - left;
  const h = bottom - top;
  const own = new Uint8Array(h * w);
  for (const i of hole.pixels) {
    const x = (i % width) - left;
    own[(Math.floor(i / width) - top) * w + x] = 1;
  }
  const known = cutSet(picture.known, width, part);
  const usable = cutSet(picture.usable, width, part);
  const canvas = cut(picture.colour, part);
  const frame = cut(picture.source, part);
  // The frame where it can be seen, so that patches are compared with what is as sharp as they are.
  const around = raster(3, h, w);
  around.data.set(canvas.data);
  for (let i = 0; i < h * w; i++)
    if (usable[i] === 1)
      for (let at = i; at < around.data.length; at += h * w)
        around.data[at] = frame.data[at]!;
  const completed = new Uint8Array(h * w);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      if (known[y * w + x] === 0 && nearSet(own, x, y, h, w))
        completed[y * w + x] = 1;
  const lines = linesThrough(around, known, own);
  const expected = expectedColours(
    canvas,
    known,
    completed,
    lines,
    hole.radius,
  );
  const copies = completeFromExemplars(
    { colour: around, known, source: usable, hole: completed },
    lines,
    SEED,
    toneOf(around, known, completed, expected),
  );
  if (copies === undefined) return;
  const joined = stitchCopies(
    canvas,
    around,
    copies,
    completed,
    known,
    expected,
  );
  const area = height * width;
  for (const i of hole.pixels) {
    const x = (i % width) - left;
    const at = (Math.floor(i / width) - top) * w + x;
    for (let c = 0; c < 3; c++)
      colour.data[c * area + i] = joined.data[c * h * w + at]!;
    filled[i] = 1;
  }
}

/** Lines through a hole together with what lies between its parts: an edge that shows there is too short to be told. */
function linesThrough(
  around: Raster,
  known: Uint8Array,
  hole: Uint8Array,
): Guide[] {
  const { height, width } = around;
  const set = raster(1, height, width);
  set.data.set(hole);
  const closed = erode(dilate(set, GAP_PIXELS), GAP_PIXELS);
  const closedHole = Uint8Array.from(closed.data, (v, i) =>
    v > 0.5 || hole[i] === 1 ? 1 : 0,
  );
  return continueLines(
    around,
    known.map((k, i) => (closedHole[i] === 1 ? 0 : k)),
    closedHole,
  );
}

/** The colours around each pixel as far as they are known; in the hole those that are expected. */
function toneOf(
  picture: Raster,
  known: Uint8Array,
  hole: Uint8Array,
  expected: Raster,
): Raster {
  const { height, width } = picture;
  const area = height * width;
  const sums = raster(4, height, width);
  for (let i = 0; i < area; i++) {
    if (known[i] === 0) continue;
    sums.data[3 * area + i] = 1;
    for (let at = i; at < 3 * area; at += area)
      sums.data[at] = picture.data[at]!;
  }
  const mean = gaussian(sums, TONE_SIGMA).data;
  const out = raster(3, height, width);
  for (let i = 0; i < area; i++)
    for (let at = i; at < 3 * area; at += area)
      out.data[at] =
        hole[i] === 1
          ? expected.data[at]!
          : mean[at]! / (mean[3 * area + i]! + 1e-3);
  return out;
}

function cutSet(set: Uint8Array, width: number, part: Part): Uint8Array {
  const across = part.right - part.left;
  const out = new Uint8Array((part.bottom - part.top) * across);
  for (let y = part.top; y < part.bottom; y++) {
    const from = y * width + part.left;
    out.set(set.subarray(from, from + across), (y - part.top) * across);
  }
  return out;
}

/** Whether a pixel of the set lies within reach. */
function nearSet(
  set: Uint8Array,
  x: number,
  y: number,
  height: number,
  width: number,
): boolean {
  if (set[y * width + x] === 1) return true;
  const right = Math.min(width - 1, x + REACH_PIXELS);
  const bottom = Math.min(height - 1, y + REACH_PIXELS);
  for (let v = Math.max(0, y - REACH_PIXELS); v <= bottom; v++)
    for (let u = Math.max(0, x - REACH_PIXELS); u <= right; u++)
      if (set[v * width + u] === 1) return true;
  return false;
}
