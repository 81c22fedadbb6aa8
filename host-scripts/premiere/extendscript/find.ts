import type { ClipRef } from "../../../src/protocol/host-script-api.ts";
import { refuse } from "./refuse.ts";

/** The open project. */
export function project(): Project {
  if (app.project === undefined || app.project === null) {
    throw refuse("app.project", "no project is open");
  }
  return app.project;
}

/** A sequence of the project by its id. */
export function findSequence(id: string): Sequence {
  const sequences = project().sequences;
  for (let i = 0; i < sequences.numSequences; i++) {
    const sequence = sequences[i]!;
    if (sequence.sequenceID === id) return sequence;
  }
  throw refuse(
    "project.sequences",
    "the sequence is not in the project any more",
  );
}

/** Does something with a sequence as the active one, which is the only one that some calls work on; then the one before is it again. */
export function withActive(sequence: Sequence, work: () => void): void {
  const before = project().activeSequence;
  activate(sequence);
  try {
    work();
  } finally {
    activate(before ? before : sequence);
  }
}

/** Opens a sequence in the timeline. */
export function activate(sequence: Sequence): void {
  const active = project().activeSequence;
  if (active && active.sequenceID === sequence.sequenceID) return;
  project().openSequence(sequence.sequenceID);
  if (project().activeSequence.sequenceID !== sequence.sequenceID) {
    throw refuse("project.openSequence", "the sequence was not opened");
  }
}

/** A track of a sequence. */
export function findTrack(
  sequence: Sequence,
  media: ClipRef["media"],
  index: number,
): Track {
  const tracks =
    media === "video" ? sequence.videoTracks : sequence.audioTracks;
  const track = index < tracks.numTracks ? tracks[index] : undefined;
  if (track === undefined) {
    throw refuse(
      "sequence." + media + "Tracks",
      "there is no track " + (index + 1),
    );
  }
  return track;
}

/** A clip by its reference, or by its id alone where other edits have moved it to another place on the track. */
export function findClip(sequence: Sequence, ref: ClipRef): TrackItem {
  const clips = findTrack(sequence, ref.media, ref.trackIndex).clips;
  for (let i = 0; i < clips.numItems; i++) {
    const clip = clips[i]!;
    if (clip.nodeId === ref.id) return clip;
  }
  throw refuse("track.clips", "the clip is not on its track any more");
}

/** Visits all bins and items below one, parents first, until the visitor returns true. */
export function visitItems(
  parent: ProjectItem,
  visit: (item: ProjectItem, parent: ProjectItem) => boolean,
): boolean {
  const children = parent.children;
  if (children === undefined || children === null) return false;
  for (let i = 0; i < children.numItems; i++) {
    const item = children[i]!;
    if (visit(item, parent) || visitItems(item, visit)) return true;
  }
  return false;
}

/** A bin or an item by its id. */
export function findItem(id: string): ProjectItem {
  let found: ProjectItem | undefined;
  visitItems(project().rootItem, function (item) {
    if (item.nodeId !== id) return false;
    found = item;
    return true;
  });
  if (found === undefined) {
    throw refuse("project.rootItem", "the item is not in the project any more");
  }
  return found;
}
