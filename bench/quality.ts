import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import { LaminaError } from "../src/errors/failure.ts";
import { qualities } from "../src/job-contract/quality.ts";
import { presetNamed, presets } from "../src/scenes/presets.ts";
import { renderScene } from "../src/scenes/render-scene.ts";
import { prepareHoles, scoreHoles } from "./pseudo-holes.ts";
import { reportFailure } from "./report-failure.ts";
import { openResult, readLayer } from "./result-folder.ts";
import {
  maskIou,
  type Roughening,
  rougheningNames,
  roughenMasks,
} from "./rough-masks.ts";
import { runDecompose, runSubjects } from "./run-command.ts";
import { openScene } from "./scene-folder.ts";
import {
  type BackgroundScore,
  type PairScore,
  scorePair,
} from "./score-pair.ts";
import { type SceneScore, scoreScene } from "./score-scene.ts";
import { fixed, meanOf, table } from "./table.ts";
import { openPair } from "./true-pair.ts";

const usage = `tsx bench/quality.ts [options]
  --own              also the project's own scenes (alone where the shared clips are absent)
  --holes            also the real clips, by pseudo-holes
  --pairs <folder>   also the shots in there that exist with and without their subjects: a folder each,
                     with rgb, gt (without them), mask/<subject> and, where some is not scored, ignore.png
  --masks <kind>     which masks the scenes get: given, ${rougheningNames.join(", ")},
                     proposed (by lamina subjects), or all of these (given)
  --only <name>      one scene or clip
  --result <folder>  score this result of --only instead of running the command
  --quality <q>      ${qualities.join(", ")} (standard)
  --clips <folder>   the shared clips (../shared/clips)
  --work <folder>    where scenes and results are kept (out/quality)
  --json <file>      also write the figures there`;

const HOLE_WIDTH = 448;
const HOLE_FRAMES = 40;

