import { unpackMask } from "../protocol/mask-bits.ts";
import type {
  FollowedMask,
  OpenedSubjects,
  TrackedMask,
} from "../protocol/subject-api.ts";
import {
  type History,
  noHistory,
  remember,
  stepBack,
  stepForth,
} from "./history.ts";

/** A subject's mask in one frame, packed. */
export interface TrackFrame {
  readonly bits: Uint8Array;
  /** 0 (look here first) to 1 (sure). */
  readonly confidence: number;
  readonly painted: boolean;
}

/** What a frame was painted with; undefined where it was not. */
export type Painting = Uint8Array | undefined;

/** A subject that is followed through the clip, as far as the panel knows it. */
export interface MaskTrack {
  /** Its number in the session. */
  readonly id: number;
  /** By frame, from 0; nothing where the subject has not been looked for. */
  readonly frames: readonly (TrackFrame | undefined)[];
  /** What can be undone, by frame. */
  readonly histories: ReadonlyMap<number, History<Painting>>;
  /** Whether frames are on their way. */
  readonly following: boolean;
}

/** A subject of which nothing is known yet. */
export const newTrack = (
  id: number,
  { frameCount }: OpenedSubjects,
): MaskTrack => ({
  id,
  frames: Array.from({ length: frameCount }, () => undefined),
  histories: new Map(),
  following: false,
});

/** Takes in what follows from what was painted; what is painted by now, the session learns from here. */
export function tellTrack(track: MaskTrack, told: TrackedMask): MaskTrack {
  const { frame, bits, confidence, painted } = told;
  if (painted || track.frames[frame]?.painted === true) return track;
  return withFrame(track, frame, { bits, confidence, painted });
}

/** Paints a frame, or takes its painting back, which can be undone. */
export function paintTrack(
  track: MaskTrack,
  frame: number,
  painting: Painting,
): MaskTrack {
  const history = remember(historyOf(track, frame), paintingOf(track, frame));
  return withPainting(track, frame, painting, history);
}

/**
 * Undoes the last painting of a frame, or does it again.
 *
 * @returns undefined when there is none
 */
export function stepTrack(
  track: MaskTrack,
  frame: number,
  way: "back" | "forth",
): MaskTrack | undefined {
  const take = way === "back" ? stepBack : stepForth;
  const step = take(historyOf(track, frame), paintingOf(track, frame));
  return step && withPainting(track, frame, step.state, step.history);
}

/** Whether there is something to undo, or to do again, in a frame. */
export const canStep = (
  track: MaskTrack,
  frame: number,
  way: "back" | "forth",
): boolean => stepTrack(track, frame, way) !== undefined;

/** What the user has painted in a frame; undefined where that is nothing. */
export const paintingOf = (track: MaskTrack, frame: number): Painting => {
  const there = track.frames[frame];
  return there?.painted === true ? there.bits : undefined;
};

/** A frame's mask to paint on, `[h, w]`, 0 or 255. */
export const maskOf = (
  track: MaskTrack,
  frame: number,
  { width, height }: OpenedSubjects,
): Uint8Array<ArrayBuffer> =>
  unpackMask(track.frames[frame]?.bits ?? new Uint8Array(0), width * height);

/** Whether the subject is in no frame, as far as is known. */
export const isEmptyTrack = ({ frames }: MaskTrack): boolean =>
  !frames.some((frame) => frame?.bits.some((byte) => byte !== 0) === true);

/** Whether nothing was painted or found, nor is on its way, nor can be had back. */
export const isUntouched = (track: MaskTrack): boolean =>
  isEmptyTrack(track) && !track.following && track.histories.size === 0;

/** One packed mask of several, inside where any of them is; empty when there is none. */
export function uniteMasks(
  masks: readonly (Uint8Array | undefined)[],
): Uint8Array {
  const [first, ...others] = masks.filter((mask) => mask?.length);
  if (first === undefined || others.length === 0)
    return first ?? new Uint8Array(0);
  return first.map((byte, i) =>
    others.reduce((sum, other) => sum | other![i]!, byte),
  );
}

/** The frames that the user has painted, from 0, ascending. */
export const paintedFrames = ({ frames }: MaskTrack): number[] =>
  frames.flatMap((frame, i) => (frame?.painted === true ? [i] : []));

/** The masks that follow from what was painted or proposed. */
export const followedMasks = ({ frames }: MaskTrack): FollowedMask[] =>
  frames.flatMap((there, frame) =>
    there === undefined || there.painted || there.bits.length === 0
      ? []
      : [{ frame, bits: there.bits, confidence: there.confidence }],
  );

/** The frame to look at first, from 0; undefined where nothing was followed yet. */
export function leastSureFrame({ frames }: MaskTrack): number | undefined {
  let least: number | undefined;
  frames.forEach((frame, i) => {
    if (frame === undefined || frame.painted) return;
    const lowest = least === undefined ? Infinity : frames[least]!.confidence;
    if (frame.confidence < lowest) least = i;
  });
  return least;
}

/** The frame that shows the subject best, from 0: painted, or else the surest. */
export function bestFrame(track: MaskTrack): number {
  const [painted] = paintedFrames(track);
  if (painted !== undefined) return painted;
  const sure = track.frames.map((frame) => frame?.confidence ?? -1);
  return sure.indexOf(Math.max(...sure));
}

const historyOf = (track: MaskTrack, frame: number): History<Painting> =>
  track.histories.get(frame) ?? noHistory;

const withFrame = (
  track: MaskTrack,
  at: number,
  frame: TrackFrame,
): MaskTrack => ({
  ...track,
  frames: track.frames.map((old, i) => (i === at ? frame : old)),
});

function withPainting(
  track: MaskTrack,
  frame: number,
  painting: Painting,
  history: History<Painting>,
): MaskTrack {
  const there = track.frames[frame];
  const now: TrackFrame =
    painting === undefined
      ? {
          bits: there?.bits ?? new Uint8Array(0),
          confidence: 0,
          painted: false,
        }
      : { bits: painting, confidence: 1, painted: true };
  const histories = new Map(track.histories).set(frame, history);
  return { ...withFrame(track, frame, now), histories };
}
