import type { Raster } from "../../kernels/raster.ts";

/** One subject of one frame, lifted off its background and cut to its bounding box. */
export interface SubjectCut {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** `[height, width, 4]` premultiplied RGB and coverage in [0, 1], interleaved. */
  readonly pixels: Float32Array;
  /** Mean of the columns that the subject covers, in pixels. */
  readonly centre: number;
  /** Half the width of what it covers, in pixels. */
  readonly halfWidth: number;
  /** Row on which it stands: just below the lowest row that two of its pixels reach, in pixels. */
  readonly foot: number;
}

/** Alpha from which a column is the subject's; set once, with no other value on record. */
const PRESENT_ALPHA = 0.3;
/** Alpha from which a pixel is the subject's: the outline runs where half is covered. */
const SOLID_ALPHA = 0.5;
/** Solid pixels in the lowest row that is a foot and no speck; from the study before the engine. */
const FEWEST_FOOT_PIXELS = 2;

/**
 * Lifts a subject off its background: `P = clip(I − (1−α)B, 0, 1)`.
 *
 * @param frame      `[3, H, W]`
 * @param background `[3, H, W]`
 * @param alpha      `[1, H, W]` of the subject itself, without its effects
 * @returns          undefined when no row shows two solid pixels of it
 */
export function cutSubject(
  frame: Raster,
  background: Raster,
  alpha: Raster,
): SubjectCut | undefined {
  const { height, width } = frame;
  const area = height * width;
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  let footRow = -1;
  const covered = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    let solid = 0;
    for (let x = 0; x < width; x++) {
      const a = alpha.data[y * width + x]!;
      if (a <= 0) continue;
      if (a > SOLID_ALPHA) solid++;
      if (a > PRESENT_ALPHA) covered[x] = 1;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
    if (solid >= FEWEST_FOOT_PIXELS) footRow = y;
  }
  if (footRow < 0) return undefined;
  let columns = 0;
  let sum = 0;
  for (let x = 0; x < width; x++) {
    if (covered[x] === 0) continue;
    columns++;
    sum += x;
  }
  const cutWidth = right - left + 1;
  const cutHeight = bottom - top + 1;
  const pixels = new Float32Array(cutHeight * cutWidth * 4);
  for (let y = 0, to = 0; y < cutHeight; y++) {
    for (let x = 0; x < cutWidth; x++, to += 4) {
      const at = (top + y) * width + left + x;
      const a = alpha.data[at]!;
      if (a <= 0) continue;
      for (let c = 0; c < 3; c++) {
        const own =
          frame.data[c * area + at]! -
          (1 - a) * background.data[c * area + at]!;
        pixels[to + c] = Math.min(1, Math.max(0, own));
      }
      pixels[to + 3] = a;
    }
  }
  const first = covered.indexOf(1);
  const last = covered.lastIndexOf(1);
  return {
    left,
    top,
    width: cutWidth,
    height: cutHeight,
    pixels,
    centre: sum / columns,
    halfWidth: (last - first) / 2,
    foot: footRow + 0.5,
  };
}

/** The same outline with every pixel's straight colour multiplied by `tint`, per channel. */
export function tintCut(
  cut: SubjectCut,
  tint: readonly [number, number, number],
): SubjectCut {
  const pixels = cut.pixels.slice();
  for (let at = 0; at < pixels.length; at += 4) {
    for (let c = 0; c < 3; c++) pixels[at + c]! *= tint[c as 0 | 1 | 2];
  }
  return { ...cut, pixels };
}

/** The same outline in one straight colour. */
export function paintCut(
  cut: SubjectCut,
  colour: readonly [number, number, number],
): SubjectCut {
  const pixels = cut.pixels.slice();
  for (let at = 0; at < pixels.length; at += 4) {
    for (let c = 0; c < 3; c++)
      pixels[at + c] = colour[c as 0 | 1 | 2] * pixels[at + 3]!;
  }
  return { ...cut, pixels };
}

/** Mean straight colour, weighted by coverage. */
export function meanColour(cut: SubjectCut): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let coverage = 0;
  for (let at = 0; at < cut.pixels.length; at += 4) {
    for (let c = 0; c < 3; c++) sum[c as 0 | 1 | 2] += cut.pixels[at + c]!;
    coverage += cut.pixels[at + 3]!;
  }
  return [
    sum[0] / Math.max(coverage, 1),
    sum[1] / Math.max(coverage, 1),
    sum[2] / Math.max(coverage, 1),
  ];
}

/** The cut moved sideways; what leaves a picture of this width is cut off, undefined when less than half its coverage stays. */
export function moveCut(
  cut: SubjectCut,
  columns: number,
  pictureWidth: number,
): SubjectCut | undefined {
  const left = cut.left + columns;
  const first = Math.max(0, -left);
  const end = Math.min(cut.width, pictureWidth - left);
  const width = end - first;
  if (width <= 0) return undefined;
  const pixels = new Float32Array(cut.height * width * 4);
  let whole = 0;
  let kept = 0;
  for (let y = 0; y < cut.height; y++) {
    const row = cut.pixels.subarray(4 * y * cut.width, 4 * (y + 1) * cut.width);
    pixels.set(row.subarray(4 * first, 4 * end), 4 * y * width);
    for (let x = 0; x < cut.width; x++) {
      whole += row[4 * x + 3]!;
      if (x >= first && x < end) kept += row[4 * x + 3]!;
    }
  }
  if (kept < 0.5 * whole) return undefined;
  return {
    ...cut,
    left: left + first,
    width,
    pixels,
    centre: cut.centre + columns,
  };
}
