import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import type { SampleClip } from "../dev/sample-project.ts";
import { numberedPng } from "../job-contract/frame-files.ts";
import { describeClip, readFrame } from "../media/clip.ts";
import { writePng } from "../media/write-png.ts";
import type { DevOptions } from "./dev-options.ts";
import { type DevContext, openDevService } from "./dev-service.ts";
import { openInBrowser } from "./open-in-browser.ts";
import { sampleClip, sampleNames } from "./sample-clip.ts";

/**
 * Serves the panel beside a simulated timeline with a sample project, until it is ended.
 *
 * @throws what `openDevService` and `sampleClip` throw
 */
export async function runDev(
  options: DevOptions,
  context: DevContext,
): Promise<void> {
  const { output, signal } = context;
  const folder = path.resolve(options.folder);
  const say = (text: string): void => {
    if (options.json !== true) output.line(text);
  };
  const clips =
    options.clip === undefined
      ? await sampleClips(folder, say, signal)
      : [
          await ownClip(path.resolve(options.clip), options.mask, {
            folder,
            signal,
          }),
        ];
  const { technology } = options;
  const movies = options.also.map((movie) => path.resolve(movie));
  const request = { folder, clips, movies, technology, idleMinutes: 0 };
  const { localService, pageAddress } = await openDevService(request, context);
  const url = await pageAddress();
  if (options.json === true)
    output.line(JSON.stringify({ kind: "panel", url }));
  else if (await openInBrowser(url, localService.ended))
    say("The panel is open in the browser; Ctrl-C ends this.");
  else
    say(
      `The panel beside a simulated timeline, to open once and within two minutes: ${url}`,
    );
  const end = (): void => {
    void localService.stop();
  };
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  await localService.ended;
}

/** All samples, and one that cannot be decomposed. */
async function sampleClips(
  folder: string,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SampleClip[]> {
  const clips: SampleClip[] = [];
  for (const name of sampleNames)
    clips.push(await sampleClip(folder, name, say, signal));
  const fast = { name: "walker, twice as fast", isFast: true, masks: [] };
  return [...clips, { ...clips[0]!, ...fast }];
}

/**
 * The user's own clip instead of the samples. The simulator reads plain PNG frames and nothing else, so all other clips are
 * written as such first.
 *
 * @throws LaminaError what `describeClip` and `writePng` throw; AbortError
 */
async function ownClip(
  place: string,
  given: readonly string[],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<SampleClip> {
  const masks = given.map((mask) => {
    const [, name = path.basename(mask), where = mask] =
      /^([^=/\\]+)=(.+)$/.exec(mask) ?? [];
    return { name, path: path.resolve(where) };
  });
  const name = path.parse(place).name;
  const workFolder = path.join(folder, "own-clip", "decoded");
  const clip = await describeClip(place, {
    workFolder,
    damaged: "refuse",
    signal,
  });
  const frames = path.join(folder, "own-clip", "frames");
  await rm(frames, { recursive: true, force: true });
  await mkdir(frames, { recursive: true });
  const { width, height, frameCount } = clip;
  for (let index = 0; index < frameCount; index++) {
    signal.throwIfAborted();
    const file = path.join(frames, numberedPng(index));
    await writePng(file, await readFrame(clip, index), width, height, 3);
  }
  await rm(workFolder, { recursive: true, force: true });
  return { name, firstFrame: path.join(frames, numberedPng(0)), masks };
}
