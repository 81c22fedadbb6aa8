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

/** A value of an effect, or of what every clip has: its motion and its opacity. */
export interface EffectValue {
  readonly name: string;
  value: number | readonly [number, number];
  /** More than none: it changes in time. */
  keyframes: number;
}

/** A value that throws when it is asked, as a heading among an effect's values may. */
export const heading = (name: string): EffectValue => ({
  name,
  get value(): number {
    throw new Error("Illegal Parameter type");
  },
  get keyframes(): number {
    throw new Error("Illegal Parameter type");
  },
});

/** An effect of a clip. The first ones are its opacity and its motion. */
export interface Effect {
  readonly matchName: string;
  readonly values: EffectValue[];
}

const steady = (name: string, value: EffectValue["value"]): EffectValue => ({
  name,
  value,
  keyframes: 0,
});

/**
 * What every clip has.
 *
 * @param normalBlend the number that stands for the blend mode Normal
 */
export const ownEffects = (normalBlend: number): Effect[] => [
  {
    matchName: "AE.ADBE Opacity",
    values: [steady("Opacity", 100), steady("Blend Mode", normalBlend)],
  },
  {
    matchName: "AE.ADBE Motion",
    values: [
      steady("Position", [0.5, 0.5]),
      steady("Scale", 100),
      steady("Scale Width", 100),
      steady("Uniform Scale", 1),
      steady("Rotation", 0),
      steady("Anchor Point", [0.5, 0.5]),
    ],
  },
];

/** Takes the sides of a picture away; values in percent. */
export const cropEffect = (left: number): Effect => ({
  matchName: "AE.ADBE AECrop",
  values: [steady("Left", left)],
});

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
  effects: Effect[];
}

/** Clips in order of time, none over another. */
export interface Track {
  readonly id: number;
  name: string;
  clips: Clip[];
  /** Over the edges of clips. */
  transitions: { readonly start: Ticks; readonly end: Ticks }[];
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
  /** Marks of the user's; absent until they are set. */
  inPoint?: Ticks | undefined;
  outPoint?: Ticks | undefined;
  playhead: Ticks;
  /** Texts that scripts have put there. */
  readonly properties: Map<string, string>;
  /** As the program names it. */
  workingColorSpace: string;
  /** Whether a clip in it has a mask that the program found by itself. */
  hasObjectMask: boolean;
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
  for (const other of track.clips) {
    if (other.end <= clip.start || other.start >= clip.end) continue;
    track.clips = track.clips.filter((one) => one !== other);
    dropTransitions(track, other);
  }
  track.clips.push(clip);
  track.clips.sort(byStart);
}

/** Takes away the transitions over the edges of a clip that is gone. */
export function dropTransitions(track: Track, { start, end }: Clip): void {
  track.transitions = track.transitions.filter((one) =>
    [start, end].every((edge) => one.start > edge || one.end < edge),
  );
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
