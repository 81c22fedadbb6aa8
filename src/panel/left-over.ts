import type { HostDescription, RemovedRun } from "../host/host.ts";
import type { Problem } from "./problem.ts";

/**
 * What the user may want to know of what removed layers have left: clips on higher tracks, and tracks that ExtendScript could have
 * removed but was not sure of. That UXP leaves its tracks is nothing special.
 *
 * @returns undefined when there is nothing of the kind
 */
export function describeLeft(
  { liftedStay, emptyTracks }: RemovedRun,
  technology: HostDescription["technology"] | undefined,
): Problem | undefined {
  const unsure = technology === "extendscript" ? emptyTracks : 0;
  const tracks =
    unsure === 1 ? "1 empty track stays" : `${unsure} empty tracks stay`;
  if (liftedStay) {
    return {
      sentence:
        "The layers are out of the timeline, and what lies above them stays on its higher tracks: it could not be moved back, or may have been moved by somebody else.",
      action: "Move it down in the timeline if you want it there.",
    };
  }
  return unsure === 0
    ? undefined
    : {
        sentence: `The layers are out of the timeline, and ${tracks}: it is not certain that they were made for the layers.`,
        action:
          "Delete them in Premiere Pro (Sequence > Delete Tracks) if they are not yours.",
      };
}
