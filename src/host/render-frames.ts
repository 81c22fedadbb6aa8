import { numberedPng } from "../job-contract/frame-files.ts";
import { LaminaError } from "../errors/failure.ts";
import type { FileFacts } from "../protocol/host-script-api.ts";
import { writePngPreset } from "../timeline/png-preset.ts";
import { describeSize } from "../units/size.ts";
import { joinPath } from "./file-path.ts";
import type { SequenceSettings } from "./host.ts";
import { checkPathLength } from "./path-length.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";

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
 * Makes the folder that frames are rendered to.
 *
 * @param onFailure takes the frames away again, and the folder if it was made here
 * @throws LaminaError `output-exists`, `path-too-long`, `host-refused`
 */
export async function openFolder(
  call: CallScript,
  folder: string,
  onFailure: (undo: () => Promise<void>) => void,
): Promise<void> {
  checkPathLength(joinPath(folder, `${stem}00000.png.png`));
  const there = await call("listFiles", { folder });
  if (there?.some(({ name }) => finished.test(name) || exported.test(name))) {
    throw new LaminaError({ code: "output-exists", path: folder });
  }
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
}

/** What an export was found to have left, before its files got their numbers. */
export interface RenderedFrames {
  readonly firstNumber: number;
  readonly names: readonly string[];
}

/**
 * Renders a whole sequence into a folder as `00001.png`, `00002.png` ..., with a preset of the sequence's own settings, and checks
 * number and size of the files.
 *
 * @throws LaminaError `host-refused`; AbortError
 */
export async function renderFrames(
  call: CallScript,
  sequenceId: string,
  settings: SequenceSettings,
  frameCount: number,
  folder: string,
  { signal, stallMilliseconds }: ExportOptions,
): Promise<RenderedFrames> {
  const presetPath = joinPath(folder, presetName);
  await call("writeText", { path: presetPath, text: writePngPreset(settings) });
  signal?.throwIfAborted();
  const { answer } = await call("exportSequence", {
    sequenceId,
    outPath: joinPath(folder, `${stem}.png`),
    presetPath,
    frameCount,
    stallMilliseconds,
  });
  signal?.throwIfAborted();
  await call("removeFiles", { folder, names: [presetName] });
  return numberFrames(call, folder, settings, frameCount, answer);
}

/** Checks what an export has left and gives it the numbers that `lamina decompose` expects. */
async function numberFrames(
  call: CallScript,
  folder: string,
  settings: SequenceSettings,
  frameCount: number,
  answer: string,
): Promise<RenderedFrames> {
  const list = async (): Promise<FileFacts[]> =>
    (await call("listFiles", { folder })) ?? [];
  const frames = (await list())
    .map((file) => ({ file, number: Number(exported.exec(file.name)?.[1]) }))
    .filter(({ number }) => !Number.isNaN(number))
    .sort((a, b) => a.number - b.number);
  const first = frames[0]?.number ?? 0;
  if (
    frames.length !== frameCount ||
    frames.some(({ number }, i) => number !== first + i)
  ) {
    throw refused(
      "exportAsMediaDirect",
      `it wrote ${frames.length} of ${frameCount} frames and said "${answer}"`,
    );
  }
  for (const { file } of frames) {
    if (file.width !== settings.width || file.height !== settings.height) {
      throw refused(
        "exportAsMediaDirect",
        `${file.name} is ${file.width ?? "?"}x${file.height ?? "?"} instead of ${describeSize(settings)}`,
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
  return { firstNumber: first, names: frames.map(({ file }) => file.name) };
}
