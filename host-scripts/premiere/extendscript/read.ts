import type {
  ClipFacts,
  ClipLook,
  ClipRef,
  InterpretationFacts,
  ItemFacts,
  SelectedClipFacts,
  SelectionFacts,
  SequenceFacts,
  TimelineFacts,
  TrackFacts,
} from "../../../src/protocol/host-script-api.ts";
import {
  findClip,
  findItem,
  findSequence,
  findTrack,
  project,
  visitItems,
} from "./find.ts";
import { lookOf, note } from "./look.ts";
import { refuse } from "./refuse.ts";

function sequenceFacts(sequence: Sequence): SequenceFacts {
  const settings = sequence.getSettings();
  return {
    id: sequence.sequenceID,
    itemId: sequence.projectItem ? sequence.projectItem.nodeId : null,
    name: sequence.name,
    width: sequence.frameSizeHorizontal,
    height: sequence.frameSizeVertical,
    ticksPerFrame: String(sequence.timebase),
    pixelAspect: String(settings.videoPixelAspectRatio),
    fields: settings.videoFieldType > 0 ? settings.videoFieldType : 0,
    workingColorSpace: settings.workingColorSpace
      ? String(settings.workingColorSpace)
      : null,
    // Only UXP can tell.
    hasObjectMask: false,
  };
}

function clipFacts(clip: TrackItem): ClipFacts {
  return {
    id: clip.nodeId,
    itemId: clip.projectItem ? clip.projectItem.nodeId : null,
    name: clip.name,
    start: clip.start.ticks,
    end: clip.end.ticks,
    inPoint: clip.inPoint.ticks,
    outPoint: clip.outPoint.ticks,
    disabled: clip.disabled,
  };
}

function trackFacts(tracks: TrackCollection): TrackFacts[] {
  const out: TrackFacts[] = [];
  for (let i = 0; i < tracks.numTracks; i++) {
    const track = tracks[i]!;
    const clips: ClipFacts[] = [];
    for (let k = 0; k < track.clips.numItems; k++) {
      clips.push(clipFacts(track.clips[k]!));
    }
    out.push({
      name: String(track.name),
      clips: clips,
      transitions: track.transitions ? track.transitions.numItems : 0,
    });
  }
  return out;
}

function mediaPath(item: ProjectItem): string | null {
  // Bins and what Premiere makes itself have no path; some of them throw instead of saying so.
  try {
    const path = item.getMediaPath();
    return path ? path : null;
  } catch (_error) {
    return null;
  }
}

// The documentation and the declarations spell this method in two ways.
const isMulticam = (item: ProjectItem): boolean =>
  typeof item.isMulticamClip === "function"
    ? item.isMulticamClip()
    : typeof item.isMultiCamClip === "function" && item.isMultiCamClip();

function selectedFacts(sequence: Sequence, clip: TrackItem): SelectedClipFacts {
  const facts = clipFacts(clip);
  const item = clip.projectItem;
  const track = sequence.videoTracks[clip.parentTrackIndex];
  return {
    id: facts.id,
    itemId: facts.itemId,
    name: facts.name,
    start: facts.start,
    end: facts.end,
    inPoint: facts.inPoint,
    outPoint: facts.outPoint,
    disabled: facts.disabled,
    trackIndex: clip.parentTrackIndex,
    look: lookOf(clip),
    transitionIn: hasTransition(track, facts.start),
    transitionOut: hasTransition(track, facts.end),
    sourcePath: item ? mediaPath(item) : null,
    mediaStart: item ? startOf(item) : null,
    speed: clip.getSpeed(),
    reversed: Number(clip.isSpeedReversed()) === 1,
    adjustmentLayer: clip.isAdjustmentLayer(),
    multicam: item ? isMulticam(item) : false,
    offline: item ? item.isOffline() : false,
  };
}

/** Whether a transition lies over a time, or ends or begins there. */
function hasTransition(track: Track | undefined, time: string): boolean {
  if (track === undefined || !track.transitions) return false;
  const at = parseFloat(time);
  for (let i = 0; i < track.transitions.numItems; i++) {
    const transition = track.transitions[i]!;
    if (
      parseFloat(transition.start.ticks) <= at &&
      parseFloat(transition.end.ticks) >= at
    ) {
      return true;
    }
  }
  return false;
}

