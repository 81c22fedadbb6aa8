import type {
  AudioClipTrackItem,
  ClipProjectItem,
  FolderItem,
  ProjectItem,
  Sequence,
  VideoClipTrackItem,
} from "@adobe/premierepro";
import type {
  AboutFacts,
  ClipFacts,
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
  activeProject,
  findSequence,
  openProject,
  ppro,
  Refused,
  sequenceId,
} from "./premiere.ts";

/** A clip of either kind of track. */
export type TrackItem = VideoClipTrackItem | AudioClipTrackItem;

export function about(): Promise<AboutFacts> {
  return Promise.resolve({
    name: `Premiere Pro ${ppro.Application.version}`,
    technology: "uxp",
    // Tracks only come into being when something is placed above the topmost one, and never go.
    managesTracks: false,
  });
}

async function sequenceFacts(sequence: Sequence): Promise<SequenceFacts> {
  const settings = await sequence.getSettings();
  const { width, height } = await sequence.getFrameSize();
  const item = (await sequence.getProjectItem()) as ProjectItem | null;
  return {
    id: sequenceId(sequence),
    itemId: item === null ? null : item.getId(),
    name: sequence.name,
    width,
    height,
    ticksPerFrame: await sequence.getTimebase(),
    pixelAspect: await settings.getVideoPixelAspectRatio(),
    fields: Math.max(0, await settings.getVideoFieldType()),
  };
}

/** Clips have no id here; on their track they are known by where they begin. */
async function clipFacts(clip: TrackItem): Promise<ClipFacts> {
  const item = (await clip.getProjectItem()) as ProjectItem | null;
  const start = (await clip.getStartTime()).ticks;
  return {
    id: start,
    itemId: item === null ? null : item.getId(),
    name: await clip.getName(),
    start,
    end: (await clip.getEndTime()).ticks,
    inPoint: (await clip.getInPoint()).ticks,
    outPoint: (await clip.getOutPoint()).ticks,
    disabled: await clip.isDisabled(),
  };
}

/** The clips of a track. */
export async function trackClips(
  sequence: Sequence,
  media: ClipRef["media"],
  index: number,
): Promise<TrackItem[]> {
  const track =
    media === "video"
      ? await sequence.getVideoTrack(index)
      : await sequence.getAudioTrack(index);
  return track.getTrackItems(ppro.Constants.TrackItemType.CLIP, false);
}

const isVideo = (clip: TrackItem): boolean =>
  "createAddVideoTransitionAction" in clip;

const clipItem = (item: ProjectItem): ClipProjectItem | null =>
  ppro.ClipProjectItem.cast(item);

async function selectedFacts(clip: TrackItem): Promise<SelectedClipFacts> {
  const projectItem = (await clip.getProjectItem()) as ProjectItem | null;
  const item = projectItem === null ? null : clipItem(projectItem);
  return {
    ...(await clipFacts(clip)),
    media: isVideo(clip) ? "video" : "audio",
    trackIndex: await clip.getTrackIndex(),
    sourcePath: item === null ? null : await mediaPath(item),
    speed: await clip.getSpeed(),
    reversed: (await clip.isSpeedReversed()) === 1,
    adjustmentLayer: await clip.isAdjustmentLayer(),
    multicam: item === null ? false : await item.isMulticamClip(),
    offline: item === null ? false : await item.isOffline(),
  };
}

async function mediaPath(item: ClipProjectItem): Promise<string | null> {
  // What Premiere makes itself has no path; some of it throws instead of saying so.
  try {
    const path = await item.getMediaFilePath();
    return path === "" ? null : path;
  } catch {
    return null;
  }
}

export async function selection(): Promise<SelectionFacts> {
  const project = await openProject();
  if (project === undefined) {
    return { projectOpen: false, sequence: null, clips: [] };
  }
  const sequence = (await project.getActiveSequence()) as Sequence | null;
  if (sequence === null) {
    return { projectOpen: true, sequence: null, clips: [] };
  }
  const selected = await sequence.getSelection();
  const clips: SelectedClipFacts[] = [];
  for (const clip of await selected.getTrackItems()) {
    clips.push(await selectedFacts(clip));
  }
  return { projectOpen: true, sequence: await sequenceFacts(sequence), clips };
}

export async function sequences(): Promise<{ id: string; name: string }[]> {
  const all = await (await activeProject()).getSequences();
  return all.map((one) => ({ id: sequenceId(one), name: one.name }));
}

export async function timeline(parameters: {
  sequenceId: string;
}): Promise<TimelineFacts> {
  const sequence = await findSequence(parameters.sequenceId);
  const tracks = async (
    media: ClipRef["media"],
    count: number,
  ): Promise<TrackFacts[]> => {
    const out: TrackFacts[] = [];
    for (let i = 0; i < count; i++) {
      const track =
        media === "video"
          ? await sequence.getVideoTrack(i)
          : await sequence.getAudioTrack(i);
      const clips: ClipFacts[] = [];
      for (const clip of await trackClips(sequence, media, i)) {
        clips.push(await clipFacts(clip));
      }
      out.push({ name: track.name, clips });
    }
    return out;
  };
  return {
    sequence: await sequenceFacts(sequence),
    video: await tracks("video", await sequence.getVideoTrackCount()),
    audio: await tracks("audio", await sequence.getAudioTrackCount()),
  };
}

/** Visits all bins and items below the root, parents first. */
async function* allItems(
  folder?: FolderItem,
  parent: ProjectItem | null = null,
): AsyncGenerator<{ item: ProjectItem; parent: ProjectItem | null }> {
  const root = folder ?? (await (await activeProject()).getRootItem());
  for (const item of await root.getItems()) {
    yield { item, parent };
    if (item.type === ppro.ProjectItem.TYPE_BIN) {
      yield* allItems(ppro.FolderItem.cast(item), item);
    }
  }
}

export async function items(): Promise<ItemFacts[]> {
  const out: ItemFacts[] = [];
  for await (const { item, parent } of allItems()) {
    const isBin = item.type === ppro.ProjectItem.TYPE_BIN;
    const clip = isBin ? null : clipItem(item);
    out.push({
      id: item.getId(),
      parentId: parent === null ? null : parent.getId(),
      kind: isBin ? "bin" : clip === null ? "other" : "clip",
      name: item.name,
      mediaPath: clip === null ? null : await mediaPath(clip),
    });
  }
  return out;
}

/** A bin or an item by its id; throws Refused when it is not there. */
export async function findItem(id: string): Promise<ProjectItem> {
  for await (const { item } of allItems()) {
    if (item.getId() === id) return item;
  }
  throw new Refused(
    "folder.getItems",
    "the item is not in the project any more",
  );
}

export async function interpretation(parameters: {
  itemId: string;
}): Promise<InterpretationFacts> {
  const item = ppro.ClipProjectItem.cast(await findItem(parameters.itemId));
  const facts = await item.getFootageInterpretation();
  const usage = facts.getAlphaUsage();
  return {
    frameRate: facts.getFrameRate(),
    pixelAspect: facts.getPixelAspectRatio(),
    alpha:
      usage === facts.ALPHACHANNEL_STRAIGHT
        ? "straight"
        : usage === facts.ALPHACHANNEL_PREMULTIPLIED
          ? "premultiplied"
          : usage === facts.ALPHACHANNEL_IGNORE
            ? "ignored"
            : "none",
  };
}
