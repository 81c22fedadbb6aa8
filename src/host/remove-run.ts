import { LaminaError } from "../errors/failure.ts";
import type {
  AboutFacts,
  ClipRef,
  Edit,
  TimelineFacts,
} from "../protocol/host-script-api.ts";
import type { PlacedRun, RemovedRun } from "./host.ts";
import { removeTracks, restoreTimeline } from "./restore-timeline.ts";
import { deleteSequence } from "./own-sequence.ts";
import { keepLift, lowerTracks, readLift } from "./lower-tracks.ts";
import { isNumbered, nameTracks, ownName } from "./name-tracks.ts";
import type { PlacedHere } from "./placed-here.ts";
import {
  clipsOf,
  type LocatedRun,
  locateRun,
  type PlacedClip,
} from "./runs.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";

/**
 * Takes a run out of the project, wherever its clips lie now. See `Host.removeRun`.
 *
 * @throws LaminaError `run-changed`, `host-refused`, `host-left-changed`; AbortError
 */
export async function removeRun(
  call: CallScript,
  known: PlacedRun,
  here: PlacedHere,
  signal: AbortSignal | undefined,
): Promise<RemovedRun> {
  const about = await call("about", null);
  const located = await locateRun(call, known);
  const { run, items, nest, slots: stack } = located;
  // In a sequence of the run's own it goes with that.
  const backdrop = nest === undefined ? located.backdrop : undefined;
  const names = new Set([
    ...[...known.layers, ...run.layers].map(({ name }) => name),
    ...items.map(({ item }) => item.name),
    run.name,
    ...(backdrop === undefined ? [] : [backdrop.clip.name]),
  ]);
  const made = here.ownTracks.has(run.id);
  const nestEnd = nest && stack[0]?.clip.end;
  const ours = new Set(items.map(({ item }) => item.id));
  if (nest !== undefined) ours.add(nest.itemId);
  const timelines: TimelineFacts[] = [];
  for (const { id } of await call("sequences", null)) {
    // A sequence of the run's own goes with its bin.
    if (id === nest?.timeline.sequence.id) continue;
    timelines.push(await call("timeline", { sequenceId: id }));
  }
  const placed = timelines
    .map((timeline) => ({
      timeline,
      slots: withBackdrop(timeline, clipsOf(timeline, ours), located, backdrop),
    }))
    .filter(({ slots }) => slots.length > 0);
  signal?.throwIfAborted();
  const label = "Lamina: Remove layers from timeline";
  const removeBin: Edit = { kind: "remove-bin", binId: run.id };
  let sourceEnabled = false;
  const removed = await undoing(async (onFailure) => {
    for (const [i, { timeline, slots }] of placed.entries()) {
      const source = sourceBeneath(timeline, slots, nestEnd);
      sourceEnabled ||= source !== undefined;
      onFailure(() => restoreTimeline(call, about, timeline));
      await call("edit", {
        sequenceId: timeline.sequence.id,
        label,
        edits: [
          // First, since a host that refuses this has changed nothing yet.
          ...(source === undefined
            ? []
            : [
                {
                  kind: "disable-clip" as const,
                  clip: source,
                  disabled: false,
                },
              ]),
          ...slots.map(({ ref }) => ({
            kind: "remove-clip" as const,
            clip: ref,
          })),
          // Last, and with it all is one step of undo where there are such steps.
          ...(i === placed.length - 1 ? [removeBin] : []),
        ],
      });
    }
    if (placed.length === 0) {
      await call("edit", { sequenceId: null, label, edits: [removeBin] });
    }
    if ((await call("items", null)).some(({ id }) => id === run.id)) {
      throw new LaminaError({
        code: "host-refused",
        call: "deleteBin",
        detail: "the bin is still there",
      });
    }
    let emptyTracks = 0;
    for (const { timeline, slots } of placed) {
      const sequenceId = timeline.sequence.id;
      const now = await call("timeline", { sequenceId });
      checkRemoved(
        timeline,
        now,
        slots,
        sourceBeneath(timeline, slots, nestEnd),
      );
      const left = { about, sequenceId, slots, names, made };
      emptyTracks += await leaveTracks(call, left);
    }
    return { sourceEnabled, emptyTracks, liftedStay: false };
  });
  if (nest !== undefined) await deleteNest(call, nest.timeline.sequence.id);
  const liftedStay = await lower(call, here, placed, run);
  here.ownTracks.delete(run.id);
  here.lifts.delete(run.id);
  return { ...removed, liftedStay };
}

/** Clips of a run and its backdrop, bottom to top. */
function withBackdrop(
  { sequence, video }: TimelineFacts,
  slots: readonly PlacedClip[],
  { timeline }: LocatedRun,
  backdrop: PlacedClip | undefined,
): readonly PlacedClip[] {
  if (backdrop === undefined || sequence.id !== timeline?.sequence.id)
    return slots;
  const { ref } = backdrop;
  // The sequence has been read anew since.
  const clip = video[ref.trackIndex]?.clips.find(({ id }) => id === ref.id);
  return [...slots, ...(clip === undefined ? [] : [{ ref, clip }])].sort(
    (a, b) => a.ref.trackIndex - b.ref.trackIndex,
  );
}

/** Tracks that a run has left. */
interface LeftTracks {
  readonly about: AboutFacts;
  readonly sequenceId: string;
  /** What lay on them. */
  readonly slots: readonly PlacedClip[];
  /** What tracks of the run may be called. */
  readonly names: ReadonlySet<string>;
  /** Whether all of them are known to have been made for the run. */
  readonly made: boolean;
}

