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
import { lookOf } from "./look.ts";
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

export async function about(): Promise<AboutFacts> {
  // A promise in the documentation, a text in the types.
  const version = await (ppro.Application.version as string | Promise<string>);
  const project = await openProject();
  const path = project?.path ?? "";
  return {
    name: `Premiere Pro ${version}`,
    technology: "uxp",
    // Tracks only come into being when something is placed above the topmost one, and never go.
    managesTracks: false,
    clonesClips: true,
    projectFolder: path === "" ? null : path.replace(/[\\/][^\\/]*$/, ""),
  };
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
    // There is no call for it in UXP.
    workingColorSpace: null,
    hasObjectMask: hasObjectMask(sequence),
  };
}

/** Since 26.3; before that nobody can tell. */
function hasObjectMask(sequence: Sequence): boolean {
  const utilities = ppro.ObjectMaskUtils as
    typeof ppro.ObjectMaskUtils | undefined;
  try {
    return utilities?.hasObjectMask(sequence) === true;
  } catch {
    return false;
  }
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
async function trackClips(
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

/** A clip by its reference; throws Refused when it is not there. */
export async function findClip(
  sequence: Sequence,
  ref: ClipRef,
): Promise<TrackItem> {
  for (const clip of await trackClips(sequence, ref.media, ref.trackIndex)) {
    if ((await clip.getStartTime()).ticks === ref.id) return clip;
  }
  throw new Refused(
    "track.getTrackItems",
    "the clip is not on its track any more",
  );
}

/** The transitions of a video track. */
async function transitions(
  sequence: Sequence,
  index: number,
): Promise<TrackItem[]> {
  const track = await sequence.getVideoTrack(index);
  return track.getTrackItems(ppro.Constants.TrackItemType.TRANSITION, false);
}

/** Whether a transition lies over each of some times, or ends or begins there. */
async function haveTransitions(
  sequence: Sequence,
  index: number,
  times: readonly string[],
): Promise<boolean[]> {
  const ranges: { from: bigint; to: bigint }[] = [];
  for (const one of await transitions(sequence, index)) {
    ranges.push({
      from: BigInt((await one.getStartTime()).ticks),
      to: BigInt((await one.getEndTime()).ticks),
    });
  }
  return times.map((time) =>
    ranges.some(({ from, to }) => from <= BigInt(time) && to >= BigInt(time)),
  );
}

const isVideo = (clip: TrackItem): boolean =>
  "createAddVideoTransitionAction" in clip;

const clipItem = (item: ProjectItem): ClipProjectItem | null =>
  ppro.ClipProjectItem.cast(item);

async function selectedFacts(
  sequence: Sequence,
  clip: TrackItem,
): Promise<SelectedClipFacts> {
  const projectItem = (await clip.getProjectItem()) as ProjectItem | null;
  const item = projectItem === null ? null : clipItem(projectItem);
  const facts = await clipFacts(clip);
  const trackIndex = await clip.getTrackIndex();
  const edges = [facts.start, facts.end];
  const [into, out] = await haveTransitions(sequence, trackIndex, edges);
  return {
    ...facts,
    trackIndex,
    look: await lookOf(clip),
    transitionIn: into === true,
    transitionOut: out === true,
    sourcePath: item === null ? null : await mediaPath(item),
    mediaStart: item === null ? null : await startOf(item),
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

/** Thousands of clips may be selected: nothing is asked of those behind the second of video. */
export async function selection(): Promise<SelectionFacts> {
  const facts: SelectionFacts = {
    projectOpen: false,
    sequence: null,
    any: false,
    clip: null,
    several: false,
  };
  const project = await openProject();
  if (project === undefined) return facts;
  facts.projectOpen = true;
  const sequence = (await project.getActiveSequence()) as Sequence | null;
  if (sequence === null) return facts;
  facts.sequence = await sequenceFacts(sequence);
  const selected = await (await sequence.getSelection()).getTrackItems();
  facts.any = selected.length > 0;
  let first: TrackItem | undefined;
  for (const clip of selected) {
    if (!isVideo(clip)) continue;
    if (first !== undefined) {
      facts.several = true;
      return facts;
    }
    first = clip;
  }
  if (first !== undefined) facts.clip = await selectedFacts(sequence, first);
  return facts;
}

export async function look(parameters: {
  sequenceId: string;
  clip: ClipRef;
}): Promise<ClipLook> {
  const sequence = await findSequence(parameters.sequenceId);
  const { trackIndex } = parameters.clip;
  const clip = await findClip(sequence, parameters.clip);
  const found = await lookOf(clip);
  const { start, end } = await clipFacts(clip);
  const bound = await haveTransitions(sequence, trackIndex, [start, end]);
  if (bound.includes(true)) found.changes.push("transitions");
  return found;
}

export async function playhead(parameters: {
  sequenceId: string;
}): Promise<{ ticks: string }> {
  const sequence = await findSequence(parameters.sequenceId);
  return { ticks: (await sequence.getPlayerPosition()).ticks };
}

export async function setPlayhead(parameters: {
  sequenceId: string;
  ticks: string;
}): Promise<null> {
  const sequence = await findSequence(parameters.sequenceId);
  const time = ppro.TickTime.createWithTicks(parameters.ticks);
  await sequence.setPlayerPosition(time);
  return null;
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
      const count =
        media === "video" ? (await transitions(sequence, i)).length : 0;
      out.push({ name: track.name, clips, transitions: count });
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
    duration: await lengthOf(item),
  };
}

export async function mediaStart(parameters: {
  itemId: string;
}): Promise<{ ticks: string | null }> {
  const item = clipItem(await findItem(parameters.itemId));
  return { ticks: item === null ? null : await startOf(item) };
}

/** When the media of an item begin, in ticks, as far as it says so. */
async function startOf(item: ClipProjectItem): Promise<string | null> {
  try {
    const { ticks } = (await item.getMedia()).start;
    return /^-?\d+$/.test(ticks) ? ticks : null;
  } catch {
    return null; // Sequences and what Premiere makes itself have no media.
  }
}

/** How long an item is, in ticks, as far as it says so. */
async function lengthOf(item: ClipProjectItem): Promise<string | null> {
  const { VIDEO } = ppro.Constants.MediaType;
  try {
    const end = BigInt((await item.getOutPoint(VIDEO)).ticks);
    const length = end - BigInt((await item.getInPoint(VIDEO)).ticks);
    return length > 0n ? length.toString() : null;
  } catch {
    return null; // Not every kind of item has these.
  }
}
