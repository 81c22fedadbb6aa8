import { findTrack } from "./find.ts";
import { refuse } from "./refuse.ts";

export const ticksPerSecond = 254016000000;

/** Overwrites a track with an item, and nothing else. */
export function place(
  sequence: Sequence,
  item: ProjectItem,
  trackIndex: number,
  start: string,
  bringsSound: boolean,
): void {
  if (bringsSound || item.isSequence())
    placeWithSound(sequence, item, trackIndex, start);
  else lay(sequence, item, trackIndex, start);
}

/**
 * Overwrites with an item. Reports differ on whether `overwriteClip` takes ticks as text or seconds as a number, so ticks are
 * tried first, and seconds when no clip of the item begins where it should; what came to lie elsewhere is taken away.
 */
function lay(
  sequence: Sequence,
  item: ProjectItem,
  trackIndex: number,
  start: string,
): TrackItem {
  const seconds = parseFloat(start) / ticksPerSecond;
  const readings: unknown[] = [start, seconds];
  for (let i = 0; i < readings.length; i++) {
    const track = findTrack(sequence, "video", trackIndex);
    const before = clipIds(track);
    try {
      track.overwriteClip(item, readings[i] as number);
    } catch (_error) {
      continue; // This reading of the argument is not this version's; the other one may be.
    }
    const clips = findTrack(sequence, "video", trackIndex).clips;
    let placed: TrackItem | undefined;
    for (let k = clips.numItems - 1; k >= 0; k--) {
      const clip = clips[k]!;
      if (before[clip.nodeId] === true) continue;
      if (clip.start.ticks === start && isOf(clip, item)) placed = clip;
      else if (isOf(clip, item)) clip.remove(false, false);
    }
    if (placed !== undefined) return placed;
  }
  throw refuse(
    "track.overwriteClip",
    "the layer did not come to lie where it should",
  );
}

/**
 * Overwrites with a sequence, or with a clip of the user's. It may bring sound, which goes onto the first audio track over whatever lies there; so it is laid
 * behind everything, its sound taken away, and what is left moved to where it belongs.
 */
function placeWithSound(
  sequence: Sequence,
  item: ProjectItem,
  trackIndex: number,
  start: string,
): void {
  const behind = timeBehind(sequence);
  const nest = lay(sequence, item, trackIndex, behind);
  const audio = sequence.audioTracks;
  for (let i = 0; i < audio.numTracks; i++) {
    const clips = audio[i]!.clips;
    for (let k = clips.numItems - 1; k >= 0; k--) {
      const clip = clips[k]!;
      if (isOf(clip, item) && clip.start.ticks === behind) {
        clip.remove(false, false);
      }
    }
  }
  nest.move((parseFloat(start) - parseFloat(behind)) / ticksPerSecond);
  const now = findTrack(sequence, "video", trackIndex).clips;
  for (let k = 0; k < now.numItems; k++) {
    if (now[k]!.start.ticks === start && isOf(now[k]!, item)) return;
  }
  throw refuse(
    "clip.move",
    "the nested sequence or clip did not come to lie where it should",
  );
}

// Every usual frame rate has whole frames in it, 30000/1001 and 12.5 as well; and numbers hold its multiples exactly.
const wholeFramesTicks = 2002 * ticksPerSecond;

/** A time in ticks that all clips end before, at a frame. */
function timeBehind(sequence: Sequence): string {
  const groups = [sequence.videoTracks, sequence.audioTracks];
  let end = 0;
  for (let g = 0; g < groups.length; g++) {
    const tracks = groups[g]!;
    for (let i = 0; i < tracks.numTracks; i++) {
      const clips = tracks[i]!.clips;
      for (let k = 0; k < clips.numItems; k++) {
        end = Math.max(end, parseFloat(clips[k]!.end.ticks));
      }
    }
  }
  return String((Math.floor(end / wholeFramesTicks) + 1) * wholeFramesTicks);
}

const isOf = (clip: TrackItem, item: ProjectItem): boolean =>
  clip.projectItem ? clip.projectItem.nodeId === item.nodeId : false;

function clipIds(track: Track): Record<string, boolean> {
  const ids: Record<string, boolean> = {};
  for (let i = 0; i < track.clips.numItems; i++) {
    ids[track.clips[i]!.nodeId] = true;
  }
  return ids;
}