/**
 * Removes the tracks that were made for a run and hold nothing else, where the technology can do that, and gives the others the names
 * that they had. A track that may have been the user's before stays: a run that was placed through UXP may lie on such.
 *
 * @returns how many of the tracks that were not there before are left
 */
async function leaveTracks(
  call: CallScript,
  { about, sequenceId, slots, names, made }: LeftTracks,
): Promise<number> {
  const indices = [...new Set(slots.map(({ ref }) => ref.trackIndex))];
  const removed: number[] = [];
  let left = 0;
  for (const index of indices.reverse()) {
    const now = await call("timeline", { sequenceId });
    const { name, clips } = now.video[index]!;
    if (clips.length > 0 || ownName(name, names) !== undefined) continue;
    const isOurs = names.has(name) || (made && isNumbered(name, index));
    const stays =
      !isOurs || (await removeTracks(call, about, now, index, 1)) > 0;
    if (stays) left++;
    else removed.push(index);
  }
  const now = await call("timeline", { sequenceId });
  const emptied = now.video.flatMap(({ clips, name }, index) =>
    clips.length === 0 && names.has(name) ? [index] : [],
  );
  const kept = indices
    .filter((index) => !removed.includes(index))
    .map((index) => index - removed.filter((one) => one < index).length);
  const back = new Map([...emptied, ...kept].map((index) => [index, ""]));
  await nameTracks(call, now, { names: back, ours: names });
  return left;
}

interface Removed {
  readonly timeline: TimelineFacts;
  /** What lay there of the run, bottom to top. */
  readonly slots: readonly PlacedClip[];
}

/**
 * Brings what was lifted for a run back down; where all of its tracks were removed, it has come down with them.
 *
 * @returns whether something may stay lifted
 */
async function lower(
  call: CallScript,
  { lifts }: PlacedHere,
  placed: readonly Removed[],
  { id }: PlacedRun,
): Promise<boolean> {
  let stays = false;
  for (const { timeline, slots } of placed) {
    const sequenceId = timeline.sequence.id;
    const indices = [...new Set(slots.map(({ ref }) => ref.trackIndex))];
    const { video } = await call("timeline", { sequenceId });
    if (video.length === timeline.video.length - indices.length) continue;
    const note = (await readLift(call, sequenceId, id)) ?? lifts.get(id);
    const from = indices[0]!;
    // What has been lifted lies above the block that the layers were on.
    const isBlock = indices.every((index, i) => index === from + i);
    const isLowered =
      note?.by === indices.length &&
      isBlock &&
      (await lowerTracks(call, sequenceId, from, note));
    // Layers are laid on top unless room was made for them, so what is above has been moved, by whomever.
    stays ||=
      !isLowered &&
      timeline.video
        .slice(indices.at(-1)! + 1)
        .some(({ clips }) => clips.length > 0);
    if (note !== undefined) await keepLift(call, sequenceId, id, undefined);
  }
  return stays;
}

/** Deletes a nested sequence that has outlived its bin. What was in the bin is gone, so nothing can be undone any more. */
async function deleteNest(call: CallScript, sequenceId: string): Promise<void> {
  try {
    await deleteSequence(call, sequenceId);
  } catch (cause) {
    throw new LaminaError(
      {
        code: "host-left-changed",
        problem: "deleteSequence: the nested sequence is still there",
        left: "its layers are out of the project",
      },
      { cause },
    );
  }
}

/**
 * The clip that was disabled for the layers: the nearest disabled one below them over the same range, or over what would be the
 * range of a nested sequence if it had not been trimmed since.
 */
function sourceBeneath(
  { video }: TimelineFacts,
  slots: readonly PlacedClip[],
  nestEnd: string | undefined,
): ClipRef | undefined {
  const [lowest] = slots;
  if (lowest === undefined) return undefined;
  const { start, end, inPoint } = lowest.clip;
  const ranges = [[start, end]];
  if (nestEnd !== undefined) {
    const whole = BigInt(start) - BigInt(inPoint);
    ranges.push([String(whole), String(whole + BigInt(nestEnd))]);
  }
  for (const [from, to] of ranges) {
    for (let i = lowest.ref.trackIndex - 1; i >= 0; i--) {
      const clip = video[i]!.clips.find(
        (one) => one.disabled && one.start === from && one.end === to,
      );
      if (clip !== undefined)
        return { media: "video", trackIndex: i, id: clip.id };
    }
  }
  return undefined;
}

function checkRemoved(
  before: TimelineFacts,
  after: TimelineFacts,
  slots: readonly PlacedClip[],
  source: ClipRef | undefined,
): void {
  const gone = new Set(slots.map(({ clip }) => clip));
  const marks = (timeline: TimelineFacts): string =>
    JSON.stringify(
      timeline.video.map(({ clips }, trackIndex) =>
        clips
          .filter((clip) => !gone.has(clip))
          .map((clip) => [
            clip.itemId,
            clip.start,
            clip.end,
            clip.disabled &&
              !(source?.trackIndex === trackIndex && source.id === clip.id),
          ]),
      ),
    );
  const enabled =
    source === undefined ||
    after.video[source.trackIndex]?.clips.some(
      ({ id, disabled }) => id === source.id && !disabled,
    );
  if (marks(before) !== marks(after) || enabled !== true) {
    throw new LaminaError({
      code: "host-refused",
      call: "timeline",
      detail: "the tracks are not as they should be without the layers",
    });
  }
}
