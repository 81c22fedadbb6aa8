import type { EditOf } from "../document/edits-document.ts";

/** What happens where a layer has no frames. */
interface Fill {
  readonly kind: "hold" | "trim" | "fade";
  /** Frames in which a held frame fades out. */
  readonly fade: number;
}

/** One change of a layer's time. */
type TimeChange =
  | { readonly kind: "later"; readonly frames: number }
  | { readonly kind: "speed"; readonly edit: EditOf<"speed"> };

/** When a layer shows which of its frames. */
export interface Clock {
  /** In the order in which they were asked for. */
  readonly changes: readonly TimeChange[];
  readonly fill: Fill;
}

/** The frame that is shown is the layer's own. */
export const ownTime: Clock = { changes: [], fill: { kind: "hold", fade: 1 } };

/** A layer's frames that make one frame of the result: counted from 1, shares add up to 1, with one opacity for all. */
export interface ShownFrames {
  readonly frames: readonly {
    readonly frame: number;
    readonly share: number;
  }[];
  readonly opacity: number;
}

/**
 * Which of a layer's frames are shown in frame `t` of the result, both counted from 1.
 *
 * @returns undefined when nothing is
 */
export function shownAt(
  { changes, fill }: Clock,
  t: number,
  frameCount: number,
): ShownFrames | undefined {
  let time = t;
  let isBlended = false;
  for (const change of changes.toReversed()) {
    if (change.kind === "later") {
      time -= change.frames;
      continue;
    }
    const { from, factor, blend } = change.edit;
    if (time > from) time = from + (time - from) * factor;
    isBlended ||= blend;
  }
  const within = Math.min(frameCount, Math.max(1, time));
  const beyond = Math.abs(time - within);
  if (beyond > 0 && fill.kind === "trim") return undefined;
  const opacity =
    fill.kind === "fade" ? Math.max(0, 1 - beyond / fill.fade) : 1;
  if (opacity === 0) return undefined;
  const first = Math.floor(within);
  const part = within - first;
  if (!isBlended || part < 1e-6)
    return { frames: [{ frame: Math.round(within), share: 1 }], opacity };
  return {
    frames: [
      { frame: first, share: 1 - part },
      { frame: first + 1, share: part },
    ],
    opacity,
  };
}

/** The frame of the result, not rounded and perhaps beyond it, in which a layer shows its frame `frame`; both counted from 1. */
export function momentOf({ changes }: Clock, frame: number): number {
  let time = frame;
  for (const change of changes) {
    if (change.kind === "later") {
      time += change.frames;
      continue;
    }
    const { from, factor } = change.edit;
    // What stands still from a frame on shows later ones never; the frame that it stands at is the nearest.
    if (time > from) time = factor === 0 ? from : from + (time - from) / factor;
  }
  return time;
}
