import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { presetNamed } from "../scenes/presets.ts";
import { assert } from "../errors/assert.ts";
import { renderScene } from "../scenes/render-scene.ts";
import { writeFailure } from "../media/file-failure.ts";
import { writeSheet } from "../sheet/write-sheet.ts";
import type { Commands } from "./command-line.ts";
import { openInBrowser } from "./open-in-browser.ts";
import type { Progress } from "./progress.ts";
import { writeScene } from "./write-scene.ts";

/** Where the demo works and whom it tells. */
export interface DemoRequest {
  /** Gets `clip/` (frames and masks) and `layers/` (the result with its sheet and page). */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly decompose: Commands["decompose"];
}

/**
 * Renders the sample scene, takes it apart as `lamina decompose` would, writes a contact sheet and a page that plays the layers, and
 * opens the page where there is a display.
 *
 * @returns lines that say where things are
 * @throws what `decompose` and `writeSheet` throw
 */
export async function runDemo({
  folder,
  progress,
  signal,
  decompose,
}: DemoRequest): Promise<readonly string[]> {
  const spec = presetNamed("sample");
  assert(spec !== undefined, "there is a sample");
  const clip = path.resolve(folder, "clip");
  const layers = path.resolve(folder, "layers");
  try {
    await rm(clip, { recursive: true, force: true });
    await mkdir(clip, { recursive: true });
  } catch (error) {
    throw writeFailure(error, clip);
  }
  progress.onEvent({
    kind: "notice",
    sentence: `Rendering the sample clip: ${spec.frameCount} frames.`,
  });
  await writeScene(renderScene(spec), clip, false, signal);
  try {
    const summary = await decompose(
      {
        clipPath: path.join(clip, "rgb"),
        subjects: spec.subjects.map(({ name }) => ({
          name,
          maskPath: path.join(clip, "mask", name),
        })),
        outputPath: layers,
        quality: "standard",
        backend: "auto",
        seed: 1,
        prores: false,
        overwrite: true,
        cachePath: path.resolve(folder, "cache"),
      },
      {
        signal,
        onEvent: (event) => {
          progress.onEvent(event);
        },
      },
    );
    await progress.finish(summary);
  } catch (error) {
    await progress.stop();
    throw error;
  }
  const [sheet, page] = await writeSheet(layers, {
    framesFolder: path.join(clip, "rgb"),
    signal,
  });
  assert(sheet !== undefined && page !== undefined, "a sheet and a page");
  const opened = await openInBrowser(page);
  return [
    `Contact sheet: ${sheet}`,
    opened
      ? `Player, now open: ${page}`
      : `Player, to open in a browser: ${page}`,
  ];
}
