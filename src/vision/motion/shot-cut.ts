import { LaminaError } from "../../errors/failure.ts";
import type { PairOutcome } from "./camera-motion.ts";

const CUT_ERROR = 0.06;
const CUT_ERROR_RATIO = 3;
const CUT_TRACKED_SHARE = 0.1;
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
