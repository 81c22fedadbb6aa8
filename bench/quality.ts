import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import { LaminaError } from "../src/errors/failure.ts";
import { presetNamed, presets } from "../src/scenes/presets.ts";
import { renderScene } from "../src/scenes/render-scene.ts";
import { prepareHoles, scoreHoles } from "./pseudo-holes.ts";
import { reportFailure } from "./report-failure.ts";
import { openResult } from "./result-folder.ts";
import { runDecompose } from "./run-command.ts";
import { openScene } from "./scene-folder.ts";
import { type SceneScore, scoreScene } from "./score-scene.ts";
import { fixed, meanOf, table } from "./table.ts";

const usage = `tsx bench/quality.ts [options]
  --own              also the project's own scenes (alone where the shared clips are absent)
  --holes            also the real clips, by pseudo-holes
  --only <name>      one scene or clip
  --result <folder>  score this result of --only instead of running the command
  --quality <q>      draft, standard or best (standard)
  --clips <folder>   the shared clips (../shared/clips)
  --work <folder>    where scenes and results are kept (out/quality)
  --json <file>      also write the figures there`;

const HOLE_WIDTH = 448;
const HOLE_FRAMES = 40;

const options = {
  own: { type: "boolean", default: false },
  holes: { type: "boolean", default: false },
  only: { type: "string" },
  result: { type: "string" },
  quality: { type: "string", default: "standard" },
  clips: { type: "string", default: "../shared/clips" },
  work: { type: "string", default: "out/quality" },
  json: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new LaminaError({
      code: "usage",
      problem: error instanceof Error ? error.message : String(error),
    });
  }
}

type Options = ReturnType<typeof readOptions>;

async function main(): Promise<void> {
  const chosen = readOptions();
  if (chosen.help) {
    console.log(usage);
    return;
  }
  if (chosen.result !== undefined && chosen.only === undefined) {
    throw new LaminaError({
      code: "usage",
      problem: "Name the result's scene with --only.",
    });
  }
  const scenes = await chooseScenes(chosen);
  const clips = chosen.holes ? await chooseClips(chosen) : [];
  if (scenes.length + clips.length === 0) {
    throw new LaminaError({
      code: "usage",
      problem: `There is no scene ${chosen.only ?? ""}.`,
    });
  }
  const scores: SceneScore[] = [];
  for (const folder of scenes) {
    scores.push(await measureScene(folder, chosen));
  }
  if (scores.length > 0) console.log(sceneTable(scores));
  const holes = [];
  for (const folder of clips) holes.push(await measureHoles(folder, chosen));
  if (holes.length > 0) {
    console.log(
      table([
        ["clip, pseudo-holes", "dB", "5th percentile frame", "frames"],
        ...holes.map((hole) => [
          hole.clip,
          fixed(hole.psnr, 2),
          fixed(hole.lowFrame, 2),
          String(hole.scoredFrames),
        ]),
        ["mean", fixed(meanOf(holes.map((hole) => hole.psnr)), 2), "", ""],
      ]),
    );
  }
  if (chosen.json !== undefined) {
    await writeFile(
      chosen.json,
      JSON.stringify({ scenes: scores, holes }, undefined, 1),
    );
  }
}

/** Folders of the scenes to score; own scenes are rendered when they are not there yet. */
async function chooseScenes(chosen: Options): Promise<string[]> {
  const shared = (await listFolders(chosen.clips)).filter((name) =>
    name.startsWith("synth_"),
  );
  const { only } = chosen;
  const folders = shared
    .filter((name) => only === undefined || name === only)
    .map((name) => path.join(chosen.clips, name));
  const wantsOwn =
    chosen.own || shared.length === 0 || presetNamed(only ?? "") !== undefined;
  for (const preset of wantsOwn ? presets : []) {
    if (only !== undefined && preset.name !== only) continue;
    const folder = path.join(chosen.work, "scenes", preset.name);
    // The description is written last, so it is there only when the scene is whole.
    if (!existsSync(path.join(folder, "gt", "meta.json"))) {
      await writeScene(renderScene(preset), folder, true);
    }
    folders.push(folder);
  }
  return folders;
}

async function chooseClips(chosen: Options): Promise<string[]> {
  const clips = (await listFolders(chosen.clips)).filter(
    (name) =>
      !name.startsWith("synth_") &&
      (chosen.only === undefined || name === chosen.only),
  );
  if (clips.length === 0 && chosen.only === undefined) {
    throw new LaminaError({ code: "input-missing", path: chosen.clips });
  }
  return clips.map((name) => path.join(chosen.clips, name));
}

async function listFolders(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function measureScene(
  folder: string,
  chosen: Options,
): Promise<SceneScore> {
  const scene = await openScene(folder);
  const out =
    chosen.result ?? path.join(chosen.work, chosen.quality, scene.name);
  if (chosen.result === undefined) {
    await mkdir(path.dirname(out), { recursive: true });
    await runDecompose({
      clip: path.join(folder, "rgb"),
      masks: Object.fromEntries(
        scene.layers.map((name) => [name, path.join(folder, "mask", name)]),
      ),
      out,
      quality: chosen.quality,
    });
  }
  const score = await scoreScene(scene, await openResult(out));
  for (const note of score.notes) console.error(`${scene.name}: ${note}.`);
  return score;
}

async function measureHoles(folder: string, chosen: Options) {
  const work = path.join(chosen.work, "holes", path.basename(folder));
  await rm(work, { recursive: true, force: true });
  const clip = await prepareHoles(folder, work, HOLE_WIDTH, HOLE_FRAMES);
  const out =
    chosen.result ??
    path.join(chosen.work, chosen.quality, `holes-${clip.name}`);
  if (chosen.result === undefined) {
    await mkdir(path.dirname(out), { recursive: true });
    await runDecompose({
      clip: clip.rgbFolder,
      masks: clip.maskFolders,
      out,
      quality: chosen.quality,
    });
  }
  return scoreHoles(clip, await openResult(out));
}

function sceneTable(scores: readonly SceneScore[]): string {
  const head = [
    "scene",
    "recomp max",
    "bg region dB",
    "bg effect dB",
    "effect MAE",
    "effect IoU",
    "capture",
    "leak",
    "spill",
    "object MAE",
    "swap RMSE",
  ];
  return table([
    head,
    ...scores.map((score) => {
      const layers = Object.values(score.layers);
      return [
        score.scene,
        String(score.recompositionMax),
        fixed(score.backgroundRegion, 1),
        fixed(score.backgroundEffect, 1),
        fixed(meanOf(layers.map((layer) => layer.effectMae)), 3),
        fixed(meanOf(layers.map((layer) => layer.effectIou)), 2),
        fixed(meanOf(layers.map((layer) => layer.capture)), 2),
        fixed(meanOf(layers.map((layer) => layer.leak)), 3),
        fixed(meanOf(layers.map((layer) => layer.spill)), 4),
        fixed(meanOf(layers.map((layer) => layer.objectMae)), 3),
        fixed(score.swapRmse, 1),
      ];
    }),
  ]);
}

await reportFailure(main);
