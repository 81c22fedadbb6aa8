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
import { nameTracks } from "./name-tracks.ts";
import { clipsOf, locateRun, type PlacedClip } from "./runs.ts";
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
  signal: AbortSignal | undefined,
): Promise<RemovedRun> {
  const about = await call("about", null);
  const names = new Set(known.layers.map(({ name }) => name)).add(known.name);
  const { run, items, nest, slots: stack } = await locateRun(call, known);
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
    .map((timeline) => ({ timeline, slots: clipsOf(timeline, ours) }))
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
      const tracks = [
        ...new Set(slots.map(({ ref }) => ref.trackIndex)),
      ].reverse();
      for (const index of tracks) {
        const current = await call("timeline", { sequenceId });
        emptyTracks += await removeTracks(call, about, current, index, 1);
      }
      // Those that cannot be removed are called by their numbers again.
      const left = await call("timeline", { sequenceId });
      const emptied = left.video.flatMap(({ clips, name }, i) =>
        clips.length === 0 && names.has(name) ? [[i, ""] as const] : [],
      );
      await nameTracks(call, left, new Map(emptied), names);
    }
    return { sourceEnabled, emptyTracks, liftedStay: false };
  });
  if (nest !== undefined) await deleteNest(call, nest.timeline.sequence.id);
  return { ...removed, liftedStay: await lower(call, about, placed, run) };
}

interface Removed {
  readonly timeline: TimelineFacts;
  /** What lay there of the run, bottom to top. */
  readonly slots: readonly PlacedClip[];
}

/**
 * Brings what was lifted for a run back down.
 *
 * @returns whether something stays lifted
 */
async function lower(
  call: CallScript,
  { managesTracks }: AboutFacts,
  placed: readonly Removed[],
  { id }: PlacedRun,
): Promise<boolean> {
  let stays = false;
  // Where tracks can be removed, what is above came down with them.
  for (const { timeline, slots } of managesTracks ? [] : placed) {
    const sequenceId = timeline.sequence.id;
    const note = await readLift(call, sequenceId, id);
    if (note === undefined) {
      // Layers are laid on top unless room was made for them, so something has been moved, by whomever.
      const top = slots.at(-1)!.ref.trackIndex;
      stays ||= timeline.video
        .slice(top + 1)
        .some(({ clips }) => clips.length > 0);
      continue;
    }
    if (!(await lowerTracks(call, sequenceId, note))) stays = true;
    await keepLift(call, sequenceId, id, undefined);
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
