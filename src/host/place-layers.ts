import { assert } from "../errors/assert.ts";
import { LaminaError } from "../errors/failure.ts";
import type {
  AboutFacts,
  ClipRef,
  Edit,
  TimelineFacts,
  TrackFacts,
} from "../protocol/host-script-api.ts";
import { describeSize } from "../units/size.ts";
import { ticks } from "../units/ticks.ts";
import { withDisabled } from "./check-placed.ts";
import { comparablePath } from "./file-path.ts";
import { findClip } from "./find-clip.ts";
import type { PlacedRun, PlaceRequest, SelectedClip } from "./host.ts";
import type { HostHabits } from "./habits.ts";
import { correctTimecode, keepTimecode } from "./keep-timecode.ts";
import { findLayers, importLayers } from "./import-layers.ts";
import { layStack } from "./lay-stack.ts";
import type { StackMember } from "./stack.ts";
import { liftTracks } from "./lift-tracks.ts";
import { keepLift } from "./lower-tracks.ts";
import { nameTracks } from "./name-tracks.ts";
import { nestLayers } from "./nest-layers.ts";
import type { PlacedHere } from "./placed-here.ts";
import { readSettings } from "./read-selection.ts";
import { restoreTimeline } from "./restore-timeline.ts";
import { checkBeginning, findBackdrop } from "./own-backdrop.ts";
import { freeBinName, type LocatedRun, locateRuns } from "./runs.ts";
import type { CallScript } from "./script-channel.ts";
import { addedTracks } from "./timeline-difference.ts";
import { undoing } from "./undoing.ts";
import { refused } from "./refused.ts";

/**
 * Imports a run's layers and puts them above their clip, unless they are in the project already. See `Host.placeLayers`.
 *
 * @param memory what is known of this version of the program, and of the runs that were placed before
 * @throws LaminaError `backdrop-does-not-fit`, `clip-gone`, `clip-covered`, `layers-do-not-fit`, `input-missing`, `host-refused`, `host-left-changed`;
 *   AbortError
 */
export async function placeLayers(
  call: CallScript,
  request: PlaceRequest,
  memory: { readonly habits: HostHabits; readonly here: PlacedHere },
  signal: AbortSignal | undefined,
): Promise<PlacedRun> {
  const { habits, here } = memory;
  const { clip, document } = request;
  // Another panel may have placed them while this one waited for its turn.
  const there = (await locateRuns(call)).find(
    ({ run }) =>
      comparablePath(run.documentPath) === comparablePath(request.documentPath),
  );
  if (there !== undefined) return there.run;
  const about = await aboutHost(call, habits);
  const sequenceId = clip.sequence.id;
  const before = await call("timeline", { sequenceId });
  const source = findClip(before, clip);
  checkFit(request, before);
  const layers = await findLayers(call, filesFor(request, habits));
  const backdrop = await findBackdrop(call, request);
  signal?.throwIfAborted();

  const placed = await undoing(async (onFailure) => {
    const name = freeBinName(clip.name, await call("items", null));
    const { binId } = await call("createBin", { name });
    onFailure(async () => {
      await removeBin(call, binId);
    });
    const items = await importLayers(call, layers, binId, request, onFailure);
    const timecode = await keepTimecode(
      call,
      source.facts,
      [...items.values()].map(({ id }) => id),
      habits,
    );
    signal?.throwIfAborted();

    const members: StackMember[] = layers.map((layer) => ({
      ...layer,
      itemId: items.get(layer.id)!.id,
    }));
    // Not the lowest, with which tracks are made.
    if (backdrop !== undefined) members.splice(1, 0, backdrop);
    const stacked =
      request.arrangement === "tracks"
        ? members
        : [
            await nestLayers(
              call,
              about,
              {
                source: source.ref,
                around: before,
                binId,
                name,
                layers: members,
                length: ticks(clip.end - clip.start),
              },
              signal,
              onFailure,
            ),
          ];

    const { around, first } = await makeRoom(
      call,
      about,
      { before, source: source.ref, stacked, request, binId, here },
      onFailure,
    );
    signal?.throwIfAborted();
    await layStack(
      call,
      about,
      { members: stacked, first, start: clip.start, end: clip.end },
      {
        around: withDisabled(around, source.ref),
        label: "Lamina: Add layers to timeline",
        after: [{ kind: "disable-clip", clip: source.ref, disabled: true }],
      },
      signal,
    );
    const placed = (await locateRuns(call)).find(({ run }) => run.id === binId);
    if (placed !== undefined && timecode !== undefined) {
      await correctTimecode(call, timecode, placed);
    }
    if (placed?.run.place === undefined) {
      throw refused("timeline", "the layers cannot be found again");
    }
    assert(document.layers.length === placed.slots.length, "a layer is lost");
    if (backdrop !== undefined) checkBeginning(backdrop, placed);
    signal?.throwIfAborted();
    return placed;
  });
  const { run } = placed;
  if (about.managesTracks) here.ownTracks.add(run.id);
  const lent = about.managesTracks ? 0 : before.video.length;
  await nameRunTracks(call, placed, lent);
  return run;
}

/** Movies come instead of stills where those were found not to come in whole, as far as there are movies. */
function filesFor(
  request: PlaceRequest,
  { importsStills }: HostHabits,
): PlaceRequest {
  const { layers } = request.document;
  return importsStills === false &&
    layers.every(({ movie }) => movie !== undefined)
    ? { ...request, files: "movies" }
    : request;
}

/**
 * Names the tracks of a run after its layers, or the one of its nested sequence after the run.
 *
 * @param lent how many tracks from the bottom were there before the run; those above were made for it
 */
