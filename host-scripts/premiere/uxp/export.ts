import type { Project, Sequence } from "@adobe/premierepro";
import type { ClipRef } from "../../../src/protocol/host-script-api.ts";
import { activate } from "./edit.ts";
import { countFiles } from "./files.ts";
import {
  activeProject,
  findSequence,
  ppro,
  Refused,
  sequenceId,
  transact,
} from "./premiere.ts";
import { findClip, type TrackItem } from "./read.ts";

/**
 * Makes a sequence of clips. They are selected for that, the In and Out points set to them, and both put back; a new sequence
 * that was opened makes way for the one before.
 */
export async function cutOut(parameters: {
  sequenceId: string;
  clips: ClipRef[];
  start: string;
  end: string;
}): Promise<{ sequenceId: string; opened: boolean }> {
  const project = await activeProject();
  const sequence = await findSequence(parameters.sequenceId);
  const active = (await project.getActiveSequence()) as Sequence | null;
  await activate(sequence);
  const before = await (await sequence.getSelection()).getTrackItems();
  const clips: TrackItem[] = [];
  for (const ref of parameters.clips) clips.push(await findClip(sequence, ref));
  const known = new Set((await project.getSequences()).map(sequenceId));
  const marks = {
    start: (await sequence.getInPoint()).ticks,
    end: (await sequence.getOutPoint()).ticks,
  };
  let opened: boolean;
  await select(sequence, clips);
  try {
    setMarks(project, sequence, parameters, "Lamina: Mark the clip");
    await sequence.createSubsequence(true);
    const now = (await project.getActiveSequence()) as Sequence | null;
    opened = now !== null && !isSame(now, sequence);
  } finally {
    setMarks(project, sequence, marks, "Lamina: Put marks back");
    await activate(active ?? sequence);
    await select(sequence, before);
  }
  for (const one of await project.getSequences()) {
    const id = sequenceId(one);
    if (!known.has(id)) return { sequenceId: id, opened };
  }
  throw new Refused("sequence.createSubsequence", "no sequence was made");
}

const isSame = (a: Sequence, b: Sequence): boolean =>
  sequenceId(a) === sequenceId(b);

/**
 * Sets In and Out points; the In point goes to the beginning first, so that neither ever lies on the wrong side of the other. A
 * version that refuses goes by the selection, or what it makes is found to be wrong.
 */
function setMarks(
  project: Project,
  sequence: Sequence,
  marks: { readonly start: string; readonly end: string },
  label: string,
): void {
  const time = (ticks: string) => ppro.TickTime.createWithTicks(ticks);
  try {
    transact(project, label, function* () {
      yield sequence.createSetInPointAction(time("0"));
      yield sequence.createSetOutPointAction(time(marks.end));
      yield sequence.createSetInPointAction(time(marks.start));
    });
  } catch {
    // See above.
  }
}

async function select(
  sequence: Sequence,
  clips: readonly TrackItem[],
): Promise<void> {
  // At once since 26.3, a promise before that, whatever the declarations say.
  const done: unknown[] = [];
  ppro.TrackItemSelection.createEmptySelection((selection) => {
    for (const clip of clips) selection.addItem(clip, true);
    done.push(sequence.setSelection(selection));
  });
  await Promise.all(done);
}

export async function deleteSequence(parameters: {
  sequenceId: string;
}): Promise<null> {
  const project = await activeProject();
  await project.deleteSequence(await findSequence(parameters.sequenceId));
  return null;
}

declare function setTimeout(work: () => void, milliseconds: number): number;

const pollMilliseconds = 50;

/**
 * Renders a sequence. It is not documented whether the promise waits for the last file, so the folder is watched until all
 * files are there, or until nothing has changed for a while.
 */
export async function exportSequence(parameters: {
  sequenceId: string;
  outPath: string;
  presetPath: string;
  frameCount: number;
  stallMilliseconds: number;
}): Promise<{ answer: string }> {
  const { outPath, presetPath, frameCount, stallMilliseconds } = parameters;
  const sequence = await findSequence(parameters.sequenceId);
  const before = countFiles(outPath);
  const answer = await ppro.EncoderManager.getManager().exportSequence(
    sequence,
    ppro.Constants.ExportType.IMMEDIATELY,
    outPath,
    presetPath,
    true,
  );
  let count = countFiles(outPath);
  let quiet = 0;
  while (count < before + frameCount && quiet < stallMilliseconds) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, pollMilliseconds);
    });
    const now = countFiles(outPath);
    quiet = now === count ? quiet + pollMilliseconds : 0;
    count = now;
  }
  return { answer: String(answer) };
}
