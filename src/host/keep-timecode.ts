import { LaminaError } from "../errors/failure.ts";
import type { ClipFacts } from "../protocol/host-script-api.ts";
import { parseTicks, type Ticks, ticks } from "../units/ticks.ts";
import type { HostHabits } from "./habits.ts";
import type { LocatedRun } from "./runs.ts";
import type { CallScript } from "./script-channel.ts";

/** What a clip shows of its source, where that has a timecode. */
interface SourceTime {
  /** As the host says it. */
  readonly inPoint: Ticks;
  /** The timecode that the source begins at. */
  readonly start: Ticks;
}

/** The timecode that layers were given. */
export interface KeptTimecode {
  readonly source: SourceTime;
  readonly given: Ticks;
}

/**
 * Gives layers the timecode that their clip has where it begins, so that they show what the source would. A host that knows of no
 * timecode, or takes none, is left alone: nothing depends on it. Undone by removing the items.
 *
 * @returns undefined when they have none
 */
export async function keepTimecode(
  call: CallScript,
  { itemId, inPoint }: ClipFacts,
  layerIds: readonly string[],
  habits: HostHabits,
): Promise<KeptTimecode | undefined> {
  if (itemId === null) return undefined;
  const { ticks: start } = await call("mediaStart", { itemId });
  if (start === null) return undefined;
  const source = { inPoint: parseTicks(inPoint), start: parseTicks(start) };
  const given = timecodeOf(source, habits.inPointsFrom);
  const taken = await startAt(call, layerIds, given);
  return taken ? { source, given } : undefined;
}

/**
 * Looks at the layers where they lie: their own In points tell what this host counts such points from, and with it whether the
 * source's timecode was read as it is meant. Where not, it is set again.
 */
export async function correctTimecode(
  call: CallScript,
  { source, given }: KeptTimecode,
  { slots }: LocatedRun,
): Promise<void> {
  const [first] = slots;
  if (first === undefined || given === 0n) return;
  // A layer shows its source from the beginning.
  const from = first.clip.inPoint === "0" ? "source" : "timecode";
  const wanted = timecodeOf(source, from);
  if (wanted === given) return;
  await startAt(
    call,
    slots.map(({ item }) => item.id),
    wanted,
  );
}

const timecodeOf = (
  { inPoint, start }: SourceTime,
  from: HostHabits["inPointsFrom"],
): Ticks => (from === "timecode" ? inPoint : ticks(start + inPoint));

/** @returns whether the host took it */
async function startAt(
  call: CallScript,
  itemIds: readonly string[],
  start: Ticks,
): Promise<boolean> {
  try {
    await call("edit", {
      sequenceId: null,
      label: "Lamina: Keep timecode",
      edits: itemIds.map((itemId) => ({
        kind: "start-media",
        itemId,
        start: start.toString(),
      })),
    });
    return true;
  } catch (error) {
    if (!(error instanceof LaminaError)) throw error;
    if (error.failure.code !== "host-refused") throw error;
    return false;
  }
}
