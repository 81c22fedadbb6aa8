import type {
  Action,
  ClipProjectItem,
  FootageInterpretation,
  ProjectItem,
  Sequence,
} from "@adobe/premierepro";
import type { Edit } from "../../../src/protocol/host-script-api.ts";
import { prepareOpacity } from "./opacity.ts";
import {
  activeProject,
  findSequence,
  ppro,
  Refused,
  sequenceId,
  transact,
} from "./premiere.ts";
import { findClip, findItem, type TrackItem } from "./read.ts";

export async function createBin({ name }: { name: string }): Promise<{
  binId: string;
}> {
  const project = await activeProject();
  const root = await project.getRootItem();
  const known = new Set((await root.getItems()).map((item) => item.getId()));
  transact(project, "Lamina: New bin", () => [
    root.createBinAction(name, true),
  ]);
  const bin = (await root.getItems()).find((item) => !known.has(item.getId()));
  if (bin === undefined) {
    throw new Refused("folder.createBinAction", "no bin was made");
  }
  return { binId: bin.getId() };
}

/** Imports files. The answer of `importFiles` is true for missing files too, so it is not looked at. */
export async function importFiles(parameters: {
  paths: string[];
  binId: string;
  numbered: boolean;
}): Promise<null> {
  const project = await activeProject();
  const bin = await findItem(parameters.binId);
  for (const path of parameters.paths) {
    await project.importFiles([path], true, bin, parameters.numbered);
  }
  return null;
}

export async function createSequence(parameters: {
  name: string;
  itemIds: string[];
  binId: string;
}): Promise<{ sequenceId: string; opened: boolean }> {
  const project = await activeProject();
  const clips: ClipProjectItem[] = [];
  for (const id of parameters.itemIds) {
    clips.push(ppro.ClipProjectItem.cast(await findItem(id)));
  }
  const bin = await findItem(parameters.binId);
  const before = (await project.getActiveSequence()) as Sequence | null;
  const made = (await project.createSequenceFromMedia(
    parameters.name,
    clips,
    bin,
  )) as Sequence | null;
  if (made === null) {
    throw new Refused("createSequenceFromMedia", "no sequence was made");
  }
  const id = sequenceId(made);
  const active = (await project.getActiveSequence()) as Sequence | null;
  const opened = active !== null && sequenceId(active) === id;
  if (before !== null) await activate(before);
  return { sequenceId: id, opened };
}

/** Opens a sequence in the timeline; the answer is not to be trusted. */
export async function activate(sequence: Sequence): Promise<void> {
  const project = await activeProject();
  const isActive = async (): Promise<boolean> => {
    const active = (await project.getActiveSequence()) as Sequence | null;
    return active !== null && sequenceId(active) === sequenceId(sequence);
  };
  if (await isActive()) return;
  await project.setActiveSequence(sequence);
  if (!(await isActive())) {
    throw new Refused(
      "project.setActiveSequence",
      "the sequence was not opened",
    );
  }
}

/** Names video tracks; since 26.3, and nothing is done before that. */
export async function nameTracks(parameters: {
  sequenceId: string;
  names: { index: number; name: string }[];
}): Promise<null> {
  const project = await activeProject();
  const sequence = await findSequence(parameters.sequenceId);
  const makers: (() => Action)[] = [];
  for (const { index, name } of parameters.names) {
    const track = await sequence.getVideoTrack(index);
    const { createSetNameAction } = track as Partial<typeof track>;
    if (createSetNameAction === undefined) return null;
    makers.push(() => track.createSetNameAction(name));
  }
  transact(project, "Lamina: Name tracks", function* () {
    for (const make of makers) yield make();
  });
  return null;
}

/**
 * Runs edits as one transaction. Everything that must be waited for is found before, since inside the lock nothing can be
 * waited for.
 */
export async function edit(parameters: {
  sequenceId: string | null;
  label: string;
  edits: Edit[];
}): Promise<null> {
  const project = await activeProject();
  const sequence =
    parameters.sequenceId === null
      ? null
      : await findSequence(parameters.sequenceId);
  const makers: (() => Action)[] = [];
  const target: EditTarget = {
    sequence,
    tracks: sequence === null ? 0 : await sequence.getVideoTrackCount(),
  };
  for (const one of parameters.edits) makers.push(await prepare(one, target));
  transact(project, parameters.label, function* () {
    for (const make of makers) yield make();
  });
  return null;
}

interface EditTarget {
  readonly sequence: Sequence | null;
  /** Video tracks that there will be by then. */
  tracks: number;
}

