import { partAround, type Part } from "../image/rect.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { FrameEvidence, ReflectionImage } from "../frame-evidence.ts";

/** Room around a subject, and for the filters that reach beyond a layer, in units. */
const ROOM_UNITS = 8;
/** Gates stay shut below. */
const LEAST_SUPPORT = 0.05;

/**
 * The part of a frame in which some layer can have alpha; one pixel when none can.
 *
 * @param distances `[N, H, W]` signed distance to each mask's outline in units
 * @param mirrors   per subject, where it has one
 */
export function layerReach(
  { support, unit }: FrameEvidence,
  distances: Raster,
  mirrors: readonly (ReflectionImage | undefined)[],
): Part {
  const area = support.height * support.width;
  const reached = raster(1, support.height, support.width);
  for (let i = 0; i < area; i++) {
    let value = 0;
    for (let at = i; at < support.data.length; at += area) {
      if (support.data[at]! > LEAST_SUPPORT || distances.data[at]! < ROOM_UNITS)
        value = 1;
    }
    for (const mirror of mirrors) {
      if (mirror !== undefined && mirror.zone.data[i]! > 0) value = 1;
    }
    reached.data[i] = value;
  }
  return (
    partAround(reached, 0, Math.ceil(ROOM_UNITS * unit)) ?? {
      left: 0,
      top: 0,
      right: 1,
      bottom: 1,
    }
  );
}
