import type { ClipRef, Edit } from "../../../src/protocol/host-script-api.ts";
import {
  activate,
  findClip,
  findItem,
  findSequence,
  findTrack,
  project,
  withActive,
} from "./find.ts";
import { setOpacity } from "./opacity.ts";
import { place, ticksPerSecond } from "./place.ts";
import { startOf } from "./read.ts";
import { refuse } from "./refuse.ts";

/** Makes a bin at the root of the project. */
export function createBin(parameters: { name: string }): { binId: string } {
  const bin = project().rootItem.createBin(parameters.name);
  if (!bin || !bin.nodeId) throw refuse("createBin", "no bin came back");
  return { binId: bin.nodeId };
}

/** Imports files into a bin. The answer of `importFiles` is true for missing files too, so it is not looked at. */
export function importFiles(parameters: {
  paths: string[];
  binId: string;
  numbered: boolean;
}): null {
  const bin = findItem(parameters.binId);
  for (let i = 0; i < parameters.paths.length; i++) {
    project().importFiles(
      [parameters.paths[i]!],
      true,
      bin,
      parameters.numbered,
    );
  }
  return null;
}

/** Makes a sequence of items. */
export function createSequence(parameters: {
  name: string;
  itemIds: string[];
  binId: string;
}): { sequenceId: string; opened: boolean } {
  const items: ProjectItem[] = [];
  for (let i = 0; i < parameters.itemIds.length; i++) {
    items.push(findItem(parameters.itemIds[i]!));
  }
  const bin = findItem(parameters.binId);
  const before = project().activeSequence;
  const made = project().createNewSequenceFromClips(
    parameters.name,
    items,
    bin,
  );
  if (!made) {
    throw refuse("createNewSequenceFromClips", "no sequence was made");
  }
  const active = project().activeSequence;
  const opened = !!active && active.sequenceID === made.sequenceID;
  if (before) activate(before);
  return { sequenceId: made.sequenceID, opened: opened };
}

/** Does edits one after the other; the first that does not take effect ends it. */
export function edit(parameters: {
  sequenceId: string | null;
  edits: Edit[];
}): null {
  const sequence =
    parameters.sequenceId === null ? null : findSequence(parameters.sequenceId);
  for (let i = 0; i < parameters.edits.length; i++) {
    const one = parameters.edits[i]!;
    if (sequence === null) editProject(one);
    else if (!editProject(one)) editSequence(sequence, one);
  }
  return null;
}

function editProject(one: Edit): boolean {
  switch (one.kind) {
    case "rename-item": {
      const item = findItem(one.itemId);
      item.name = one.name;
      if (findItem(one.itemId).name !== one.name) {
        throw refuse("projectItem.name", "the name was not taken");
      }
      return true;
    }
    case "move-item":
      findItem(one.itemId).moveBin(findItem(one.binId));
      return true;
    case "interpret":
      interpret(findItem(one.itemId), one);
      return true;
    case "start-media":
      startMedia(findItem(one.itemId), one.start);
      return true;
    case "remove-item":
      throw refuse("projectItem", "a script cannot remove a single item");
    case "remove-bin":
      findItem(one.binId).deleteBin();
      return true;
    default:
      return false;
  }
}

function interpret(
  item: ProjectItem,
  how: {
    frameRate: number | null;
    pixelAspect: { numerator: number; denominator: number };
    alpha: boolean;
    colorSpace: string | null;
  },
): void {
  if (how.frameRate !== null) item.setOverrideFrameRate(how.frameRate);
  item.setOverridePixelAspectRatio(
    how.pixelAspect.numerator,
    how.pixelAspect.denominator,
  );
  if (how.alpha) {
    // The getter's object is a copy and says what was set just now, so only alpha changes.
    const straight = 1;
    const facts = item.getFootageInterpretation();
    facts.alphaUsage = straight;
    item.setFootageInterpretation(facts);
  }
  if (
    how.colorSpace !== null &&
    typeof item.setOverrideColorSpace === "function" &&
    item.getColorSpace() !== how.colorSpace
  ) {
    try {
      item.setOverrideColorSpace(how.colorSpace);
    } catch (_error) {
      // Not every sequence's space is one that files can be in; the panel compares afterwards what is shown.
    }
  }
}