async function nameRunTracks(
  call: CallScript,
  { run: { place, layers, name, arrangement }, backdrop }: LocatedRun,
  lent: number,
): Promise<void> {
  if (place === undefined) return;
  const { sequenceId } = place;
  const names = new Map(
    place.trackIndices.map((index, i) => [
      index,
      arrangement === "nested" ? name : layers[i]!.name,
    ]),
  );
  if (arrangement === "tracks" && backdrop !== undefined)
    names.set(backdrop.ref.trackIndex, backdrop.clip.name);
  const made = new Set([...names.keys()].filter((index) => index >= lent));
  const timeline = await call("timeline", { sequenceId });
  await nameTracks(call, timeline, { names, made });
}

/** What the host says of itself, corrected by what was found. */
async function aboutHost(
  call: CallScript,
  { addsTracks }: HostHabits,
): Promise<AboutFacts> {
  const about = await call("about", null);
  return addsTracks === false ? { ...about, managesTracks: false } : about;
}

function checkFit(
  { clip, document }: PlaceRequest,
  timeline: TimelineFacts,
): void {
  const settings = readSettings(timeline.sequence);
  if (document.frameCount !== clip.frameCount) {
    throw new LaminaError({
      code: "layers-do-not-fit",
      detail: `they have ${document.frameCount} frames, the clip has ${clip.frameCount}`,
    });
  }
  if (
    document.width !== settings.width ||
    document.height !== settings.height
  ) {
    throw new LaminaError({
      code: "layers-do-not-fit",
      detail: `they are ${describeSize(document)}, the sequence is ${describeSize(settings)}`,
    });
  }
}

async function removeBin(call: CallScript, binId: string): Promise<void> {
  const label = "Lamina: Remove bin";
  const edits: Edit[] = [{ kind: "remove-bin", binId }];
  await call("edit", { sequenceId: null, label, edits });
  if ((await call("items", null)).some(({ id }) => id === binId)) {
    throw refused("deleteBin", "the bin is still there");
  }
}

interface Room {
  readonly before: TimelineFacts;
  readonly source: ClipRef;
  readonly stacked: readonly StackMember[];
  readonly request: PlaceRequest;
  /** The run's. */
  readonly binId: string;
  readonly here: PlacedHere;
}

/**
 * Makes empty tracks directly above the source, or finds where some can be: whatever lies above the clip must stay above
 * its layers, or it would be hidden.
 *
 * @param onFailure puts back all that lies in the timeline, the layers as well
 * @returns the timeline that the layers are laid into, and the lowest one's track
 */
async function makeRoom(
  call: CallScript,
  about: AboutFacts,
  { before, source, stacked, request, binId, here }: Room,
  onFailure: (undo: () => Promise<void>) => void,
): Promise<{ around: TimelineFacts; first: number }> {
  const { clip, movesOthers = false } = request;
  const above = source.trackIndex + 1;
  if (!about.managesTracks) {
    const top = before.video.findLastIndex(({ clips }) => clips.length > 0) + 1;
    if (!movesOthers || !about.clonesClips || !isCovered(before, clip, above)) {
      onFailure(() => restoreTimeline(call, about, before));
      checkUncovered(before, clip, above, top);
      return { around: before, first: top };
    }
    const [{ itemId }] = stacked as readonly [StackMember];
    const lift = { before, from: above, by: stacked.length, itemId };
    const around = await liftTracks(call, lift, onFailure);
    const { id: sequenceId } = before.sequence;
    onFailure(() => keepLift(call, sequenceId, binId, undefined));
    const note = { by: stacked.length };
    await keepLift(call, sequenceId, binId, note);
    here.lifts.set(binId, note);
    onFailure(() => restoreTimeline(call, about, around));
    return { around, first: above };
  }
  onFailure(() => restoreTimeline(call, about, before));
  const count = stacked.length;
  const sequenceId = before.sequence.id;
  await call("addVideoTracks", { sequenceId, count, index: above });
  const after = await call("timeline", { sequenceId });
  const added = addedTracks(before.video, after.video, above);
  const empty = after.video
    .slice(added?.index, (added?.index ?? 0) + count)
    .every(({ clips }) => clips.length === 0);
  if (added?.count !== count || !empty) {
    const found = added?.count ?? 0;
    throw refused(
      "addTracks",
      `${found} tracks were added instead of ${count}`,
    );
  }
  if (added.index <= source.trackIndex) {
    throw refused("addTracks", "the tracks came to lie below the clip");
  }
  checkUncovered(before, clip, above, added.index);
  return { around: before, first: added.index };
}

/** The first track that has something visible in the clip's range, of those from `from` up to `to`. */
const coveringTrack = (
  { video }: TimelineFacts,
  clip: { readonly start: bigint; readonly end: bigint },
  from: number,
  to = video.length,
): TrackFacts | undefined =>
  video
    .slice(from, to)
    .find((track) =>
      track.clips.some(
        ({ start, end, disabled }) =>
          !disabled && BigInt(start) < clip.end && BigInt(end) > clip.start,
      ),
    );

const isCovered = (
  timeline: TimelineFacts,
  clip: SelectedClip,
  from: number,
): boolean => coveringTrack(timeline, clip, from) !== undefined;

/** Makes sure that nothing visible lies in the clip's range on tracks between it and its layers. */
function checkUncovered(
  timeline: TimelineFacts,
  clip: SelectedClip,
  from: number,
  to: number,
): void {
  const track = coveringTrack(timeline, clip, from, to);
  if (track !== undefined) {
    throw new LaminaError({ code: "clip-covered", track: track.name });
  }
}
