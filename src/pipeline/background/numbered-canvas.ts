import type { CanvasPlan } from "../../vision/background/canvas.ts";

/** A canvas with its number. */
export interface NumberedCanvas {
  readonly index: number;
  readonly canvas: CanvasPlan;
}
