import type { ClipRef } from "../../../src/protocol/host-script-api.ts";
import {
  activate,
  findClip,
  findSequence,
  project,
  withActive,
} from "./find.ts";
import { readMarks, setMarks } from "./marks.ts";
import { ticksPerSecond } from "./place.ts";
import { refuse } from "./refuse.ts";

/**
 * Makes a sequence of clips. They are selected for that, the In and Out points set to them, and both put back; a new sequence
 * that was opened makes way for the one before.
 */
export function cutOut(parameters: {
  sequenceId: string;
  clips: ClipRef[];
  start: string;
  end: string;
}): { sequenceId: string; opened: boolean } {
  const sequence = findSequence(parameters.sequenceId);
  const known: Record<string, boolean> = {};
  const all = project().sequences;
  for (let i = 0; i < all.numSequences; i++) known[all[i]!.sequenceID] = true;
  let opened = false;
  withActive(sequence, function () {
    const marks = readMarks(sequence);
    const before = sequence.getSelection();
    for (let i = 0; i < before.length; i++) {
      before[i]!.setSelected(false, false);
    }
    const clips: TrackItem[] = [];
    for (let i = 0; i < parameters.clips.length; i++) {
      const clip = findClip(sequence, parameters.clips[i]!);
      clip.setSelected(true, true);
      clips.push(clip);
    }
    try {
      setMarks(sequence, {
        inSeconds: parseFloat(parameters.start) / ticksPerSecond,
        outSeconds: parseFloat(parameters.end) / ticksPerSecond,
      });
      sequence.createSubsequence(true);
      const active = project().activeSequence;
      opened = !active || active.sequenceID !== sequence.sequenceID;
    } finally {
      setMarks(sequence, marks);
      activate(sequence);
      for (let i = 0; i < clips.length; i++) {
        clips[i]!.setSelected(false, false);
      }
      for (let i = 0; i < before.length; i++) {
        before[i]!.setSelected(true, true);
      }
    }
  });
  const now = project().sequences;
  for (let i = 0; i < now.numSequences; i++) {
    const id = now[i]!.sequenceID;
    if (known[id] !== true) return { sequenceId: id, opened: opened };
  }
  throw refuse("sequence.createSubsequence", "no sequence was made");
}

/** Deletes a sequence; whether it is gone is for the caller to see. */
export function deleteSequence(parameters: { sequenceId: string }): null {
  project().deleteSequence(findSequence(parameters.sequenceId));
  return null;
}

/** Renders a sequence; Premiere stands still until it is done. */
export function exportSequence(parameters: {
  sequenceId: string;
  outPath: string;
  presetPath: string;
}): { answer: string } {
  const entire = 0;
  const answer = findSequence(parameters.sequenceId).exportAsMediaDirect(
    parameters.outPath,
    parameters.presetPath,
    entire,
  );
  return { answer: String(answer) };
}
