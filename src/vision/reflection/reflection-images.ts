import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { FrameEvidence, ReflectionImage } from "../frame-evidence.ts";
import { reflectSubject, type ReflectionFit } from "./reflection-layer.ts";

/**
 * The mirror images of a frame.
 *
 * @param fits       per subject; null where it has none
 * @param frameIndex 0-based
 * @param objects    `[N, H, W]` mattes of the subjects themselves
 * @returns          per subject, where it has one
 */
export function reflectionImages(
  fits: readonly (ReflectionFit | null)[],
  frameIndex: number,
  { frame, background, spread, masks }: FrameEvidence,
  objects: Raster,
): (ReflectionImage | undefined)[] {
  if (fits.every((fit) => fit === null)) return fits.map(() => undefined);
  const occupied = occupiedBy(masks, objects);
  return fits.map((fit, k) =>
    fit === null
      ? undefined
      : reflectSubject(fit, frameIndex, {
          frame,
          background,
          spread,
          occupied,
          objectAlpha: plane(objects, k),
        }),
  );
}

/** Where subjects hide what lies behind them: `[1, H, W]`, the largest of all masks and mattes. */
export function occupiedBy(masks: Raster, objects: Raster): Raster {
  const area = masks.height * masks.width;
  const out = raster(1, masks.height, masks.width);
  for (const planes of [masks, objects]) {
    for (let start = 0; start < planes.data.length; start += area) {
      for (let i = 0; i < area; i++) {
        const value = planes.data[start + i]!;
        if (value > out.data[i]!) out.data[i] = value;
      }
    }
  }
  return out;
}
