import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { panelAddress, serve } from "../broker/serve.ts";
import type { RunJob } from "../broker/job-queue.ts";
import { devSockets } from "../dev/dev-sockets.ts";
import { openSampleProject, type SampleClip } from "../dev/sample-project.ts";
import { LaminaError } from "../errors/failure.ts";
import { readImageHeader } from "../media/image-file.ts";
import { listImages } from "../media/image-folder.ts";
import { presetNamed } from "../scenes/presets.ts";
import { renderScene } from "../scenes/render-scene.ts";
import type { DevOptions } from "./dev-options.ts";
import { openInBrowser } from "./open-in-browser.ts";
import type { CommandOutput } from "./report-error.ts";
import { writeScene } from "./write-scene.ts";

/** What it needs of the program around it. */
export interface DevContext {
  readonly version: string;
  readonly output: CommandOutput;
  readonly run: RunJob;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Scenes by what their clips are called. */
const samples = { walker: "sample", "two walkers": "reflection-two" };
const frameRate = { numerator: 24, denominator: 1 };

/**
 * Serves the panel beside a stand-in timeline with a sample project, until it is ended.
 *
 * @throws what `serve` and `writeScene` throw
 */
export async function runDev(
  options: DevOptions,
  { version, output, run, signal }: DevContext,
): Promise<void> {
  const folder = path.resolve(options.folder);
  const say = (text: string): void => {
    if (options.json !== true) output.line(text);
  };
  const clips =
    options.clip === undefined
      ? await sampleClips(folder, say, signal)
      : [await ownClip(path.resolve(options.clip), options.mask)];
  const { width, height } = await readImageHeader(clips[0]!.firstFrame);
  const premiere = openSampleProject(clips, frameRate, { width, height });
  const { technology } = options;
  const script =
    technology === "uxp" ? "uxp/lamina-host.js" : "extendscript/lamina.jsx";
  const hostScript = await readFile(beside(`host-scripts/${script}`), "utf8");
  const { broker, discovery } = await serve(
    {
      version,
      dataFolder: path.join(folder, "service"),
      cachePath: path.join(folder, "cache"),
      panelFolder: beside("panel"),
      idleMinutes: 0,
      run,
      sockets: devSockets({ premiere, clips, technology, hostScript }),
      onTrouble: (error) => {
        output.errorLine(
          error instanceof Error ? String(error.stack) : String(error),
        );
      },
    },
    signal,
  );
  if (broker === undefined) {
    throw new LaminaError({
      code: "usage",
      problem: `Another lamina dev works in ${folder}.`,
    });
  }
  const panel = await panelAddress(discovery);
  const url = panel.replace("/panel/?", "/panel/dev.html?");
  if (options.json === true)
    output.line(JSON.stringify({ kind: "panel", url }));
  else if (await openInBrowser(url))
    say("The panel is open in the browser; Ctrl-C ends this.");
  else
    say(
      `The panel beside a stand-in timeline, to open once and within two minutes: ${url}`,
    );
  const end = (): void => {
    void broker.stop();
  };
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  await broker.ended;
}

/** A path beside the bundle, like everything that is built. */
const beside = (name: string): string =>
  fileURLToPath(new URL(`./${name}`, import.meta.url));

/** Renders the sample clips unless they are there. */
async function sampleClips(
  folder: string,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SampleClip[]> {
  const clips: SampleClip[] = [];
  for (const [name, preset] of Object.entries(samples)) {
    const spec = presetNamed(preset)!;
    const place = path.join(folder, "media", name);
    const firstFrame = path.join(place, "rgb", "00001.png");
    const count = await readdir(path.join(place, "rgb")).then(
      (names) => names.length,
      () => 0,
    );
    if (count !== spec.frameCount) {
      say(`Rendering the sample clip ${name}: ${spec.frameCount} frames.`);
      await rm(place, { recursive: true, force: true });
      await mkdir(place, { recursive: true });
      await writeScene(renderScene(spec), place, false, signal);
    }
    const mattes = spec.subjects.map((subject) => ({
      name: subject.name,
      path: path.join(place, "mask", subject.name),
    }));
    clips.push({ name, firstFrame, mattes });
  }
  const [first] = clips;
  const fast = { name: "walker, twice as fast", isFast: true, mattes: [] };
  return [...clips, { ...first!, ...fast }];
}

/** The user's own frames instead of the samples. */
async function ownClip(
  folder: string,
  masks: readonly string[],
): Promise<SampleClip> {
  const [firstFrame] = await listImages(folder);
  const mattes = masks.map((mask) => {
    const [, name = path.basename(mask), place = mask] =
      /^([^=/\\]+)=(.+)$/.exec(mask) ?? [];
    return { name, path: path.resolve(place) };
  });
  return { name: path.basename(folder), firstFrame: firstFrame!, mattes };
}
