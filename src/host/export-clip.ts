import { findClip } from "./find-clip.ts";
import type { ExportedFrames, SelectedClip } from "./host.ts";
import { cutOut, deleteSequence, leaveAlone } from "./own-sequence.ts";
import { refused } from "./refused.ts";
import {
  type ExportOptions,
  openFolder,
  renderFrames,
} from "./render-frames.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";

/**
 * Exports a clip's range as numbered PNG frames: the clip is copied into a sequence of its own, that is rendered with a
 * preset of the sequence's own settings and deleted again. See `Host.exportClip`.
 *
 * @throws LaminaError `clip-gone`, `output-exists`, `path-too-long`, `host-refused`; AbortError
 */
export async function exportClip(
  call: CallScript,
  clip: SelectedClip,
  folder: string,
  options: ExportOptions,
): Promise<ExportedFrames> {
  const { signal } = options;
  const { sequence, frameCount } = clip;
  const around = await call("timeline", { sequenceId: sequence.id });
  const { ref, facts } = findClip(around, clip);
  if (facts.disabled) throw refused("timeline", "the clip is disabled");
  signal?.throwIfAborted();
  return undoing(async (onFailure) => {
    await openFolder(call, folder, onFailure);
    signal?.throwIfAborted();
    const cut = { around, clips: [ref] };
    const copy = await cutOut(call, cut);
    const deleteCopy = once(() => deleteSequence(call, copy.sequenceId));
    onFailure(deleteCopy);
    await leaveAlone(call, copy, cut);
    signal?.throwIfAborted();
    const { sequenceId } = copy;
    await renderFrames(call, sequenceId, sequence, frameCount, folder, options);
    await deleteCopy();
    signal?.throwIfAborted();
    const { width, height, frameRate, pixelAspect } = sequence;
    return { folder, frameCount, width, height, frameRate, pixelAspect };
  });
}

/** Work that is done when it is asked for until it has been done well, and then no more. */
export const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done = false;
  return async () => {
    if (done) return;
    await work();
    done = true;
  };
};
