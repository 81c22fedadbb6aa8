import { KernelCall, kernelExports } from "./memory.ts";
import type { Raster } from "./raster.ts";

/** How far and how long points are looked for. */
export interface TrackEffort {
  /** Side of the square that is compared, in pixels, odd, at most 31. */
  readonly window: number;
  /** Halvings of the pictures, at most; fewer where a level would be no larger than the window. */
  readonly levels: number;
  /** Steps on each level, at most. */
  readonly iterations: number;
}

/** A step below this many pixels ends the search on a level; OpenCV's default. */
const SHORTEST_STEP_PIXELS = 0.01;
/** Least eigenvalue of the normal equations, per pixel of the window, with which a point is followed; OpenCV's default. */
const FLATTEST = 1e-4;
/** Values of a window in one column of vectors, and the columns that the largest window takes. */
const PATCH_LANES = 8;
const PATCH_COLUMNS = 4;
/** A patch holds a picture and its two derivatives, as int16. */
const PATCH_PLANES = 3;

/** One picture, halved again and again, and its derivatives: addresses in the kernels' memory. */
interface Pyramid {
  readonly levels: readonly {
    readonly width: number;
    readonly height: number;
    readonly bytes: number;
    readonly dx: number;
    readonly dy: number;
  }[];
}

/**
 * Follows points from one picture to another and back by pyramidal Lucas–Kanade. Pictures are rounded to bytes, and the arithmetic
 * is OpenCV's (`calcOpticalFlowPyrLK`), so that its answers are too but for the order of a few float32 sums; vectors and one pyramid
 * for both directions make it quicker.
 *
 * @param from      `[1, H, W]` grey
 * @param to        `[1, H, W]` grey
 * @param points    x, y, x, y … in pixels of `from`
 * @param expected  where in `to` they are looked for first
 * @param tolerance pixels to which a point must come back to count as found
 * @returns         places in `to`, and 1 where a point was found, else 0
 */
export function trackThereAndBack(
  from: Raster,
  to: Raster,
  points: Float32Array,
  expected: Float32Array,
  tolerance: number,
  effort: TrackEffort,
): { readonly points: Float32Array; readonly found: Uint8Array } {
  const count = points.length / 2;
  const there = Float32Array.from(expected);
  const back = Float32Array.from(points);
  const lost = new Uint8Array(count);
  const found = new Uint8Array(count);
  if (count === 0) return { points: there, found };
  {
    using call = new KernelCall();
    const a = pyramid(call, from, effort);
    const b = pyramid(call, to, effort);
    const patch = call.scratch(
      2 * PATCH_PLANES * PATCH_COLUMNS * PATCH_LANES * effort.window,
    );
    const start = call.read(points);
    const ends = call.update(there);
    const returned = call.update(back);
    const failed = call.update(lost);
    follow(a, b, start, ends, failed, count, effort, patch);
    follow(b, a, ends, returned, failed, count, effort, patch);
  }
  for (let i = 0; i < count; i++) {
    const off = Math.hypot(
      back[2 * i]! - points[2 * i]!,
      back[2 * i + 1]! - points[2 * i + 1]!,
    );
    found[i] = lost[i] === 0 && off < tolerance ? 1 : 0;
  }
  return { points: there, found };
}

/** Levels until one would be no larger than the window, as OpenCV has it. */
function pyramid(
  call: KernelCall,
  picture: Raster,
  { window, levels: most }: TrackEffort,
): Pyramid {
  const kernels = kernelExports();
  let { width, height } = picture;
  const levels: Pyramid["levels"][number][] = [];
  const across = call.scratch(2 * kernels.levelStride(width));
  for (let level = 0; level <= most; level++) {
    const size = kernels.levelSize(width, height);
    const bytes = call.scratch(size);
    const above = levels.at(-1);
    if (above === undefined) {
      const plain = call.scratch(width * height);
      kernels.greyBytes(call.read(picture.data), plain, width * height);
      kernels.fillLevel(plain, bytes, width, height);
    } else {
      kernels.halveLevel(above.bytes, bytes, across, above.width, above.height);
    }
    const dx = call.scratch(2 * size);
    const dy = call.scratch(2 * size);
    kernels.levelGradient(bytes, dx, dy, width, height);
    levels.push({ width, height, bytes, dx, dy });
    width = (width + 1) >> 1;
    height = (height + 1) >> 1;
    if (width <= window || height <= window) break;
  }
  return { levels };
}

/** Follows points, at `points`, from one pyramid to the other; `places` holds where they are expected, then where they are. */
function follow(
  from: Pyramid,
  to: Pyramid,
  points: number,
  places: number,
  lost: number,
  count: number,
  { window, iterations }: TrackEffort,
  patch: number,
): void {
  const top = from.levels.length - 1;
  for (let level = top; level >= 0; level--) {
    const { bytes, dx, dy, width, height } = from.levels[level]!;
    // prettier-ignore
    kernelExports().followLevel(
      bytes, dx, dy, to.levels[level]!.bytes, width, height, level, level === top, points, places, lost, count,
      window, iterations, SHORTEST_STEP_PIXELS ** 2, FLATTEST, patch,
    );
  }
}

/** A grey picture as bytes, 255 for 1. */
export function greyBytes(picture: Raster): Uint8Array {
  const out = new Uint8Array(picture.data.length);
  using call = new KernelCall();
  kernelExports().greyBytes(
    call.read(picture.data),
    call.write(out),
    out.length,
  );
  return out;
}
