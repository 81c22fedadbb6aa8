import type { ClipRef } from "../../../src/protocol/host-script-api.ts";
import { findClip, findSequence, project, withActive } from "./find.ts";
import { refuse } from "./refuse.ts";

/** Makes a sequence of the one clip. It is selected for that, and the selection put back. */
export function cutOut(parameters: { sequenceId: string; clip: ClipRef }): {
  sequenceId: string;
} {
  const sequence = findSequence(parameters.sequenceId);
  const known: Record<string, boolean> = {};
  const all = project().sequences;
  for (let i = 0; i < all.numSequences; i++) known[all[i]!.sequenceID] = true;
  withActive(sequence, function () {
    const before = sequence.getSelection();
    const clip = findClip(sequence, parameters.clip);
    for (let i = 0; i < before.length; i++) {
      before[i]!.setSelected(false, false);
    }
    clip.setSelected(true, true);
    try {
      sequence.createSubsequence(true);
    } finally {
      clip.setSelected(false, false);
      for (let i = 0; i < before.length; i++) {
        before[i]!.setSelected(true, true);
      }
    }
  });
  const now = project().sequences;
  for (let i = 0; i < now.numSequences; i++) {
    const id = now[i]!.sequenceID;
    if (known[id] !== true) return { sequenceId: id };
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
