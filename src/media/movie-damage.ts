import type { FrameRate } from "../units/frame-rate.ts";
import { damageComplaints } from "./damage-complaints.ts";
import type { MovieHeader } from "./movie-header.ts";
import {
  listPackets,
  listShown,
  listStrict,
  type MoviePacket,
  tellsInOrder,
} from "./movie-times.ts";

/** A damaged movie's frames as they were before it was damaged. */
export interface DamagedMovie {
  /** When each frame is shown, microseconds, ascending; lost ones too. */
  readonly times: readonly number[];
  /** Frames that are lost, cannot be decoded, or need such a frame to be decoded; indices into `times`. */
  readonly bad: ReadonlySet<number>;
}

/** A movie whose frames keep to a rate lasts for one interval each in at least this share. */
const STEADY_SHARE = 0.9;

/** Share of an interval by which steps between frames at a constant rate may differ from whole ones; a camera's varying rate differs by more. */
const WHOLE_STEP_SHARE = 0.1;
/** Matroska rounds each of two times to a millisecond. */
const ROUNDED_TIME_MICROSECONDS = 1100;

/**
 * True when frames that else keep to the rate leave some of its times out: their neighbours would take their places.
 *
 * @param times of frames in a row, microseconds
 */
export function hasGap(
  times: readonly number[],
  { numerator, denominator }: FrameRate,
): boolean {
  const perMicrosecond = numerator / (1e6 * denominator);
  const steps = times
    .slice(1)
    .map((time, k) => (time - times[k]!) * perMicrosecond);
  const tolerance = Math.max(
    WHOLE_STEP_SHARE,
    ROUNDED_TIME_MICROSECONDS * perMicrosecond,
  );
  const isWhole = (step: number): boolean =>
    step > 0.5 && Math.abs(step - Math.round(step)) < tolerance;
  return (
    steps.every(isWhole) &&
    steps.some((step) => step > 1.5) &&
    steps.filter((step) => step < 1.5).length >= STEADY_SHARE * steps.length
  );
}

/** What is known of a movie that ffmpeg complains about. */
export interface DamageTraces {
  /** In the order of decoding. */
  readonly packets: readonly MoviePacket[];
  /** Times of the frames that come out of the decoder, microseconds. */
  readonly shown: readonly number[];
  /** Those of them that came out when the decoder complained. */
  readonly patched: readonly number[];
  /** Those of them that are themselves said to be corrupt. */
  readonly corrupt: readonly number[];
  /** Times of the frames that a strict decoder gives, see `listStrict`. */
  readonly strict: readonly number[];
  /** Microseconds from frame to frame. */
  readonly interval: number;
  /** True when the file itself has damage, so that a gap in time stands for lost frames. */
  readonly isTorn: boolean;
}

/** Decoders hold back at most 16 frames to put them in order (ITU-T H.264, A.3.1; H.265, A.4.2). */
const LONGEST_DELAY = 16;

/**
 * Finds out which frames of a movie are damaged or missing, by comparing what its file holds with what two decoders give.
 *
 * @param hasGap see `hasGap`
 * @returns undefined when its frames cannot be told apart by their times
 * @throws LaminaError what `listPackets` and `listShown` throw; AbortError
 */
export async function examineDamage(
  movie: string,
  { frameRate, stream }: Pick<MovieHeader, "frameRate" | "stream">,
  hasGap: boolean,
  signal: AbortSignal | undefined,
): Promise<DamagedMovie | undefined> {
  const { numerator, denominator } = frameRate;
  const { packets, complaints } = await listPackets(movie, stream, signal);
  if (packets === undefined) return undefined;
  const { shown, patched, corrupt } = await listShown(movie, stream, signal);
  return locateDamage({
    packets,
    shown,
    ...((await tellsInOrder())
      ? { patched, corrupt }
      : { patched: [], corrupt: [] }),
    strict: await listStrict(movie, stream, signal),
    interval: (1e6 * denominator) / numerator,
    isTorn: hasGap || damageComplaints(complaints).length > 0,
  });
}

/**
 * Concludes from the traces which frames are bad. A picture with an error makes bad what is decoded after it, until
 * decoding can begin anew: each may be built on it. What the strict decoder drops, and what comes out with a complaint, is not the picture with the error but the one
 * that would have come out then; how far back that lies is between the order's least delay and the one that the first
 * times show, and all in between count as bad.
 */
