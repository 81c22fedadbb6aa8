import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import { qualities } from "../src/job-contract/quality.ts";
import { renderScene } from "../src/scenes/render-scene.ts";
import type { QualityReport } from "../src/units/quality-report.ts";
import { rankCorrelation } from "./rank-correlation.ts";
import { reportFailure } from "./report-failure.ts";
import { openResult, readLayer } from "./result-folder.ts";
import { runDecompose } from "./run-command.ts";
import { openScene } from "./scene-folder.ts";
import { drawScene } from "./scenes-by-seed.ts";
import { scorePair } from "./score-pair.ts";
import { scoreScene } from "./score-scene.ts";
import { fixed, table } from "./table.ts";
import { openPair } from "./true-pair.ts";

const usage = `tsx bench/report.ts [options]
  Compares what runs say of their own quality with the truth, and tells how far the two rank clips alike.
  --seeds <n>        own scenes, drawn by the seeds 1…n (12); the report was tuned on the odd ones
  --clips <folder>   the shared clips with truth (../shared/clips); passed over where they are absent
  --quality <q>      ${qualities.join(", ")} (draft)
  --work <folder>    where scenes and results are kept (out/report); what is there already is not run again`;

const { values: chosen } = parseArgs({
  options: {
    seeds: { type: "string", default: "12" },
    clips: { type: "string", default: "../shared/clips" },
    quality: { type: "string", default: "draft" },
    work: { type: "string", default: "out/report" },
    help: { type: "boolean", default: false },
  },
});

interface Judged {
  readonly clip: string;
  readonly report: QualityReport;
  /** PSNR of the background where true layers lie, in dB. */
  readonly truth: number;
}

async function main(): Promise<void> {
  if (chosen.help) {
    console.log(usage);
    return;
  }
  const drawn: Judged[] = [];
  for (let seed = 1; seed <= Number(chosen.seeds); seed++) {
    const scene = drawScene(seed);
    const folder = path.join(chosen.work, "scenes", scene.name);
    if (!existsSync(path.join(folder, "gt", "meta.json")))
      await writeScene(renderScene(scene), folder, true);
    drawn.push(await judgeScene(folder));
  }
  const shared: Judged[] = [];
  const names = existsSync(chosen.clips) ? await readdir(chosen.clips) : [];
  for (const name of names.sort()) {
    const folder = path.join(chosen.clips, name);
    const truth = path.join(folder, "gt");
    if (!existsSync(truth)) continue;
    shared.push(
      await (existsSync(path.join(truth, "meta.json"))
        ? judgeScene(folder)
        : judgePair(folder)),
    );
  }
  const all = [...drawn, ...shared];
  console.log(
    table([
      [
        "clip",
        "true dB",
        "expected",
        "grade",
        "never seen",
        "never free",
        "left over",
        "far",
        "unrest",
        "held out",
      ],
      ...all.map(({ clip, truth, report }) => [
        clip,
        fixed(truth, 1),
        fixed(report.expected, 1),
        report.grade,
        fixed(report.neverSeen, 3),
        fixed(report.neverFree, 3),
        fixed(report.leftOver, 4),
        fixed(report.farResidual ?? undefined, 4),
        fixed(report.unrest, 3),
        fixed(report.heldOut ?? undefined, 1),
      ]),
    ]),
  );
  const odd = drawn.filter((_, k) => k % 2 === 0);
  const even = drawn.filter((_, k) => k % 2 === 1);
  for (const [name, clips] of [
    ["odd seeds", odd],
    ["even seeds", even],
    ["shared clips", shared],
    ["even seeds and shared clips", [...even, ...shared]],
    ["all", all],
  ] as const) {
    if (clips.length < 3) continue;
    const correlation = rankCorrelation(
      clips.map(({ report }) => report.expected),
      clips.map(({ truth }) => truth),
    );
    console.log(
      `rank correlation over ${clips.length} clips, ${name}: ${correlation.toFixed(2)}`,
    );
  }
}

/** Decomposes a clip unless that was done before. */
async function decomposed(
  name: string,
  clip: string,
  masks: Readonly<Record<string, string>>,
) {
  const out = path.join(chosen.work, chosen.quality, name);
  if (!existsSync(path.join(out, "layers.json"))) {
    await mkdir(path.dirname(out), { recursive: true });
    await runDecompose({ clip, masks, out, quality: chosen.quality });
  }
  return openResult(out);
}

async function judgeScene(folder: string): Promise<Judged> {
  const scene = await openScene(folder);
  const masks = Object.fromEntries(
    scene.layers.map((layer) => [layer, path.join(folder, "mask", layer)]),
  );
  const result = await decomposed(scene.name, path.join(folder, "rgb"), masks);
  const { backgroundRegion } = await scoreScene(scene, result);
  return {
    clip: scene.name,
    report: result.document.report!,
    truth: backgroundRegion!,
  };
}

async function judgePair(folder: string): Promise<Judged> {
  const pair = await openPair(folder);
  const result = await decomposed(pair.name, pair.rgbFolder, pair.maskFolders);
  const background: Uint8Array[] = [];
  for (let t = 0; t < pair.seen.length; t++)
    background.push(
      (await readLayer(result, result.document.layers[0]!, t)).rgb,
    );
  const { mask, effect } = scorePair(pair, background).resultFit;
  const squares = [mask, effect].flatMap((decibels) =>
    decibels === undefined ? [] : [10 ** (-decibels / 10)],
  );
  const mean = squares.reduce((sum, v) => sum + v, 0) / squares.length;
  return {
    clip: pair.name,
    report: result.document.report!,
    truth: -10 * Math.log10(mean),
  };
}

await reportFailure(main);
