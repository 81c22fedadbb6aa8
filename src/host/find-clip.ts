import { LaminaError } from "../errors/failure.ts";
import type {
  ClipFacts,
  ClipRef,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import type { SelectedClip } from "./host.ts";

/** A clip as it lies in the timeline now. */
export interface FoundClip {
  readonly ref: ClipRef;
  readonly facts: ClipFacts;
}

/**
 * Finds a clip that was selected earlier: by its id, or, since ids do not outlive every change, by its name, range and
 * source on whatever track it lies now.
 *
 * @throws LaminaError `clip-gone` when it was moved, trimmed, removed, or cannot be told from another
 */
export function findClip(
  timeline: TimelineFacts,
  clip: SelectedClip,
): FoundClip {
  const alike = timeline.video.flatMap(({ clips }, trackIndex) =>
    clips
      .filter(
        (facts) =>
          facts.name === clip.name &&
          facts.start === clip.start.toString() &&
          facts.end === clip.end.toString() &&
          facts.inPoint === clip.inPoint.toString(),
      )
      .map((facts) => ({
        ref: { media: "video" as const, trackIndex, id: facts.id },
        facts,
      })),
  );
  const exact = alike.filter(
    ({ ref }) =>
      ref.id === clip.clipId &&
      (ref.trackIndex === clip.trackIndex || alike.length === 1),
  );
  const [found] = exact.length > 0 ? exact : alike;
  if (found === undefined || (exact.length === 0 && alike.length > 1)) {
    throw new LaminaError({ code: "clip-gone", clip: clip.name });
  }
  return found;
}
