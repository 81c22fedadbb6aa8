import type { CameraDocument } from "../../document/camera-document.ts";
import {
  compose,
  invert,
  rescale,
  translation,
  type Homography,
} from "../../kernels/homography.ts";
import type { Size } from "../../units/size.ts";

/** Registration counts from pixels' centres, `camera.json` from the corner of the first pixel. */
const fromCorner = (map: Homography): Homography =>
  compose(translation(0.5, 0.5), compose(map, translation(-0.5, -0.5)));

/**
 * The camera's path as other programs read it, at the clip's own size, with the first frame for reference.
 *
 * @param maps    per frame, the map from frame 0, at working size
 */
export const cameraDocument = (
  maps: readonly Homography[],
  working: Size,
  { width, height }: Size,
): CameraDocument => ({
  version: 1,
  width,
  height,
  reference: 1,
  frameToReference: maps.map((map) =>
    fromCorner(
      rescale(invert(map), width / working.width, height / working.height),
    ),
  ),
});
