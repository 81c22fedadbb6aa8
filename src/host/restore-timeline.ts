import { LaminaError } from "../errors/failure.ts";
import type {
  AboutFacts,
  TimelineFacts,
  TrackFacts,
} from "../protocol/host-script-api.ts";
import type { CallScript } from "./script-channel.ts";
import {
  addedTracks,
  restoringEdits,
  sameTimeline,
} from "./timeline-difference.ts";

// Laying clips and dressing them are two passes; what a host mends by itself in between may need one more.
const mostPasses = 4;

/**
 * Brings a sequence back to what it was, looking after each pass at what it is now. Tracks that were added are removed
 * where the technology can do that; elsewhere they are left empty, on top.
 *
 * @throws LaminaError `host-refused` when the sequence is not as before in the end
 */
export async function restoreTimeline(
  call: CallScript,
  about: AboutFacts,
  before: TimelineFacts,
): Promise<void> {
  const sequenceId = before.sequence.id;
  for (let pass = 0; ; pass++) {
    const after = await call("timeline", { sequenceId });
    const added = addedTracks(before.video, after.video);
    const kept = added === undefined ? after : without(after, added);
    if (
      added !== undefined &&
      sameTimeline(before, kept) &&
      blockOf(after, added).every(({ clips }) => clips.length === 0)
    ) {
      const { index, count } = added;
      const left = await removeTracks(call, about, after, index, count);
      if (left === 0 || !about.managesTracks) return;
    }
    if (pass === mostPasses || added === undefined) break;
    const edits = restoringEdits(before, kept);
    // References count all tracks, those that were added too.
    const shifted = edits.map((edit) => {
      const at = (index: number): number =>
        index < added.index ? index : index + added.count;
      if (edit.kind === "place") {
        return { ...edit, trackIndex: at(edit.trackIndex) };
      }
      return "clip" in edit && edit.clip.media === "video"
        ? {
            ...edit,
            clip: { ...edit.clip, trackIndex: at(edit.clip.trackIndex) },
          }
        : edit;
    });
    const emptied = blockOf(after, added).flatMap(({ clips }, i) =>
      clips.map(({ id }) => ({
        kind: "remove-clip" as const,
        clip: { media: "video" as const, trackIndex: added.index + i, id },
      })),
    );
    await call("edit", {
      sequenceId,
      label: "Lamina: Put back",
      edits: [...emptied, ...shifted],
    });
  }
  throw new LaminaError({
    code: "host-refused",
    call: "timeline",
    detail: "the tracks are not as they were",
  });
}

interface Block {
  readonly index: number;
  readonly count: number;
}

/** The tracks that were added. */
const blockOf = ({ video }: TimelineFacts, added: Block): TrackFacts[] =>
  video.slice(added.index, added.index + added.count);

/** The timeline without the tracks that were added. */
const without = (timeline: TimelineFacts, added: Block): TimelineFacts => ({
  ...timeline,
  video: timeline.video.filter(
    (_, i) => i < added.index || i >= added.index + added.count,
  ),
});

/**
 * Removes those of a block of tracks that are empty, from the top.
 *
 * @param timeline as it is now
 * @returns how many empty ones are left
 */
export async function removeTracks(
  call: CallScript,
  about: AboutFacts,
  timeline: TimelineFacts,
  index: number,
  count: number,
): Promise<number> {
  const sequenceId = timeline.sequence.id;
  let left = 0;
  let there = timeline.video.length;
  for (let i = index + count - 1; i >= index; i--) {
    if (timeline.video[i]!.clips.length > 0) continue;
    if (about.managesTracks) {
      await call("removeVideoTrack", { sequenceId, index: i });
    }
    const { video } = await call("timeline", { sequenceId });
    if (video.length < there) there = video.length;
    else left++;
  }
  return left;
}
