import { numberedPng } from "../job-contract/frame-files.ts";
import { LaminaError } from "../errors/failure.ts";
import type { FileFacts, TimelineFacts } from "../protocol/host-script-api.ts";
import { writePngPreset } from "../timeline/png-preset.ts";
import { describeSize } from "../units/size.ts";
import { joinPath } from "./file-path.ts";
import { findClip } from "./find-clip.ts";
import type { ExportedFrames, SelectedClip } from "./host.ts";
import { cutOut, deleteSequence } from "./own-sequence.ts";
import type { CallScript } from "./script-channel.ts";
import { undoing } from "./undoing.ts";
import { refused } from "./refused.ts";

const stem = "lamina-frame";
const presetName = "lamina-frames.epr";

/** What an export writes: the stem and a number, and now and then the ending twice. */
const exported = /^lamina-frame[-_ ]?(\d+)(?:\.png){1,2}$/i;
const finished = /^\d{5,}\.png$/;

/** How an export is watched. */
export interface ExportOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long no new file may come before the export counts as over, where the host does not wait for it. */
  readonly stallMilliseconds: number;
}

/**
 * Exports a clip's range as numbered PNG frames: the clip is copied into a sequence of its own, that is rendered with a
 * preset of the sequence's own settings and deleted again. See `Host.exportClip`.
 *
 * @throws LaminaError `clip-gone`, `output-exists`, `host-refused`; AbortError
 */
export async function exportClip(
  call: CallScript,
  clip: SelectedClip,
  folder: string,
  { stallMilliseconds, signal }: ExportOptions,
): Promise<ExportedFrames> {
  const { sequence } = clip;
  const timeline = await call("timeline", { sequenceId: sequence.id });
  const { ref } = findClip(timeline, clip);
  signal?.throwIfAborted();
  const there = await call("listFiles", { folder });
  if (there?.some(({ name }) => finished.test(name) || exported.test(name))) {
    throw new LaminaError({ code: "output-exists", path: folder });
  }
  return undoing(async (onFailure) => {
    const { made } = await call("makeFolder", { folder });
    onFailure(async () => {
      const files = (await call("listFiles", { folder })) ?? [];
      const ours = files
        .map(({ name }) => name)
        .filter(
          (name) =>
            finished.test(name) || exported.test(name) || name === presetName,
        );
      await call("removeFiles", { folder, names: ours });
      if (made !== null) await call("removeFolder", { folder, upTo: made });
    });
    const presetPath = joinPath(folder, presetName);
    await call("writeText", {
      path: presetPath,
      text: writePngPreset(sequence),
    });
    signal?.throwIfAborted();

    const cutId = await cutOut(call, sequence.id, ref);
    const deleteCut = once(() => deleteSequence(call, cutId));
    onFailure(deleteCut);
    checkCut(await call("timeline", { sequenceId: cutId }), clip);
    signal?.throwIfAborted();
    const { answer } = await call("exportSequence", {
      sequenceId: cutId,
      outPath: joinPath(folder, `${stem}.png`),
      presetPath,
      frameCount: clip.frameCount,
      stallMilliseconds,
    });
    signal?.throwIfAborted();
    await deleteCut();
    await call("removeFiles", { folder, names: [presetName] });
    await numberFrames(call, folder, clip, answer);
    signal?.throwIfAborted();
    const { width, height, frameRate, pixelAspect } = sequence;
    const { frameCount } = clip;
    return { folder, frameCount, width, height, frameRate, pixelAspect };
  });
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    await work();
  };
};

/** Makes sure that the copy holds the clip, all of it and nothing else. */
function checkCut(cut: TimelineFacts, clip: SelectedClip): void {
  const clips = cut.video.flatMap((track) => track.clips);
  const [only] = clips;
  if (only === undefined || clips.length > 1) {
    const detail = `the copy holds ${clips.length} clips instead of one`;
    throw refused("createSubsequence", detail);
  }
  const length = clip.end - clip.start;
  if (only.start !== "0" || only.end !== length.toString()) {
    throw refused("createSubsequence", "the copy is not the whole clip");
  }
  if (only.disabled) throw refused("createSubsequence", "the clip is disabled");
}

/** Checks what an export has left and gives it the numbers that `lamina decompose` expects. */
async function numberFrames(
  call: CallScript,
  folder: string,
  clip: SelectedClip,
  answer: string,
): Promise<void> {
  const list = async (): Promise<FileFacts[]> =>
    (await call("listFiles", { folder })) ?? [];
  const frames = (await list())
    .map((file) => ({ file, number: Number(exported.exec(file.name)?.[1]) }))
    .filter(({ number }) => !Number.isNaN(number))
    .sort((a, b) => a.number - b.number);
  const first = frames[0]?.number ?? 0;
  if (
    frames.length !== clip.frameCount ||
    frames.some(({ number }, i) => number !== first + i)
  ) {
    throw refused(
      "exportAsMediaDirect",
      `it wrote ${frames.length} of ${clip.frameCount} frames and said "${answer}"`,
    );
  }
  const { width, height } = clip.sequence;
  for (const { file } of frames) {
    if (file.width !== width || file.height !== height) {
      throw refused(
        "exportAsMediaDirect",
        `${file.name} is ${file.width ?? "?"}x${file.height ?? "?"} instead of ${describeSize(clip.sequence)}`,
      );
    }
  }
  await call("renameFiles", {
    folder,
    names: frames.map(({ file }, i): [string, string] => [
      file.name,
      numberedPng(i),
    ]),
  });
  const names = new Set((await list()).map(({ name }) => name));
  const missing = frames.findIndex((_, i) => !names.has(numberedPng(i)));
  if (missing >= 0) {
    throw refused("rename", `the frame ${numberedPng(missing)} is not there`);
  }
}
