import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { SampleClip } from "../dev/sample-project.ts";
import { LaminaError } from "../errors/failure.ts";
import { writeFailure } from "../media/file-failure.ts";
import { presetNamed } from "../scenes/presets.ts";
import type { SceneSpec } from "../scenes/scene-spec.ts";
import { renderOnThreads } from "./render-on-threads.ts";

/** Sample clips by what a project calls them, with the scene that each shows. */
const scenes = { walker: "sample", "two walkers": "reflection-two" } as const;

/** What a sample clip is called. */
export type SampleName = keyof typeof scenes;

/** All of them. */
export const sampleNames = Object.keys(scenes) as SampleName[];

/**
 * Renders a sample clip with its masks into `media` in a folder, unless it is there.
 *
 * @param say told what takes a while
 * @throws LaminaError `output-foreign` when something else is there, `disk-full`, `output-unwritable`; AbortError
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
    await refuseForeign(place);
    say(`Rendering the sample clip ${name}: ${spec.frameCount} frames.`);
    await renderInto(place, spec, signal);
  }
  return {
    name,
    firstFrame: path.join(place, "rgb", "00001.png"),
    masks: spec.subjects.map((subject) => ({
      name: subject.name,
      path: path.join(place, "mask", subject.name),
    })),
  };
}

/** A sample appears whole, so what is not a whole one is somebody else's. */
async function refuseForeign(place: string): Promise<void> {
  const [found] = await readdir(place).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw writeFailure(error, place);
  });
  if (found === undefined) return;
  throw new LaminaError({ code: "output-foreign", path: place, found });
}

async function renderInto(
  place: string,
  spec: SceneSpec,
  signal: AbortSignal,
): Promise<void> {
  let made: string | undefined;
  try {
    await mkdir(path.dirname(place), { recursive: true });
    made = await mkdtemp(`${place}.part-`);
    await renderOnThreads(spec, made, signal);
    await rename(made, place);
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw writeFailure(error, place);
  }
}
