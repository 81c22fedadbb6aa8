import { LaminaError } from "../errors/failure.ts";
import type { TimelineFacts, TrackFacts } from "../protocol/host-script-api.ts";
import { moveTrack } from "./lift-tracks.ts";
import { isRefusal } from "./lay-otherwise.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";

/** What was lifted to make room for a run, as it is written into the sequence. */
export interface LiftNote {
  /** The lowest track that was lifted, where it was before. */
  readonly from: number;
  /** By how many tracks. */
  readonly by: number;
  /** What lay on each of them, from the bottom. */
  readonly tracks: readonly string[];
}

function isLiftNote(value: unknown): value is LiftNote {
  const note = value as Partial<LiftNote> | null;
  return (
    Number.isSafeInteger(note?.from) &&
    note!.from! >= 0 &&
    Number.isSafeInteger(note!.by) &&
    note!.by! >= 1 &&
    Array.isArray(note!.tracks) &&
    note!.tracks.every((one) => typeof one === "string")
  );
}

/** What lies where on a track; names and whether clips are enabled go with them. */
const spansOf = ({ clips, transitions }: TrackFacts): string =>
  JSON.stringify([
    transitions,
    clips.map((one) => [
      one.itemId,
      one.start,
      one.end,
      one.inPoint,
      one.outPoint,
    ]),
  ]);

/** Writes down what has been lifted. */
export const noteLift = (
  { video }: TimelineFacts,
  from: number,
  by: number,
): LiftNote => ({ from, by, tracks: video.slice(from).map(spansOf) });

const keyOf = (binId: string): string => `com.lamina.lift.${binId}`;

/**
 * Keeps a note in the sequence, where the technology can do that; elsewhere what was lifted stays there when the run is removed.
 *
 * @param note undefined to take it away
 */
export async function keepLift(
  call: CallScript,
  sequenceId: string,
  binId: string,
  note: LiftNote | undefined,
): Promise<void> {
  const value = note === undefined ? null : JSON.stringify(note);
  try {
    await call("setNote", { sequenceId, name: keyOf(binId), value });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** Reads the note of a run; undefined when nothing was lifted for it, or nobody knows. */
export async function readLift(
  call: CallScript,
  sequenceId: string,
  binId: string,
): Promise<LiftNote | undefined> {
  const name = keyOf(binId);
  const { value } = await call("note", { sequenceId, name });
  if (value === null) return undefined;
  try {
    const read: unknown = JSON.parse(value);
    return isLiftNote(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Brings back down what was lifted for a run that is gone, where it is certain that nobody has moved it since: its old tracks are
 * empty, and on the tracks that it was lifted to lies exactly what was lifted.
 *
 * @returns whether it lies where it did before the run
 * @throws LaminaError `host-left-changed` when it was brought down in part only
 */
export async function lowerTracks(
  call: CallScript,
  sequenceId: string,
  { from, by, tracks }: LiftNote,
): Promise<boolean> {
  const { video } = await call("timeline", { sequenceId });
  const isEmpty = (track: TrackFacts): boolean => track.clips.length === 0;
  const lifted = video.slice(from + by);
  const isUnmoved =
    video.slice(from, from + by).every(isEmpty) &&
    tracks.every(
      (spans, i) => lifted[i] !== undefined && spansOf(lifted[i]) === spans,
    ) &&
    lifted.slice(tracks.length).every(isEmpty) &&
    lifted.every(({ transitions }) => transitions === 0);
  if (!isUnmoved) return false;
  try {
    await undoing(async (onFailure) => {
      for (const i of tracks.keys()) {
        await moveTrack(call, sequenceId, from + by + i, -by);
        onFailure(() => moveTrack(call, sequenceId, from + i, by));
      }
    });
    return true;
  } catch (error) {
    if (error instanceof LaminaError && isRefusal(error)) return false;
    throw error;
  }
}
