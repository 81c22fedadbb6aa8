import { type Ticks, ticks } from "../../units/ticks.ts";
import type { Quirks } from "./quirks.ts";
import {
  type Clip,
  type Sequence,
  sequenceEnd,
  type Track,
} from "./timeline.ts";

interface Copying {
  readonly quirks: Quirks;
  readonly isSelected: (clip: Clip) => boolean;
  readonly copyClip: (clip: Clip) => Clip;
  readonly newTrack: (name: string) => Track;
}

/**
 * Copies the tracks of a subsequence: the selected clips, or all of what lies within the In and Out points, from time 0.
 *
 * @returns undefined when there is nothing in it
 */
export function copySubsequence(
  sequence: Sequence,
  { quirks, isSelected, copyClip, newTrack }: Copying,
): { video: Track[]; audio: Track[] } | undefined {
  const all = [...sequence.video, ...sequence.audio].flatMap(
    ({ clips }) => clips,
  );
  const chosen =
    quirks.subsequenceKeysOff === "in-out" ? all : all.filter(isSelected);
  const [first] = chosen;
  if (first === undefined) return undefined;
  const earliest = chosen.reduce(
    (least, clip) => (clip.start < least ? clip.start : least),
    first.start,
  );
  const marked = quirks.subsequenceKeysOff !== "selection";
  const from = (marked ? sequence.inPoint : undefined) ?? earliest;
  const to = (marked ? sequence.outPoint : undefined) ?? sequenceEnd(sequence);
  const shift = quirks.subsequenceKeepsTimes ? 0n : from;
  const copyTrack = (track: Track): Track => ({
    ...newTrack(track.name),
    clips: track.clips
      .filter((clip) =>
        quirks.subsequenceHoldsEverything
          ? clip.end > from
          : chosen.includes(clip) && clip.end > from && clip.start < to,
      )
      .map((clip) => cut(copyClip(clip), marked ? from : undefined, to))
      .map((clip) => {
        clip.start = ticks(clip.start - shift);
        clip.end = ticks(clip.end - shift);
        return clip;
      }),
  });
  return {
    video: sequence.video.map(copyTrack),
    audio: sequence.audio.map(copyTrack),
  };
}

/** Trims a clip to a range, where there is one. */
function cut(clip: Clip, from: Ticks | undefined, to: Ticks): Clip {
  if (from === undefined) return clip;
  if (clip.start < from) {
    clip.inPoint = ticks(clip.inPoint + from - clip.start);
    clip.start = from;
  }
  if (clip.end > to) {
    clip.outPoint = ticks(clip.outPoint - (clip.end - to));
    clip.end = to;
  }
  return clip;
}