async function prepare(one: Edit, target: EditTarget): Promise<() => Action> {
  switch (one.kind) {
    case "rename-item": {
      const item = await findItem(one.itemId);
      return () => item.createSetNameAction(one.name);
    }
    case "move-item": {
      const item = await findItem(one.itemId);
      const bin = ppro.FolderItem.cast(await findItem(one.binId));
      const parent = item.getParentBin();
      return () => parent.createMoveItemAction(item, bin);
    }
    case "interpret":
      return prepareInterpretation(one);
    case "start-media": {
      const item = ppro.ClipProjectItem.cast(await findItem(one.itemId));
      const media = await item.getMedia();
      const start = ppro.TickTime.createWithTicks(one.start);
      return () => media.createSetStartAction(start);
    }
    case "remove-item":
    case "remove-bin": {
      const id = one.kind === "remove-item" ? one.itemId : one.binId;
      const item = await findItem(id);
      const parent = item.getParentBin();
      return () => parent.createRemoveItemAction(item);
    }
    case "place":
      return preparePlacement(one, target);
    case "set-opacity": {
      const clip = await findClip(sequenceOf(target), one.clip);
      return prepareOpacity(clip, one.percent);
    }
    case "clone-clip":
    case "disable-clip":
    case "rename-clip":
    case "move-clip":
    case "end-clip":
    case "remove-clip": {
      const clip = await findClip(sequenceOf(target), one.clip);
      return () => clipAction(one, clip, sequenceOf(target));
    }
  }
}

function sequenceOf({ sequence }: EditTarget): Sequence {
  if (sequence === null) throw new Refused("edit", "it names no sequence");
  return sequence;
}

async function prepareInterpretation(
  one: Extract<Edit, { kind: "interpret" }>,
): Promise<() => Action> {
  const item = ppro.ClipProjectItem.cast(await findItem(one.itemId));
  const facts: FootageInterpretation = await item.getFootageInterpretation();
  const { numerator, denominator } = one.pixelAspect;
  if (one.alpha) facts.setAlphaUsage(facts.ALPHACHANNEL_STRAIGHT);
  if (one.frameRate !== null) facts.setFrameRate(one.frameRate);
  facts.setPixelAspectRatio(numerator / denominator);
  return () => item.createSetFootageInterpretationAction(facts);
}

/**
 * An insert makes the track that it needs when that is the next one above all; on a track that is there, overwriting moves
 * nothing. The sound of a sequence, or of a clip of the user's, is inserted on an audio track that is not there yet, so it disturbs none.
 */
async function preparePlacement(
  one: Extract<Edit, { kind: "place" }>,
  target: EditTarget,
): Promise<() => Action> {
  const item: ProjectItem = await findItem(one.itemId);
  const sequence = sequenceOf(target);
  const hasSound = one.bringsSound === true || (await isSequence(item));
  const audioIndex = hasSound ? await sequence.getAudioTrackCount() : 0;
  const time = ppro.TickTime.createWithTicks(one.start);
  const isNew = one.trackIndex >= target.tracks;
  if (isNew) target.tracks = one.trackIndex + 1;
  const by = one.by ?? (isNew || hasSound ? "insert" : "overwrite");
  const editor = ppro.SequenceEditor.getEditor(sequence);
  return by === "insert"
    ? () =>
        editor.createInsertProjectItemAction(
          item,
          time,
          one.trackIndex,
          audioIndex,
          true,
        )
    : () =>
        editor.createOverwriteItemAction(
          item,
          time,
          one.trackIndex,
          audioIndex,
        );
}

async function isSequence(item: ProjectItem): Promise<boolean> {
  const clip = ppro.ClipProjectItem.cast(item) as ClipProjectItem | null;
  return clip !== null && clip.isSequence();
}

function clipAction(
  one: Exclude<
    Edit,
    {
      kind:
        | "rename-item"
        | "move-item"
        | "interpret"
        | "start-media"
        | "remove-item"
        | "remove-bin"
        | "place"
        | "set-opacity";
    }
  >,
  clip: TrackItem,
  sequence: Sequence,
): Action {
  switch (one.kind) {
    case "clone-clip":
      return ppro.SequenceEditor.getEditor(sequence).createCloneTrackItemAction(
        clip,
        ppro.TickTime.createWithTicks(one.by),
        one.tracks,
        0,
        true,
        false,
      );
    case "disable-clip":
      return clip.createSetDisabledAction(one.disabled);
    case "rename-clip":
      return clip.createSetNameAction(one.name);
    case "move-clip":
      return clip.createMoveAction(ppro.TickTime.createWithTicks(one.by));
    case "end-clip":
      return clip.createSetEndAction(ppro.TickTime.createWithTicks(one.end));
    case "remove-clip": {
      let action: Action | undefined;
      ppro.TrackItemSelection.createEmptySelection((selection) => {
        selection.addItem(clip, true);
        action = ppro.SequenceEditor.getEditor(
          sequence,
        ).createRemoveItemsAction(
          selection,
          false,
          ppro.Constants.MediaType.ANY,
          false,
        );
      });
      if (action === undefined) {
        throw new Refused("createEmptySelection", "no selection was made");
      }
      return action;
    }
  }
}

const cannot = (what: string): Promise<never> =>
  Promise.reject(new Refused(what, "this technology cannot do that"));

export const addVideoTracks = (): Promise<never> => cannot("addVideoTracks");
export const removeVideoTrack = (): Promise<never> =>
  cannot("removeVideoTrack");
