import type { ClipRef } from "../protocol/host-script-api.ts";
import { deleteSequence } from "./own-sequence.ts";
import type { FactId } from "./program-check.ts";
import type { ExportOptions } from "./render-frames.ts";
import type { CallScript } from "./script-channel.ts";
import { tinyMovieSide } from "./tiny-movie.ts";
import type { TinyPicture } from "./tiny-png.ts";
import { ticksPerSecond } from "../units/ticks.ts";

/** What the steps of a check have in common. */
export interface Probe {
  readonly call: CallScript;
  readonly options: ExportOptions;
  /** Where small files can be put. */
  readonly folder: string;
  /**
   * Finds something out.
   *
   * @param work answers what was found in a few words, besides what the next steps need
   * @returns undefined when the host refused, which then is what was found
   */
  readonly learn: <Value>(
    id: FactId,
    work: () => Promise<{ reading: string; value: Value }>,
  ) => Promise<Value | undefined>;
  /** Says what was found besides. */
  readonly note: (id: FactId, reading: string) => void;
  /** Says how something is undone that a step does. */
  readonly leave: (undo: () => Promise<void>) => void;
  /** Says the id of a bin or a sequence that a step has made, and that must be gone in the end. */
  readonly own: (id: string) => void;
}

/** Frames a second of what is imported. */
export const probeRate = 25;

/** A timecode to give to an item: an hour. */
export const probeStart = 3600n * ticksPerSecond;

/** A still of which every pixel and every frame is another. */
export const probeStill = (frame: number): TinyPicture => ({
  width: tinyMovieSide,
  height: tinyMovieSide,
  data: Array.from(
    { length: tinyMovieSide * tinyMovieSide * 3 },
    (_, i) => (i * 5 + frame * 83) & 255,
  ),
});

/** Points at a clip by where it lies. */
export async function clipAt(
  call: CallScript,
  sequenceId: string,
  trackIndex: number,
  start: bigint,
): Promise<ClipRef | undefined> {
  const { video } = await call("timeline", { sequenceId });
  const clip = video[trackIndex]?.clips.find(
    (one) => one.start === start.toString(),
  );
  return clip && { media: "video", trackIndex, id: clip.id };
}

/** Deletes a sequence when everything is undone. */
export const leaveSequence = (
  { call, leave, own }: Probe,
  sequenceId: string,
): void => {
  own(sequenceId);
  leave(() => deleteSequence(call, sequenceId));
};
