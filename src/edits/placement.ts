import type { CameraDocument } from "../document/camera-document.ts";
import {
  apply,
  compose,
  fromFourPoints,
  identity,
  invert,
  translation,
  type Homography,
} from "../kernels/homography.ts";
import type { Size } from "../units/size.ts";

/** A point in pixels; (0, 0) is the upper left corner of the picture. */
export type Point = readonly [number, number];

/** Where a copy lies on the ground, as the frame `at`, counted from 1, shows it. */
export interface GroundMove {
  readonly at: number;
  readonly offset: Point;
  /** What scale and mirror image leave where it is. */
  readonly anchor: Point;
  readonly scale: number;
  readonly flip: boolean;
}

const toReference = (camera: CameraDocument, frame: number): Homography =>
  camera.frameToReference[frame - 1]!;

/** From frame `from` to frame `to`, both counted from 1, for what lies still on the camera's plane. */
export const throughCamera = (
  camera: CameraDocument,
  from: number,
  to: number,
): Homography =>
  from === to
    ? identity
    : compose(invert(toReference(camera, to)), toReference(camera, from));

/** The move itself, in the frame in which it is measured. */
function moveInFrame({ offset, anchor, scale, flip }: GroundMove): Homography {
  const [x, y] = anchor;
  const resize: Homography = [
    flip ? -scale : scale,
    0,
    0,
    0,
    scale,
    0,
    0,
    0,
    1,
  ];
  return compose(
    translation(x + offset[0], y + offset[1]),
    compose(resize, translation(-x, -y)),
  );
}

/**
 * Where a pixel of the layer's frame `from` lies in the result's frame `to`: carried over by the camera, and moved on the ground on
 * the way.
 */
export function layerToResult(
  camera: CameraDocument,
  from: number,
  to: number,
  move: GroundMove | undefined,
): Homography {
  if (move === undefined) return throughCamera(camera, from, to);
  return compose(
    throughCamera(camera, move.at, to),
    compose(moveInFrame(move), throughCamera(camera, from, move.at)),
  );
}

/** Displacements that differ less from whole pixels, in pixels, are whole: registration is no more exact. */
const WHOLE_WITHIN_PIXELS = 0.05;

/**
 * The displacement of a map that moves the whole picture by whole pixels, so that it can be moved without being resampled.
 *
 * @returns undefined when it does anything else
 */
export function wholePixels(
  map: Homography,
  { width, height }: Size,
): Point | undefined {
  const corners: readonly Point[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  const [x, y] = apply(map, 0, 0);
  const whole: Point = [Math.round(x), Math.round(y)];
  const isWhole = corners.every(([u, v]) => {
    const [mx, my] = apply(map, u, v);
    return (
      Math.abs(mx - u - whole[0]) < WHOLE_WITHIN_PIXELS &&
      Math.abs(my - v - whole[1]) < WHOLE_WITHIN_PIXELS
    );
  });
  return isWhole ? whole : undefined;
}

/**
 * Whether four points in order go round a convex area of more than a pixel, so that a picture can be stretched over them.
 */
export function isConvex(corners: readonly Point[]): boolean {
  const turns = corners.map(([x, y], i) => {
    const [bx, by] = corners[(i + 1) % 4]!;
    const [cx, cy] = corners[(i + 2) % 4]!;
    return (bx - x) * (cy - by) - (by - y) * (cx - bx);
  });
  return turns.every((turn) => turn > 1) || turns.every((turn) => turn < -1);
}

/** From a picture of `size` to the four corners that it is stretched over: upper left, upper right, lower right, lower left. */
export const stretchOver = (
  { width, height }: Size,
  corners: readonly Point[],
): Homography =>
  fromFourPoints(
    [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ],
    corners,
  );

/** Whether anything of the frame that a copy is of comes to lie within some frame's picture. */
export function isInView(
  { at, offset: [dx, dy] }: Pick<GroundMove, "at" | "offset">,
  camera: CameraDocument,
): boolean {
  const { width, height } = camera;
  const moved: readonly Point[] = [
    [dx, dy],
    [dx + width, dy],
    [dx + width, dy + height],
    [dx, dy + height],
  ];
  return camera.frameToReference.some((_, i) => {
    const map = throughCamera(camera, at, i + 1);
    // What crosses the horizon can be anywhere.
    if (moved.some(([x, y]) => map[6]! * x + map[7]! * y + map[8]! <= 0))
      return true;
    const points = moved.map(([x, y]) => apply(map, x, y));
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    return (
      Math.min(...xs) < width &&
      Math.max(...xs) > 0 &&
      Math.min(...ys) < height &&
      Math.max(...ys) > 0
    );
  });
}
