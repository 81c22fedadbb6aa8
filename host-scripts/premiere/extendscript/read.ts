import type {
  ClipFacts,
  InterpretationFacts,
  ItemFacts,
  SelectedClipFacts,
  SelectionFacts,
  SequenceFacts,
  TimelineFacts,
  TrackFacts,
} from "../../../src/protocol/host-script-api.ts";
import { findItem, findSequence, project, visitItems } from "./find.ts";
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
    out.push({ name: String(track.name), clips: clips });
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

function selectedFacts(clip: TrackItem): SelectedClipFacts {
  const facts = clipFacts(clip);
  const item = clip.projectItem;
  return {
    id: facts.id,
    itemId: facts.itemId,
    name: facts.name,
    start: facts.start,
    end: facts.end,
    inPoint: facts.inPoint,
    outPoint: facts.outPoint,
    disabled: facts.disabled,
    media: clip.mediaType === "Video" ? "video" : "audio",
    trackIndex: clip.parentTrackIndex,
    sourcePath: item ? mediaPath(item) : null,
    speed: clip.getSpeed(),
    reversed: Number(clip.isSpeedReversed()) === 1,
    adjustmentLayer: clip.isAdjustmentLayer(),
    multicam: item ? isMulticam(item) : false,
    offline: item ? item.isOffline() : false,
  };
}

/** What is selected in the active sequence. */
export function selection(): SelectionFacts {
  if (!app.project) return { projectOpen: false, sequence: null, clips: [] };
  const sequence = app.project.activeSequence;
  if (!sequence) return { projectOpen: true, sequence: null, clips: [] };
  const selected = sequence.getSelection();
  const clips: SelectedClipFacts[] = [];
  for (let i = 0; i < selected.length; i++) {
    clips.push(selectedFacts(selected[i]!));
  }
  return { projectOpen: true, sequence: sequenceFacts(sequence), clips: clips };
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
  const facts = findItem(parameters.itemId).getFootageInterpretation();
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
  };
}
