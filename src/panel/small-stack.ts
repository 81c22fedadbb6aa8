import type { CameraDocument } from "../document/camera-document.ts";
import type { Edit } from "../document/edits-document.ts";
import type { LayersDocument } from "../document/layers-document.ts";
import { compose, type Homography } from "../kernels/homography.ts";
import type { Size } from "../units/size.ts";
import type { Pixels } from "./pixels.ts";

/** Longest side, in pixels, of pictures that follow the pointer. */
const LONGEST_SIDE = 480;

/** How much smaller a clip's pictures are shown while they are edited, at most 1. */
export const previewScale = ({ width, height }: Size): number =>
  Math.min(1, LONGEST_SIDE / Math.max(width, height));

/** A clip's size, smaller. */
const smallSize = ({ width, height }: Size, scale: number): Size => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
});

/** A document of the same layers, smaller. */
export const smallDocument = (
  document: LayersDocument,
  scale: number,
): LayersDocument => ({ ...document, ...smallSize(document, scale) });

/** The camera's path over smaller pictures. */
export function smallCamera(
  camera: CameraDocument,
  scale: number,
): CameraDocument {
  const enlarge: Homography = [scale, 0, 0, 0, scale, 0, 0, 0, 1];
  const shrink: Homography = [1 / scale, 0, 0, 0, 1 / scale, 0, 0, 0, 1];
  return {
    ...camera,
    ...smallSize(camera, scale),
    frameToReference: camera.frameToReference.map((map) =>
      compose(enlarge, compose(map, shrink)),
    ),
  };
}

/** An edit whose lengths are those of smaller pictures. */
export function smallEdit(edit: Edit, scale: number): Edit {
  const point = ([x, y]: readonly [number, number]): [number, number] => [
    x * scale,
    y * scale,
  ];
  switch (edit.use) {
    case "effect":
      return { ...edit, softness: edit.softness * scale };
    case "duplicate": {
      const { anchor, ...rest } = edit;
      return {
        ...rest,
        offset: point(edit.offset),
        ...(anchor && { anchor: point(anchor) }),
      };
    }
    case "insert": {
      const [a, b, c, d] = edit.corners;
      return { ...edit, corners: [point(a), point(b), point(c), point(d)] };
    }
    case "remove":
    case "shift":
    case "speed":
    case "backdrop":
      return edit;
  }
}

/** A picture made smaller: the mean of the pixels that each new one covers, colours weighed by their alpha. */
export function shrink(from: Pixels, { width, height }: Size): Pixels {
  if (from.width === width && from.height === height) return from;
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * from.height) / height);
    const bottom = Math.max(
      top + 1,
      Math.floor(((y + 1) * from.height) / height),
    );
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * from.width) / width);
      const right = Math.max(
        left + 1,
        Math.floor(((x + 1) * from.width) / width),
      );
      let [r, g, b, a] = [0, 0, 0, 0];
      for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) {
          const at = 4 * (v * from.width + u);
          const own = from.data[at + 3]!;
          r += from.data[at]! * own;
          g += from.data[at + 1]! * own;
          b += from.data[at + 2]! * own;
          a += own;
        }
      }
      if (a === 0) continue;
      const to = 4 * (y * width + x);
      data[to] = r / a;
      data[to + 1] = g / a;
      data[to + 2] = b / a;
      data[to + 3] = a / ((bottom - top) * (right - left));
    }
  }
  return { width, height, data };
}
