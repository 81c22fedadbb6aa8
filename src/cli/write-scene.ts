import { numberedPng } from "../job-contract/frame-files.ts";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { writePng } from "../media/write-png.ts";
import type { Scene, SceneFrame } from "../scenes/render-scene.ts";
import type { SceneSpec } from "../scenes/scene-spec.ts";
import type { Size } from "../units/size.ts";

/**
 * Writes a scene as frames and masks, and with `truth` also its ground truth:
 * `rgb/%05d.png`, `mask/<name>/%05d.png`, `gt/background`, `gt/<name>` (straight RGBA), `gt/<name>.object`, `gt/<name>.effect`,
 * `gt/distractor` where something waves, and `gt/meta.json`.
 *
 * @throws LaminaError `disk-full`, `output-unwritable`
 */
export async function writeScene(
  scene: Scene,
  folder: string,
  truth: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const { spec } = scene;
  await makeSceneFolders(spec, folder, truth);
  const all = Array.from({ length: spec.frameCount }, (_, t) => t);
  await writeSceneFrames(scene, folder, all, truth, signal);
  if (truth) {
    await writeFile(
      path.join(folder, "gt/meta.json"),
      `${JSON.stringify(describeScene(scene), undefined, 1)}\n`,
    );
  }
}

/** Makes the folders that `writeSceneFrames` writes into. */
export async function makeSceneFolders(
  spec: SceneSpec,
  folder: string,
  truth: boolean,
): Promise<void> {
  const names = spec.subjects.map((subject) => subject.name);
  const folders = ["rgb", ...names.map((name) => `mask/${name}`)];
  if (truth) {
    folders.push("gt/background");
    for (const name of names) {
      folders.push(`gt/${name}`, `gt/${name}.object`, `gt/${name}.effect`);
    }
    if (spec.flag || spec.crowd === true) folders.push("gt/distractor");
  }
  for (const each of folders) {
    await mkdir(path.join(folder, each), { recursive: true });
  }
}

/**
 * Writes some frames of a scene, as `writeScene` does all.
 *
 * @param frames 0-based, in any order
 * @throws LaminaError `disk-full`, `output-unwritable`; AbortError
 */
export async function writeSceneFrames(
  scene: Scene,
  folder: string,
  frames: readonly number[],
  truth: boolean,
  signal?: AbortSignal,
): Promise<void> {
  const { spec } = scene;
  for (const t of frames) {
    signal?.throwIfAborted();
    const frame = scene.frame(t);
    const file = (of: string): string => path.join(folder, of, numberedPng(t));
    await writePng(
      file("rgb"),
      frame.rgb,
      spec.size.width,
      spec.size.height,
      3,
    );
    for (const subject of frame.subjects) {
      await writeGrey(file(`mask/${subject.name}`), subject.mask, spec.size);
    }
    if (truth) await writeTruth(frame, file, spec.size);
  }
}

async function writeTruth(
  frame: SceneFrame,
  file: (of: string) => string,
  size: Size,
): Promise<void> {
  const { width, height } = size;
  await writePng(file("gt/background"), frame.background, width, height, 3);
  for (const subject of frame.subjects) {
    const { name } = subject;
    await writePng(file(`gt/${name}`), subject.rgba, width, height, 4);
    await writeGrey(file(`gt/${name}.object`), subject.objectAlpha, size);
    await writeGrey(file(`gt/${name}.effect`), subject.effectAlpha, size);
  }
  if (frame.distractor !== undefined) {
    await writeGrey(file("gt/distractor"), frame.distractor, size);
  }
}

/** Writes `[H, W]` as a grey picture in three equal channels. */
async function writeGrey(
  file: string,
  values: Uint8Array,
  size: Size,
): Promise<void> {
  const rgb = new Uint8Array(values.length * 3);
  for (let i = 0; i < values.length; i++)
    rgb.fill(values[i]!, 3 * i, 3 * i + 3);
  await writePng(file, rgb, size.width, size.height, 3);
}

/** What a scorer needs to know: names bottom to top, and the 1-based frames in which the first subject without a mask lacks it. */
function describeScene(scene: Scene): object {
  const { spec } = scene;
  const lacking = spec.subjects.find(
    (subject) => subject.missingMasks.length > 0,
  );
  return {
    name: spec.name,
    width: spec.size.width,
    height: spec.size.height,
    frameCount: spec.frameCount,
    camera: spec.camera,
    layers: spec.subjects.map((subject) => subject.name),
    dropped: (lacking?.missingMasks ?? []).map((t) => t + 1),
    droppedLayer: lacking?.name ?? null,
  };
}
