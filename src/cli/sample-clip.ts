import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { SampleClip } from "../dev/sample-project.ts";
import { writeFailure } from "../media/file-failure.ts";
import { presetNamed } from "../scenes/presets.ts";
import { renderScene } from "../scenes/render-scene.ts";
import { writeScene } from "./write-scene.ts";

/** Sample clips by what a project calls them, with the scene that each shows. */
const scenes = { walker: "sample", "two walkers": "reflection-two" } as const;

/** What a sample clip is called. */
export type SampleName = keyof typeof scenes;

/** All of them. */
export const sampleNames = Object.keys(scenes) as SampleName[];

/**
 * Renders a sample clip with its mattes into `media` in a folder, unless it is there.
 *
 * @param say told what takes a while
 * @throws LaminaError `disk-full`, `output-unwritable`; AbortError
 */
export async function sampleClip(
  folder: string,
  name: SampleName,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<SampleClip> {
  const spec = presetNamed(scenes[name])!;
  const place = path.join(folder, "media", name);
  const count = await readdir(path.join(place, "rgb")).then(
    (names) => names.length,
    () => 0,
  );
  if (count !== spec.frameCount) {
    say(`Rendering the sample clip ${name}: ${spec.frameCount} frames.`);
    try {
      await rm(place, { recursive: true, force: true });
      await mkdir(place, { recursive: true });
    } catch (error) {
      throw writeFailure(error, place);
    }
    await writeScene(renderScene(spec), place, false, signal);
  }
  return {
    name,
    firstFrame: path.join(place, "rgb", "00001.png"),
    mattes: spec.subjects.map((subject) => ({
      name: subject.name,
      path: path.join(place, "mask", subject.name),
    })),
  };
}