/** What is selected in the active sequence. Thousands of clips may be: nothing is asked of those behind the second of video. */
export function selection(): SelectionFacts {
  const facts: SelectionFacts = {
    projectOpen: !!app.project,
    sequence: null,
    any: false,
    clip: null,
    several: false,
  };
  if (!app.project) return facts;
  const sequence = app.project.activeSequence;
  if (!sequence) return facts;
  facts.sequence = sequenceFacts(sequence);
  const selected = sequence.getSelection();
  facts.any = selected.length > 0;
  let first: TrackItem | undefined;
  for (let i = 0; i < selected.length && !facts.several; i++) {
    const clip = selected[i]!;
    if (clip.mediaType !== "Video") continue;
    if (first === undefined) first = clip;
    else facts.several = true;
  }
  if (first !== undefined && !facts.several) {
    facts.clip = selectedFacts(sequence, first);
  }
  return facts;
}

/** What a clip's effects make of it. */
export function look(parameters: {
  sequenceId: string;
  clip: ClipRef;
}): ClipLook {
  const sequence = findSequence(parameters.sequenceId);
  const ref = parameters.clip;
  const clip = findClip(sequence, ref);
  const found = lookOf(clip);
  const track = findTrack(sequence, ref.media, ref.trackIndex);
  const bound =
    hasTransition(track, clip.start.ticks) ||
    hasTransition(track, clip.end.ticks);
  if (bound) note(found, "transitions");
  return found;
}

/** Where the playhead stands. */
export function playhead(parameters: { sequenceId: string }): {
  ticks: string;
} {
  const sequence = findSequence(parameters.sequenceId);
  return { ticks: sequence.getPlayerPosition().ticks };
}

/** Moves the playhead. */
export function setPlayhead(parameters: {
  sequenceId: string;
  ticks: string;
}): null {
  findSequence(parameters.sequenceId).setPlayerPosition(parameters.ticks);
  return null;
}

/** All sequences of the project. */
export function sequences(): { id: string; name: string }[] {
  const all = project().sequences;
  const out: { id: string; name: string }[] = [];
  for (let i = 0; i < all.numSequences; i++) {
    out.push({ id: all[i]!.sequenceID, name: all[i]!.name });
  }
  return out;
}

/** A sequence's tracks. */
export function timeline(parameters: { sequenceId: string }): TimelineFacts {
  const sequence = findSequence(parameters.sequenceId);
  return {
    sequence: sequenceFacts(sequence),
    video: trackFacts(sequence.videoTracks),
    audio: trackFacts(sequence.audioTracks),
  };
}

/** The timecode that an item's media begin at. */
export function mediaStart(parameters: { itemId: string }): {
  ticks: string | null;
} {
  return { ticks: startOf(findItem(parameters.itemId)) };
}

/** When the media of an item begin, in ticks, as far as it says so. */
export function startOf(item: ProjectItem): string | null {
  try {
    const ticks = String(item.startTime().ticks);
    return /^-?\d+$/.test(ticks) ? ticks : null;
  } catch (_error) {
    return null; // Sequences and what Premiere makes itself have no media.
  }
}

const binType = 2;
const clipType = 1;

/** All bins and items of the project. */
export function items(): ItemFacts[] {
  const root = project().rootItem;
  const out: ItemFacts[] = [];
  visitItems(root, function (item, parent) {
    out.push({
      id: item.nodeId,
      parentId: parent.nodeId === root.nodeId ? null : parent.nodeId,
      kind:
        item.type === binType
          ? "bin"
          : item.type === clipType
            ? "clip"
            : "other",
      name: item.name,
      mediaPath: item.type === binType ? null : mediaPath(item),
    });
    return false;
  });
  return out;
}

const alphaUsages: InterpretationFacts["alpha"][] = [
  "none",
  "straight",
  "premultiplied",
  "ignored",
];

/** How an item's files are understood. */
export function interpretation(parameters: {
  itemId: string;
}): InterpretationFacts {
  const item = findItem(parameters.itemId);
  const facts = item.getFootageInterpretation();
  const alpha = facts ? alphaUsages[facts.alphaUsage] : undefined;
  if (alpha === undefined) {
    throw refuse(
      "item.getFootageInterpretation",
      "it says nothing of the alpha channel",
    );
  }
  return {
    frameRate: facts.frameRate,
    pixelAspect: facts.pixelAspectRatio,
    alpha: alpha,
    duration: lengthOf(item),
  };
}

/** How long an item is, in ticks, as far as it says so. */
function lengthOf(item: ProjectItem): string | null {
  try {
    const end = parseFloat(item.getOutPoint().ticks);
    const length = end - parseFloat(item.getInPoint().ticks);
    return length > 0 ? String(length) : null;
  } catch (_error) {
    return null; // Not every kind of item has these.
  }
}