const options = {
  own: { type: "boolean", default: false },
  holes: { type: "boolean", default: false },
  pairs: { type: "string" },
  masks: { type: "string", default: "given" },
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
  const kinds = chooseMasks(chosen.masks);
  const scenes = await chooseScenes(chosen);
  const clips = chosen.holes ? await chooseClips(chosen) : [];
  const pairs =
    chosen.pairs === undefined ? [] : await choosePairs(chosen.pairs, chosen);
  if (scenes.length + clips.length + pairs.length === 0) {
    throw new LaminaError({
      code: "usage",
      problem: `There is no scene ${chosen.only ?? ""}.`,
    });
  }
  const scores: MeasuredScene[] = [];
  for (const folder of scenes) {
    for (const kind of kinds) {
      scores.push(await measureScene(folder, kind, chosen));
    }
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
  const paired = [];
  for (const folder of pairs) paired.push(await measurePair(folder, chosen));
  if (paired.length > 0) console.log(pairTable(paired));
  if (chosen.json !== undefined) {
    await writeFile(
      chosen.json,
      JSON.stringify({ scenes: scores, holes, pairs: paired }, undefined, 1),
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

async function choosePairs(
  folder: string,
  { only }: Options,
): Promise<string[]> {
  const pairs = (await listFolders(folder))
    .filter((name) => only === undefined || name === only)
    .map((name) => path.join(folder, name))
    .filter((pair) => existsSync(path.join(pair, "gt")));
  // Scenes with every layer's truth are no pairs.
  const found = pairs.filter(
    (pair) => !existsSync(path.join(pair, "gt", "meta.json")),
  );
  if (found.length === 0 && only === undefined)
    throw new LaminaError({ code: "input-missing", path: folder });
  return found;
}

async function listFolders(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

type MaskKind = "given" | Roughening | "proposed";

const maskKinds: readonly MaskKind[] = [
  "given",
  ...rougheningNames,
  "proposed",
];

function chooseMasks(asked: string): readonly MaskKind[] {
  if (asked === "all") return maskKinds;
  const kind = maskKinds.find((each) => each === asked);
  if (kind === undefined) {
    throw new LaminaError({
      code: "usage",
      problem: `There are no masks ${asked}.`,
    });
  }
  return [kind];
}

/** How a scene came out with masks of one kind. */
interface MeasuredScene extends SceneScore {
  readonly masks: MaskKind;
  /** How much these masks have in common with the given ones; mean over the subjects. */
  readonly maskIou: number | undefined;
}

async function measureScene(
  folder: string,
  kind: MaskKind,
  chosen: Options,
): Promise<MeasuredScene> {
  const scene = await openScene(folder);
  const name = kind === "given" ? scene.name : `${scene.name}-${kind}`;
  const out = chosen.result ?? path.join(chosen.work, chosen.quality, name);
  const given = scene.layers.map((layer) => path.join(folder, "mask", layer));
  const clip = path.join(folder, "rgb");
  const masks = await makeMasks(
    given,
    clip,
    kind,
    path.join(chosen.work, "masks", name),
  );
  if (chosen.result === undefined) {
    await mkdir(path.dirname(out), { recursive: true });
    await runDecompose({
      clip,
      masks: Object.fromEntries(
        scene.layers.map((layer, k) => [layer, masks[k]!]),
      ),
      out,
      quality: chosen.quality,
    });
  }
  const score = await scoreScene(scene, await openResult(out));
  for (const note of score.notes) console.error(`${scene.name}: ${note}.`);
  const ious: number[] = [];
  for (const [k, mask] of given.entries())
    ious.push(await maskIou(mask, masks[k]!));
  return { ...score, masks: kind, maskIou: meanOf(ious) };
}

/** The subjects' mask folders, in the order of `given`. */
async function makeMasks(
  given: readonly string[],
  clip: string,
  kind: MaskKind,
  work: string,
): Promise<readonly string[]> {
  if (kind === "given") return given;
  await rm(work, { recursive: true, force: true });
  if (kind === "proposed") {
    const proposals = new Set(await runSubjects(clip, work));
    const masks: string[] = [];
    for (const mask of given) {
      let best = { iou: -1, folder: "" };
      for (const folder of proposals) {
        const iou = await maskIou(mask, folder);
        if (iou > best.iou) best = { iou, folder };
      }
      if (best.iou <= 0) {
        throw new Error(`nothing was proposed for ${path.basename(mask)}`);
      }
      // Two subjects of one mask could not be told apart.
      proposals.delete(best.folder);
      masks.push(best.folder);
    }
    return masks;
  }
  const masks = given.map((mask) => path.join(work, path.basename(mask)));
  for (const [k, mask] of given.entries()) {
    await roughenMasks(mask, masks[k]!, kind);
  }
  return masks;
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

async function measurePair(folder: string, chosen: Options) {
  const pair = await openPair(folder);
  const out =
    chosen.result ??
    path.join(chosen.work, chosen.quality, `pair-${pair.name}`);
  if (chosen.result === undefined) {
    await mkdir(path.dirname(out), { recursive: true });
    await runDecompose({
      clip: pair.rgbFolder,
      masks: pair.maskFolders,
      out,
      quality: chosen.quality,
    });
  }
  const result = await openResult(out);
  const background: Uint8Array[] = [];
  for (let t = 0; t < pair.seen.length; t++)
    background.push(
      (await readLayer(result, result.document.layers[0]!, t)).rgb,
    );
  return { pair: pair.name, ...scorePair(pair, background) };
}

function pairTable(
  pairs: readonly (PairScore & { readonly pair: string })[],
): string {
  const row = (pair: string, kind: string, score: BackgroundScore) => [
    pair,
    kind,
    fixed(score.whole, 2),
    fixed(score.mask, 2),
    fixed(score.effect, 2),
    fixed(score.untouched, 2),
    fixed(score.sharpness, 2),
    fixed(score.flicker, 2),
  ];
  return table([
    [
      "pair",
      "background",
      "whole dB",
      "mask dB",
      "effect dB",
      "untouched dB",
      "sharpness",
      "flicker",
    ],
    ...pairs.flatMap(({ pair, nothing, result, nothingFit, resultFit }) => [
      row(pair, "nothing done", nothing),
      row(pair, "result", result),
      row(pair, "nothing done, fit", nothingFit),
      row(pair, "result, fit", resultFit),
    ]),
  ]);
}

function sceneTable(scores: readonly MeasuredScene[]): string {
  const head = [
    "scene",
    "masks",
    "mask IoU",
    "recomp max",
    "bg region dB",
    "bg effect dB",
    "effect MAE",
    "effect IoU",
    "capture",
    "leak",
    "spill",
    "object MAE",
    "unmasked MAE",
    "moving spill",
    "swap RMSE",
  ];
  return table([
    head,
    ...scores.map((score) => {
      const layers = Object.values(score.layers);
      return [
        score.scene,
        score.masks,
        fixed(score.maskIou, 2),
        String(score.recompositionMax),
        fixed(score.backgroundRegion, 1),
        fixed(score.backgroundEffect, 1),
        fixed(meanOf(layers.map((layer) => layer.effectMae)), 3),
        fixed(meanOf(layers.map((layer) => layer.effectIou)), 2),
        fixed(meanOf(layers.map((layer) => layer.capture)), 2),
        fixed(meanOf(layers.map((layer) => layer.leak)), 3),
        fixed(meanOf(layers.map((layer) => layer.spill)), 4),
        fixed(meanOf(layers.map((layer) => layer.objectMae)), 3),
        fixed(meanOf(layers.map((layer) => layer.unmaskedMae)), 3),
        fixed(score.distractorSpill, 4),
        fixed(score.swapRmse, 1),
      ];
    }),
  ]);
}

await reportFailure(main);
