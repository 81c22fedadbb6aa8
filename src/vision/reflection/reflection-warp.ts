import { raster, type Raster } from "../../kernels/raster.ts";
import type { SubjectCut } from "./subject-cut.ts";

/** The line in which a subject is mirrored in one frame, and how far off it the mirror image ends. */
export interface ReflectionLine {
  /** Row of the line at the subject's centre, in pixels (pixel centres at whole numbers). */
  readonly row: number;
  /** Rows of the source per column of the source, by which the mirror leans. */
  readonly tilt: number;
  /** Height of the mirror image over the height of the subject. */
  readonly scale: number;
}

/** A mirror line with every row's sideways shift. */
export interface ReflectionPose extends ReflectionLine {
  /** First row of the mirror image. */
  readonly top: number;
  /** Per row from `top` on: how many pixels the mirror image is moved to the right. */
  readonly shifts: ArrayLike<number>;
}

/** A part of a picture that shows a mirror image. */
export interface ReflectionPatch {
  readonly left: number;
  readonly top: number;
  /** `[3, h, w]` premultiplied */
  readonly colour: Raster;
  /** `[1, h, w]` */
  readonly coverage: Raster;
}

/** First row of the mirror image: where it meets the subject's foot, or its nearer end when it leans. */
export const reflectionTop = (cut: SubjectCut, line: ReflectionLine): number =>
  Math.max(
    0,
    Math.floor(
      line.row -
        line.scale * (cut.foot - line.row) -
        Math.abs(line.tilt) * cut.halfWidth,
    ),
  );

/** Row after the last that the mirror image reaches in a picture of this height. */
export function reflectionBottom(
  cut: SubjectCut,
  line: ReflectionLine,
  pictureHeight: number,
): number {
  const lean = Math.abs(line.tilt) * (cut.halfWidth + 1);
  const lowest = line.row + line.scale * (line.row - cut.top + 1 + lean);
  return Math.min(pictureHeight, Math.ceil(lowest) + 1);
}

/**
 * One row of the mirror image before its sideways shift: source column `X`, source row
 * `row − (y − row)/scale + tilt·(X − centre)`, linear between rows, nothing outside the cut.
 *
 * @param out `[cut.width, 4]`, receives premultiplied RGB and coverage
 */
export function reflectedRow(
  cut: SubjectCut,
  line: ReflectionLine,
  y: number,
  out: Float32Array,
): void {
  const { width, height, pixels } = cut;
  const stride = 4 * width;
  const level = line.row - (y - line.row) / line.scale - cut.top;
  for (let x = 0, at = 0; x < width; x++, at += 4) {
    const source = level + line.tilt * (cut.left + x - cut.centre);
    const upper = Math.floor(source);
    if (upper < -1 || upper >= height) {
      out.fill(0, at, at + 4);
      continue;
    }
    const share = source - upper;
    const from = upper * stride + at;
    const above = upper >= 0 ? 1 - share : 0;
    const below = upper + 1 < height ? share : 0;
    for (let c = 0; c < 4; c++) {
      out[at + c] =
        (above > 0 ? above * pixels[from + c]! : 0) +
        (below > 0 ? below * pixels[from + stride + c]! : 0);
    }
  }
}

/**
 * The mirror image of a subject, with `margin` pixels around it where the picture has them.
 *
 * @param height of the picture
 * @param width  of the picture
 * @returns      undefined when no row of it lies in the picture
 */
export function warpReflection(
  cut: SubjectCut,
  pose: ReflectionPose,
  height: number,
  width: number,
  margin: number,
): ReflectionPatch | undefined {
  const bottom = Math.min(
    reflectionBottom(cut, pose, height),
    pose.top + pose.shifts.length,
  );
  if (bottom <= pose.top) return undefined;
  let leftmost = Infinity;
  let rightmost = -Infinity;
  for (let y = pose.top; y < bottom; y++) {
    const shift = pose.shifts[y - pose.top]!;
    leftmost = Math.min(leftmost, shift);
    rightmost = Math.max(rightmost, shift);
  }
  const left = Math.max(0, cut.left + Math.floor(leftmost) - margin);
  const right = Math.min(
    width,
    cut.left + cut.width + Math.ceil(rightmost) + margin,
  );
  if (right <= left) return undefined;
  const top = Math.max(0, pose.top - margin);
  const end = Math.min(height, bottom + margin);
  const colour = raster(3, end - top, right - left);
  const coverage = raster(1, end - top, right - left);
  const area = coverage.data.length;
  const row = new Float32Array(4 * cut.width);
  for (let y = pose.top; y < bottom; y++) {
    reflectedRow(cut, pose, y, row);
    const shift = pose.shifts[y - pose.top]!;
    const whole = Math.floor(shift);
    const share = shift - whole;
    const start = (y - top) * (right - left) - left;
    for (let x = -1; x < cut.width; x++) {
      // Column x of the cut lies at a fraction of a pixel right of `column`, so `column + 1` mixes x and x + 1.
      const column = cut.left + x + whole + 1;
      if (column < left || column >= right) continue;
      const to = start + column;
      for (let c = 0; c < 4; c++) {
        const near = x >= 0 ? share * row[4 * x + c]! : 0;
        const far = x + 1 < cut.width ? (1 - share) * row[4 * (x + 1) + c]! : 0;
        if (c === 3) coverage.data[to] = near + far;
        else colour.data[c * area + to] = near + far;
      }
    }
  }
  return { left, top, colour, coverage };
}
