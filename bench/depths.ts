import { spawnSync } from "node:child_process";
import { mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import { presetNamed } from "../src/scenes/presets.ts";
import { renderScene } from "../src/scenes/render-scene.ts";
import type { SceneSpec } from "../src/scenes/scene-spec.ts";
import { reportFailure } from "./report-failure.ts";
import { runDecompose } from "./run-command.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/depths.ts [options]
  What a movie of 10 bits costs beside the same one of 8 bits: 24 frames at 1080p, one after the other.
  --clip <folder>    a folder with rgb/ and mask/<name>/ instead
  --quality <q>      (standard)
  --work <folder>    where clips and results are kept (out/depths)`;

const options = {
  clip: { type: "string" },
  quality: { type: "string", default: "standard" },
  work: { type: "string", default: "out/depths" },
  help: { type: "boolean", default: false },
} as const;

/** Nothing but the depth is to differ: no codec's loss, no subsampled colour. */
const depths = [
  { bits: 8, pixels: "yuv444p" },
  { bits: 10, pixels: "yuv444p10le" },
] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { work, quality } = values;
  const clip = values.clip ?? (await rendered(path.join(work, "clip")));
  const masks = Object.fromEntries(
    (await readdir(path.join(clip, "mask"))).map((name) => [
      name,
      path.join(clip, "mask", name),
    ]),
  );
  await mkdir(work, { recursive: true });
  const rows = [];
  for (const { bits, pixels } of depths) {
    const movie = path.join(work, `${bits}-bit.mkv`);
    encode(path.join(clip, "rgb"), movie, pixels);
    const out = path.join(work, `${bits}-bit`);
    const began = performance.now();
    const summary = await runDecompose({ clip: movie, masks, out, quality });
    const seconds = (performance.now() - began) / 1000;
    const of = (stage: string): number =>
      summary.stages.find((each) => each.stage === stage)?.cpuSeconds ?? 0;
    rows.push([
      `${bits} bits`,
      String(summary.frameCount),
      fixed(seconds, 1),
      fixed(
        summary.stages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
        1,
      ),
      fixed(of("compose"), 1),
      fixed(summary.peakMemoryBytes / 1e6, 0),
      fixed((await bytesIn(out)) / 1e6, 0),
      String(summary.recompositionError),
    ]);
  }
  console.log(
    table([
      [
        "movie",
        "frames",
        "seconds",
        "CPU s",
        "of it compose",
        "peak MB",
        "result MB",
        "recomp max",
      ],
      ...rows,
    ]),
  );
}

/** Renders a clip with a moving camera; returns its folder. */
async function rendered(folder: string): Promise<string> {
  const spec: SceneSpec = {
    ...presetNamed("shadow-pan")!,
    size: { width: 1920, height: 1080 },
    frameCount: 24,
    supersample: 1,
  };
  await writeScene(renderScene(spec), folder, false);
  return folder;
}

function encode(frames: string, movie: string, pixels: string): void {
  const ffmpeg = process.env["FFMPEG_PATH"] ?? "ffmpeg";
  const { status, stderr } = spawnSync(
    ffmpeg,
    // prettier-ignore
    ["-y", "-v", "error", "-framerate", "24", "-pattern_type", "glob", "-i", path.join(frames, "*.png"),
     "-vf", `scale=out_color_matrix=bt709,format=${pixels}`, "-colorspace", "bt709", "-c:v", "ffv1", movie],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const facts = await stat(path.join(folder, name));
    if (facts.isFile()) bytes += facts.size;
  }
  return bytes;
}

await reportFailure(main);