/**
 * Sets the timecode that an item's media begin at. The scripting guide says ticks as text, the declarations seconds: one way is tried
 * after the other until what is read is what was set.
 */
function startMedia(item: ProjectItem, ticks: string): void {
  const readings: unknown[] = [ticks, parseFloat(ticks) / ticksPerSecond];
  for (let i = 0; i < readings.length; i++) {
    try {
      item.setStartTime(readings[i] as number);
    } catch (_error) {
      continue; // This reading of the argument is not this version's; the other one may be.
    }
    // Numbers of seconds hold a time of day to a few ticks, of which the shortest frame has millions.
    const read = startOf(item);
    if (
      read !== null &&
      Math.abs(parseFloat(read) - parseFloat(ticks)) < 1000
    ) {
      return;
    }
  }
  throw refuse("projectItem.setStartTime", "the timecode was not taken");
}

function editSequence(sequence: Sequence, one: Edit): void {
  switch (one.kind) {
    case "place":
      place(
        sequence,
        findItem(one.itemId),
        one.trackIndex,
        one.start,
        one.bringsSound === true,
      );
      return;
    case "remove-clip":
      removeClip(sequence, one.clip);
      return;
    case "disable-clip": {
      findClip(sequence, one.clip).disabled = one.disabled;
      if (findClip(sequence, one.clip).disabled !== one.disabled) {
        throw refuse("clip.disabled", "the clip stayed as it was");
      }
      return;
    }
    case "rename-clip": {
      findClip(sequence, one.clip).name = one.name;
      if (findClip(sequence, one.clip).name !== one.name) {
        throw refuse("clip.name", "the name was not taken");
      }
      return;
    }
    case "set-opacity":
      setOpacity(findClip(sequence, one.clip), one.percent);
      return;
    case "move-clip":
      findClip(sequence, one.clip).move(parseFloat(one.by) / ticksPerSecond);
      return;
    case "end-clip": {
      const clip = findClip(sequence, one.clip);
      clip.end = timeOf(one.end);
      clip.outPoint = timeOf(one.outPoint);
      return;
    }
    default:
      throw refuse(one.kind, "this edit is not one of a sequence");
  }
}

function timeOf(ticks: string): Time {
  const time = new Time();
  time.ticks = ticks;
  return time;
}

function removeClip(sequence: Sequence, ref: ClipRef): void {
  findClip(sequence, ref).remove(false, false);
  if (hasClip(findTrack(sequence, ref.media, ref.trackIndex), ref.id)) {
    throw refuse("clip.remove", "the clip is still there");
  }
}

function hasClip(track: Track, id: string): boolean {
  for (let i = 0; i < track.clips.numItems; i++) {
    if (track.clips[i]!.nodeId === id) return true;
  }
  return false;
}

/** Adds empty video tracks. Where they have come to lie is for the caller to see. */
export function addVideoTracks(parameters: {
  sequenceId: string;
  count: number;
  index: number;
}): null {
  withActive(findSequence(parameters.sequenceId), function () {
    app.enableQE();
    qe.project
      .getActiveSequence()
      .addTracks(parameters.count, parameters.index, 0, 0, 0, 0, 0, 0);
  });
  return null;
}

/** Names video tracks through the undocumented interface, where that has a way to. */
export function nameTracks(parameters: {
  sequenceId: string;
  names: { index: number; name: string }[];
}): null {
  withActive(findSequence(parameters.sequenceId), function () {
    app.enableQE();
    const sequence = qe.project.getActiveSequence();
    for (let i = 0; i < parameters.names.length; i++) {
      const one = parameters.names[i]!;
      sequence.getVideoTrackAt(one.index).setName(one.name);
    }
  });
  return null;
}

/** Removes a video track; whether it is gone is for the caller to see. */
export function removeVideoTrack(parameters: {
  sequenceId: string;
  index: number;
}): null {
  withActive(findSequence(parameters.sequenceId), function () {
    app.enableQE();
    qe.project.getActiveSequence().removeVideoTrack(parameters.index);
  });
  return null;
}
