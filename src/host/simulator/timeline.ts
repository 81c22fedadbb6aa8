import type { PixelAspect } from "../../units/pixel-aspect.ts";
import { type Ticks, ticks } from "../../units/ticks.ts";
import type { Media } from "./media.ts";

/** A bin or an item of the project. */
export interface Item {
  readonly id: string;
  readonly kind: "bin" | "clip" | "sequence";
  name: string;
  /** What is in a bin. */
  readonly children: Item[];
  /** What is behind a clip; missing for what the program makes itself. */
  readonly media?: Media | undefined;
  /** What a sequence's item stands for. */
  sequence?: Sequence | undefined;
  multicam: boolean;
  offline: boolean;
}

/** A piece of an item on a track. */
export interface Clip {
  readonly id: string;
  readonly item: Item;
  name: string;
  start: Ticks;
  end: Ticks;
  inPoint: Ticks;
  outPoint: Ticks;
  disabled: boolean;
  /** 1 is normal. */
  speed: number;
  reversed: boolean;
  adjustmentLayer: boolean;
}

/** Clips in order of time, none over another. */
export interface Track {
  readonly id: number;
  name: string;
  clips: Clip[];
}

/** A sequence with its tracks from the bottom. */
export interface Sequence {
  readonly id: string;
  readonly item: Item;
  readonly width: number;
  readonly height: number;
  readonly ticksPerFrame: Ticks;
  readonly pixelAspect: PixelAspect;
  /** 0 progressive, 1 upper field first, 2 lower field first. */
  readonly fields: number;
  readonly video: Track[];
  readonly audio: Track[];
}

const byStart = (a: Clip, b: Clip): number =>
  a.start < b.start ? -1 : a.start > b.start ? 1 : 0;

/** Cuts every clip of the track that runs over a time in two; `copy` makes the second part. */
function cutAt(track: Track, time: Ticks, copy: (clip: Clip) => Clip): void {
  for (const clip of [...track.clips]) {
    if (clip.start >= time || clip.end <= time) continue;
    const rest = copy(clip);
    const into = ticks(clip.inPoint + (time - clip.start));
    rest.start = time;
    rest.inPoint = into;
    clip.end = time;
    clip.outPoint = into;
    track.clips.push(rest);
  }
  track.clips.sort(byStart);
}

/** Puts a clip onto the track; what lay in its range makes room. */
export function overwrite(
  track: Track,
  clip: Clip,
  copy: (clip: Clip) => Clip,
): void {
  cutAt(track, clip.start, copy);
  cutAt(track, clip.end, copy);
  track.clips = track.clips.filter(
    (other) => other.end <= clip.start || other.start >= clip.end,
  );
  track.clips.push(clip);
  track.clips.sort(byStart);
}

/** Moves everything from a time on to later. */
export function makeRoomOnTrack(
  track: Track,
  time: Ticks,
  length: Ticks,
  copy: (clip: Clip) => Clip,
): void {
  cutAt(track, time, copy);
  for (const clip of track.clips) {
    if (clip.start < time) continue;
    clip.start = ticks(clip.start + length);
    clip.end = ticks(clip.end + length);
  }
}

/** Where the last clip ends. */
export const sequenceEnd = (sequence: Sequence): Ticks =>
  [...sequence.video, ...sequence.audio]
    .flatMap(({ clips }) => clips)
    .reduce((end, clip) => (clip.end > end ? clip.end : end), ticks(0n));
