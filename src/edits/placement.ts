import type { CameraDocument } from "../document/camera-document.ts";
import {
  compose,
  identity,
  invert,
  type Homography,
} from "../kernels/homography.ts";

/** A point in pixels; (0, 0) is the upper left corner of the picture. */
export type Point = readonly [number, number];

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
