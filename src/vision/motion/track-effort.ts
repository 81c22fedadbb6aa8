import type { TrackEffort } from "../../kernels/track-points.ts";

/** Searching far takes a wide window on many levels. */
export const searchEffort: TrackEffort = {
  window: 21,
  levels: 4,
  iterations: 30,
};

/** From a good guess a narrow window gives as good a point sooner. */
export const refineEffort: TrackEffort = {
  window: 15,
  levels: 2,
  iterations: 15,
};
