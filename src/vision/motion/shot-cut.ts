import { LaminaError } from "../../errors/failure.ts";
import type { PairOutcome } from "./camera-motion.ts";

/** Mean difference (0…1) of two frames after registration below which there is no cut; set once, with no other value on record. */
const CUT_ERROR = 0.06;
/** Times the usual difference in the frames around that a cut exceeds; set once, with no other value on record. */
const CUT_ERROR_RATIO = 3;
/** Share of the corners that can be tracked; within a shot, even in fast pans, it is more than a quarter. */
const CUT_TRACKED_SHARE = 0.1;
/** Corners without which that share says nothing; set once, with no other value on record. */
const CUT_FEWEST_CORNERS = 50;

/**
 * A cut is one pair of frames between which hardly any corner can be tracked there and back, and whose pixels stay far
 * apart after the best motion, much farther than around it. Two such pairs in a row are a flash.
 */
export function refuseCut(pairs: readonly PairOutcome[]): void {
  const errors = pairs.map((pair) => pair.error ?? 1);
  const torn = pairs.map(({ motion }, k) => {
    const around = errors
      .filter((_, other) => other !== k && Math.abs(other - k) <= 5)
      .sort((a, b) => a - b);
    const usual = around[around.length >> 1] ?? 0;
    return (
      motion.corners >= CUT_FEWEST_CORNERS &&
      motion.tracked < CUT_TRACKED_SHARE * motion.corners &&
      errors[k]! > Math.max(CUT_ERROR, CUT_ERROR_RATIO * usual)
    );
  });
  const cut = torn.findIndex(
    (is, k) => is && torn[k - 1] !== true && torn[k + 1] !== true,
  );
  if (cut >= 0) throw new LaminaError({ code: "clip-has-cut", frame: cut + 2 });
}
