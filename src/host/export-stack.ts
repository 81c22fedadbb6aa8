import type { Edit } from "../protocol/host-script-api.ts";
import { once } from "./export-clip.ts";
import type { PlacedRun } from "./host.ts";
import { cutOut, deleteSequence, leaveAlone } from "./own-sequence.ts";
import { readSettings } from "./read-selection.ts";
import { refused } from "./refused.ts";
import {
  type ExportOptions,
  openFolder,
  renderFrames,
} from "./render-frames.ts";
import { locateRun, runChanged } from "./runs.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";

/**
 * Renders the first frame of a run's layers, without anything else, by the same way as a clip is exported, so that both have gone
 * through the same colour management. See `Host.exportStack`.
 *
 * @throws LaminaError `run-changed`, `output-exists`, `host-refused`; AbortError
 */
export async function exportStack(
  call: CallScript,
  known: PlacedRun,
  folder: string,
  options: ExportOptions,
): Promise<void> {
  const { signal } = options;
  const { run, timeline: around, slots } = await locateRun(call, known);
  if (around === undefined) {
    throw runChanged(run, "they are no longer one stack over one range");
  }
  signal?.throwIfAborted();
  await undoing(async (onFailure) => {
    await openFolder(call, folder, onFailure);
    const cut = { around, clips: slots.map(({ ref }) => ref) };
    const copy = await cutOut(call, cut);
    const { sequenceId } = copy;
    const deleteCopy = once(() => deleteSequence(call, sequenceId));
    onFailure(deleteCopy);
    const clips = await leaveAlone(call, copy, cut);
    signal?.throwIfAborted();
    const settings = readSettings(around.sequence);
    const end = settings.ticksPerFrame.toString();
    await call("edit", {
      sequenceId,
      label: "Lamina: Leave one frame",
      edits: clips.map((clip, i): Edit => {
        const outPoint = BigInt(slots[i]!.clip.inPoint) + BigInt(end);
        return { kind: "end-clip", clip, end, outPoint: outPoint.toString() };
      }),
    });
    const { video } = await call("timeline", { sequenceId });
    if (video.some((track) => track.clips.some((clip) => clip.end !== end))) {
      throw refused("clip.end", "the copy is longer than one frame");
    }
    await renderFrames(call, sequenceId, settings, 1, folder, options);
    await deleteCopy();
    signal?.throwIfAborted();
  });
}
