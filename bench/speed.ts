import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import { LaminaError } from "../src/errors/failure.ts";
import { qualities } from "../src/job-contract/quality.ts";
import type { JobSummary } from "../src/pipeline/request.ts";
import { listImages } from "../src/media/image-folder.ts";
import { presetNamed } from "../src/scenes/presets.ts";
import { renderScene } from "../src/scenes/render-scene.ts";
import type { SceneSpec } from "../src/scenes/scene-spec.ts";
import { type Cost, measureFloor } from "./floor.ts";
import { reportFailure } from "./report-failure.ts";
import { runDecompose } from "./run-command.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/speed.ts [clip …] [options]
  clip               a folder with rgb/ and mask/<name>/; without any: tennis from the shared clips, or the sample,
                     then 24 frames at 1080p and at 4K, and lengths of 24, 48, 96 and (--long) 480 frames
  --quality <q>      ${qualities.join(", ")} (standard)
  --long             also 480 frames: memory must not grow with the clip
  --clips <folder>   the shared clips (../shared/clips)
  --work <folder>    where clips and results are kept (out/speed)`;

const options = {
  quality: { type: "string", default: "standard" },
  long: { type: "boolean", default: false },
  clips: { type: "string", default: "../shared/clips" },
  work: { type: "string", default: "out/speed" },
  help: { type: "boolean", default: false },
} as const;

interface Measured {
  readonly name: string;
  readonly summary: JobSummary;
  readonly total: Cost;
  readonly floor: Cost;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options,
    allowPositionals: true,
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const clips =
    positionals.length > 0 ? positionals : await standardClips(values);
  console.log(
    `${os.availableParallelism()} processors, ${os.cpus()[0]?.model ?? "of unknown make"}; load before the first run ${fixed(os.loadavg()[0], 1)}\n`,
  );
  const all: Measured[] = [];
  for (const clip of clips) {
    const measured = await measure(clip, values);
    all.push(measured);
    console.log(`${stageTable(measured)}\n`);
  }
  console.log(overview(all));
}

async function standardClips(values: {
  readonly clips: string;
  readonly work: string;
  readonly long: boolean;
}): Promise<string[]> {
  const tennis = path.join(values.clips, "omnimatte_tennis");
  const sample = presetNamed("sample")!;
  const long = presetNamed("shadow-pan")!;
  return [
    existsSync(tennis) ? tennis : await rendered(values.work, "sample", sample),
    await rendered(values.work, "1080p-24", atSize(long, 1920, 1080)),
    await rendered(values.work, "4k-24", atSize(long, 3840, 2160)),
    ...(await Promise.all(
      [24, 48, 96, ...(values.long ? [480] : [])].map((frameCount) =>
        rendered(values.work, `length-${frameCount}`, {
          ...long,
          frameCount,
        }),
      ),
    )),
  ];
}

/** A scene's first 24 frames at another size; nothing but the size is to differ from one to the next. */
const atSize = (spec: SceneSpec, width: number, height: number): SceneSpec => ({
  ...spec,
  size: { width, height },
  frameCount: 24,
  supersample: 1,
});

/** Renders a scene unless it is there already; returns its folder. */
async function rendered(
  work: string,
  name: string,
  spec: SceneSpec,
): Promise<string> {
  const folder = path.join(work, "clips", name);
  const frames = path.join(folder, "rgb");
  if (existsSync(frames)) {
    const found = (await readdir(frames)).length;
    if (found === spec.frameCount) return folder;
    await rm(folder, { recursive: true });
  }
  await writeScene(renderScene(spec), folder, false);
  return folder;
}

async function measure(
  clip: string,
  values: { readonly quality: string; readonly work: string },
): Promise<Measured> {
  const name = path.basename(path.resolve(clip));
  const frames = path.join(clip, "rgb");
  const maskFolder = path.join(clip, "mask");
  // Complains by itself when the clip has no frames.
  await listImages(frames);
  if (!existsSync(maskFolder)) {
    throw new LaminaError({ code: "input-missing", path: maskFolder });
  }
  const masks = Object.fromEntries(
    (await readdir(maskFolder))
      .sort()
      .map((mask) => [mask, path.join(maskFolder, mask)]),
  );
  const out = path.join(values.work, values.quality, name);
  await mkdir(path.dirname(out), { recursive: true });
  const floor = await measureFloor(frames, Object.keys(masks).length);
  const began = performance.now();
  const summary = await runDecompose({
    clip: frames,
    masks,
    out,
    quality: values.quality,
  });
  return {
    name,
    summary,
    total: {
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: summary.stages.reduce((sum, s) => sum + s.cpuSeconds, 0),
    },
    floor,
  };
}

function stageTable({ name, summary, total, floor }: Measured): string {
  return table([
    [name, "seconds", "CPU s", "ms a frame"],
    ...summary.stages.map((stage) => [
      stage.stage,
      fixed(stage.seconds, 2),
      fixed(stage.cpuSeconds, 2),
      fixed((1000 * stage.seconds) / summary.frameCount, 0),
    ]),
    [
      "whole command",
      fixed(total.seconds, 2),
      fixed(total.cpuSeconds, 2),
      fixed((1000 * total.seconds) / summary.frameCount, 0),
    ],
    [
      "floor: decode, encode",
      fixed(floor.seconds, 2),
      fixed(floor.cpuSeconds, 2),
      fixed((1000 * floor.seconds) / summary.frameCount, 0),
    ],
  ]);
}

function overview(all: readonly Measured[]): string {
  return table([
    [
      "clip",
      "frames",
      "seconds",
      "s a frame",
      "CPU s",
      "× floor",
      "training steps",
      "ms a step",
      "peak MB",
      "recomp max",
    ],
    ...all.map(({ name, summary, total, floor }) => [
      name,
      String(summary.frameCount),
      fixed(total.seconds, 1),
      fixed(total.seconds / summary.frameCount, 2),
      fixed(total.cpuSeconds, 1),
      fixed(total.cpuSeconds / floor.cpuSeconds, 1),
      String(summary.trainingSteps),
      fixed(summary.millisecondsPerStep, 1),
      fixed(summary.peakMemoryBytes / 1e6, 0),
      String(summary.recompositionError),
    ]),
  ]);
}

await reportFailure(main);
