import { LaminaError } from "../errors/failure.ts";
import { moveTrack } from "./lift-tracks.ts";
import { isRefusal } from "./lay-otherwise.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";

/** What was lifted to make room for a run, as it is written into the sequence. */
export interface LiftNote {
  /** By how many tracks. */
  readonly by: number;
}

function isLiftNote(value: unknown): value is LiftNote {
  const by = (value as Partial<LiftNote> | null)?.by;
  return Number.isSafeInteger(by) && by! >= 1;
}

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
 * Brings back down what was lifted for a run that is gone, with all that has been laid above it or changed on it since: nothing is seen
 * otherwise for it, since the tracks between are empty. Where they are not, or transitions would be lost, nothing is moved.
 *
 * @param from the lowest of the tracks that the run has left
 * @returns whether it lies where it would without the run
 * @throws LaminaError `host-left-changed` when it was brought down in part only
 */
export async function lowerTracks(
  call: CallScript,
  sequenceId: string,
  from: number,
  { by }: LiftNote,
): Promise<boolean> {
  const { video } = await call("timeline", { sequenceId });
  const isFree = video
    .slice(from, from + by)
    .every(({ clips }) => clips.length === 0);
  const lifted = video.slice(from + by);
  if (!isFree || lifted.some(({ transitions }) => transitions > 0)) {
    return false;
  }
  try {
    await undoing(async (onFailure) => {
      for (const i of lifted.keys()) {
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
