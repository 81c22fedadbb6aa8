import type { Sequence } from "@adobe/premierepro";
import type { ClipRef } from "../../../src/protocol/host-script-api.ts";
import { findClip } from "./edit.ts";
import { countFiles } from "./files.ts";
import {
  activeProject,
  findSequence,
  ppro,
  Refused,
  sequenceId,
} from "./premiere.ts";
import type { TrackItem } from "./read.ts";

/** Makes a sequence of the one clip. It is selected for that, and the selection put back. */
export async function cutOut(parameters: {
  sequenceId: string;
  clip: ClipRef;
}): Promise<{ sequenceId: string }> {
  const project = await activeProject();
  const sequence = await findSequence(parameters.sequenceId);
  const active = (await project.getActiveSequence()) as Sequence | null;
  const before = await (await sequence.getSelection()).getTrackItems();
  const clip = await findClip(sequence, parameters.clip);
  const known = new Set((await project.getSequences()).map(sequenceId));
  await select(sequence, [clip]);
  try {
    await sequence.createSubsequence(true);
  } finally {
    await select(sequence, before);
    await activate(active ?? sequence);
  }
  for (const one of await project.getSequences()) {
    const id = sequenceId(one);
    if (!known.has(id)) return { sequenceId: id };
  }
  throw new Refused("sequence.createSubsequence", "no sequence was made");
}

/** Opens a sequence in the timeline; the answer is not to be trusted. */
async function activate(sequence: Sequence): Promise<void> {
  const project = await activeProject();
  await project.setActiveSequence(sequence);
  const active = (await project.getActiveSequence()) as Sequence | null;
  if (active === null || sequenceId(active) !== sequenceId(sequence)) {
    throw new Refused(
      "project.setActiveSequence",
      "the sequence was not opened",
    );
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
