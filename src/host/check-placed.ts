import type {
  ClipFacts,
  ClipRef,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import { refused } from "./refused.ts";

/** What counts of a clip on a track. */
type Clip = Pick<ClipFacts, "itemId" | "name" | "start" | "end" | "disabled">;

/**
 * Compares what is there with what should be: the timeline as before, with one clip on each of some further tracks.
 *
 * @param before what the timeline would be without them
 * @param clips bottom to top
 * @param first track of the lowest one
 * @throws LaminaError `host-refused`
 */
export function checkPlaced(
  before: TimelineFacts,
  after: TimelineFacts,
  clips: readonly Clip[],
  first: number,
): void {
  const expected = before.video.map((track) => track.clips.map(mark));
  // Tracks that were there already and empty are used, where none can be added.
  const reused = Math.max(
    0,
    before.video.length + clips.length - after.video.length,
  );
  expected.splice(first, reused, ...clips.map((clip) => [mark(clip)]));
  const found = after.video.map((track) => track.clips.map(mark));
  const wrong = expected.findIndex(
    (track, i) => track.join() !== found[i]?.join(),
  );
  if (wrong >= 0 || found.length !== expected.length) {
    const clip = clips[wrong - first];
    throw refused(
      "timeline",
      clip === undefined
        ? "other clips were changed on the way"
        : `${clip.name} does not cover exactly the clip's range`,
    );
  }
  if (sounds(before) !== sounds(after)) {
    throw refused("timeline", "other clips were changed on the way");
  }
}

/** The timeline as it is when this clip has been disabled, and nothing else. */
export const withDisabled = (
  timeline: TimelineFacts,
  { trackIndex, id }: ClipRef,
): TimelineFacts => ({
  ...timeline,
  video: timeline.video.map((track, i) =>
    i === trackIndex
      ? {
          ...track,
          clips: track.clips.map((clip) =>
            clip.id === id ? { ...clip, disabled: true } : clip,
          ),
        }
      : track,
  ),
});

const mark = (one: Clip): string =>
  JSON.stringify([one.itemId, one.name, one.start, one.end, one.disabled]);

/** What can be heard; a track that has come to be on the way and is empty does not count. */
const sounds = ({ audio }: TimelineFacts): string =>
  audio
    .map(({ clips }) => clips.map(mark).join())
    .join("|")
    .replace(/\|+$/, "");
