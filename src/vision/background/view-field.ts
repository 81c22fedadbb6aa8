import { compose } from "../../kernels/homography.ts";
import {
  type CoordinateField,
  displacedHomographyField,
  homographyField,
} from "../../kernels/warp.ts";
import type { CanvasPlan, SampleView } from "./canvas.ts";

/** Where a view shows each place of a canvas: by the camera's map, and its depth where it has some. */
export function viewField(
  { canvasToFirst, height, width }: CanvasPlan,
  view: Pick<SampleView, "firstToFrame" | "displaced">,
): CoordinateField {
  const map = compose(view.firstToFrame, canvasToFirst);
  const depth = view.displaced?.(height, width);
  return depth === undefined
    ? homographyField(map, height, width)
    : displacedHomographyField(map, depth);
}