export function locateDamage(traces: DamageTraces): DamagedMovie | undefined {
  const { packets, interval } = traces;
  const times = frameTimes(traces);
  if (times === undefined) return undefined;
  const slotOf = slotFinder(times, interval);
  const slots = packets.map((packet) => slotOf(packet.shown)!);
  const bySlot = new Map(slots.map((slot, decoded) => [slot, decoded]));
  const inOrder = [...bySlot.keys()].sort((a, b) => a - b);
  const rank = new Map(inOrder.map((slot, place) => [slot, place]));

  const least = Math.max(0, ...slots.map((slot, i) => i - rank.get(slot)!));
  const [first] = packets;
  const told = Math.round((first!.shown - first!.decoded) / interval);
  const delay = Math.max(least, Math.min(LONGEST_DELAY, told));

  const shown = countSlots(traces.shown, slotOf);
  const strict = countSlots(traces.strict, slotOf);
  const patched = countSlots(traces.patched, slotOf);
  const corrupt = countSlots(traces.corrupt, slotOf);
  const faulty = new Set<number>();
  const bad = new Set<number>();
  const lastPacket = packets.length - 1;
  for (const [slot, place] of rank) {
    const isMissing = shown.get(slot) !== 1;
    if (isMissing || corrupt.has(slot)) {
      bad.add(slot);
      faulty.add(bySlot.get(slot)!);
    }
    if (!isMissing && strict.get(slot) === 1 && !patched.has(slot)) continue;
    for (let i = place + least; i <= place + delay; i++)
      faulty.add(Math.min(i, lastPacket));
  }
  const lost = times.flatMap((_, slot) => (bySlot.has(slot) ? [] : [slot]));
  for (const slot of lost) bad.add(slot);
  const builtOnLost = followersOfLost(packets, slots, lost, least);

  let isDirty = false;
  let wasDirty = false;
  let key = -1;
  packets.forEach((packet, i) => {
    const slot = slots[i]!;
    if (packet.isKey) {
      wasDirty = isDirty;
      isDirty = false;
      key = slot;
    }
    isDirty ||= faulty.has(i) || builtOnLost.has(i);
    // Pictures that are shown before the key frame which they follow may need those before it, too.
    if (isDirty || (wasDirty && slot < key)) bad.add(slot);
  });
  return { times, bad };
}

/** The times at which a frame is or was to be shown; undefined when two lie closer than frames can. */
function frameTimes({
  packets,
  interval,
  isTorn,
}: DamageTraces): number[] | undefined {
  const times: number[] = [];
  if (packets.length === 0) return undefined;
  for (const time of packets.map(({ shown }) => shown).sort((a, b) => a - b)) {
    const before = times.at(-1);
    if (before !== undefined) {
      const steps = (time - before) / interval;
      if (steps < 0.5) return undefined;
      const whole = Math.round(steps);
      // Frames that keep to the rate show how many were lost; at a rate that varies nobody can tell.
      if (isTorn && Math.abs(steps - whole) < 0.25)
        for (let k = 1; k < whole; k++) times.push(before + k * interval);
    }
    times.push(time);
  }
  return times;
}

/**
 * Finds the frame that a time belongs to.
 *
 * @param times ascending
 * @returns a function from a time to an index, undefined when no frame is near
 */
export function slotFinder(
  times: readonly number[],
  interval: number,
): (time: number) => number | undefined {
  return (time) => {
    let low = 0;
    let high = times.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle]! < time - interval / 4) low = middle + 1;
      else high = middle;
    }
    return Math.abs(times[low]! - time) <= interval / 4 ? low : undefined;
  };
}

function countSlots(
  times: readonly number[],
  slotOf: (time: number) => number | undefined,
): Map<number, number> {
  const counts = new Map<number, number>();
  for (const time of times) {
    const slot = slotOf(time);
    if (slot !== undefined) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  }
  return counts;
}

/** Packets that may need a lost one: decoded after it, which those shown up to `reach` frames before it may be, and before the next key. */
function followersOfLost(
  packets: readonly MoviePacket[],
  slots: readonly number[],
  lost: readonly number[],
  reach: number,
): Set<number> {
  const followers = new Set<number>();
  lost.forEach((slot, k) => {
    // Of frames lost in a row, the first and the last say all.
    if (lost[k - 1] === slot - 1 && lost[k + 1] === slot + 1) return;
    for (const [i, packet] of packets.entries()) {
      if (packet.isKey && slots[i]! > slot) break;
      if (!packet.isKey && slots[i]! >= slot - reach) followers.add(i);
    }
  });
  return followers;
}
