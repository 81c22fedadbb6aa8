import { createHash } from "node:crypto";
import {
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import { connect } from "../src/farm/connection.ts";
import { renderScene } from "../src/scenes/render-scene.ts";
import {
  runningSeconds,
  laminaCommand,
  processorSeconds,
  redisSeconds,
  Running,
  startRedis,
  timed,
} from "./farm-machines.ts";
import { reportFailure } from "./report-failure.ts";
import { drawScene } from "./scenes-by-seed.ts";
import { fixed, medianOf, table } from "./table.ts";

const usage = `tsx bench/farm-bytes.ts [clip…] [options]
Whether a farm's layers have the bytes of a run without a farm, file by file, and what the farm costs beside the work: processor time of all
its processes against that of a run without, which is done at the same time. Workers are pinned to a processor each as far as there are.
  clip               folders with rgb/ and mask/<name>/; without any, four scenes of our own renderer
  --frames <n>       frames of such a scene (16)
  --workers <n,…>    numbers of worker processes (1,2,4)
  --repeats <n>      so often each; medians are told (3)
  --slow <ms>        what every call to a slow storage waits, in a row of its own with two workers (2); 0 for no such row
  --quality <name>   (draft)`;

const options = {
  frames: { type: "string", default: "16" },
  workers: { type: "string", default: "1,2,4" },
  repeats: { type: "string", default: "3" },
  slow: { type: "string", default: "2" },
  quality: { type: "string", default: "draft" },
  help: { type: "boolean", default: false },
} as const;

const { values, positionals } = parseArgs({ options, allowPositionals: true });
/** Worker processes of the row whose storage is slow. */
const SLOW_WORKERS = 2;
/** A processor gives the same bits everywhere. */
const asAsked = ["--backend", "cpu", "--quality", values.quality];
/** Megabytes a second of a slow storage: a cable of a gigabit. */
const SLOW_MEGABYTES = 110;

/** A farm that a clip is done on. */
interface Way {
  readonly name: string;
  /** Worker processes. */
  readonly workers: number;
  readonly isSlow: boolean;
}

interface Took {
  /** Processor seconds of all processes. */
  readonly cpu: number;
  /** Of that, what Redis and who asks and waits have taken. */
  readonly beside: number;
  readonly wall: number;
}

/** All clips done on a farm, and one after the other without it at the same time. */
interface Pair {
  readonly alone: Took;
  readonly farm: Took;
  readonly files: string;
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(usage);
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), "farm-bytes-"));
  try {
    const storage = path.join(folder, "storage");
    const clips = await bringClips(storage);
    const sizes = values.workers.split(",").map(Number);
    const ways: Way[] = [
      ...sizes.map((workers) => ({
        name: `${workers} worker${workers === 1 ? "" : "s"}`,
        workers,
        isSlow: false,
      })),
      ...(Number(values.slow) > 0
        ? [
            {
              name: `${SLOW_WORKERS} workers, slow storage`,
              workers: SLOW_WORKERS,
              isSlow: true,
            },
          ]
        : []),
    ];
    console.log(
      `measured on ${os.availableParallelism()} processors, load ${fixed(os.loadavg()[0], 1)}; medians of ${values.repeats}\n`,
    );
    const found = ways.map(() => [] as Pair[]);
    for (let repeat = 0; repeat < Number(values.repeats); repeat++)
      for (const [w, way] of ways.entries()) {
        const pair = await tryWay(folder, clips, way);
        found[w]!.push(pair);
        console.log(describe(way, [pair]).join("  "));
      }
    const rows = ways.map((way, w) => describe(way, found[w]!));
    const head = ["farm", "processor s", "asking, Redis s", "alone s", "more"];
    console.log(
      `\n${table([[...head, "files", "wall s", "alone wall s"], ...rows])}`,
    );
    if (rows.some((row) => row.some((cell) => cell.startsWith("OTHER"))))
      process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe({ name }: Way, pairs: readonly Pair[]): string[] {
  const median = (of: (pair: Pair) => number, digits: number): string =>
    fixed(medianOf(pairs.map(of)), digits);
  return [
    name,
    median(({ farm }) => farm.cpu, 1),
    median(({ farm }) => farm.beside, 1),
    median(({ alone }) => alone.cpu, 1),
    `${median(({ farm, alone }) => 100 * (farm.cpu / alone.cpu - 1), 1)} %`,
    [...new Set(pairs.map(({ files }) => files))].join(", "),
    median(({ farm }) => farm.wall, 0),
    median(({ alone }) => alone.wall, 0),
  ];
}

/** Puts the clips into the storage. */
async function bringClips(storage: string): Promise<string[]> {
  const clips: string[] = [];
  for (const clip of positionals) {
    const to = path.join(storage, path.basename(path.resolve(clip)));
    for (const part of ["rgb", "mask"])
      await cp(path.join(clip, part), path.join(to, part), { recursive: true });
    clips.push(to);
  }
  if (clips.length > 0) return clips;
  for (const seed of [1, 2, 3, 4]) {
    const spec = { ...drawScene(seed), frameCount: Number(values.frames) };
    const to = path.join(storage, spec.name);
    await writeScene(renderScene(spec), to, false);
    clips.push(to);
  }
  return clips;
}

/**
 * Has all clips done on a farm, and one after the other without it at the same time and on as many processors, so that what else the
 * machine does makes both slower alike.
 */
async function tryWay(
  folder: string,
  clips: readonly string[],
  way: Way,
): Promise<Pair> {
  const here = await mkdtemp(path.join(folder, "pair-"));
  const out = (place: string, clip: string): string =>
    path.join(place, "layers", path.basename(clip));
  const storage = path.dirname(clips[0]!);
  const lines = ["clip,mask,out"];
  for (const clip of clips) {
    const masks = (await masksOf(clip)).join(";");
    lines.push([path.join(clip, "rgb"), masks, out(storage, clip)].join(","));
  }
  const batch = path.join(here, "batch.csv");
  await writeFile(batch, lines.join("\n"));
  const oneByOne = async (): Promise<Took> => {
    let [cpu, wall] = [0, 0];
    for (const clip of clips) {
      const took = await byItself(way, [
        path.join(clip, "rgb"),
        ...(await masksOf(clip)).flatMap((mask) => ["--mask", mask]),
        ...["--out", out(here, clip), ...asAsked],
      ]);
      cpu += took.cpu;
      wall += took.wall;
    }
    return { cpu, wall, beside: 0 };
  };
  const [alone, farm] = await Promise.all([
    oneByOne(),
    onFarm(here, storage, way, ["--batch", batch, ...asAsked]),
  ]);
  const files = compared(
    await filesOf(path.join(storage, "layers")),
    await filesOf(path.join(here, "layers")),
  );
  for (const made of [here, path.join(storage, "layers")])
    await rm(made, { recursive: true });
  return { alone, farm, files };
}

async function masksOf(clip: string): Promise<string[]> {
  const folder = path.join(clip, "mask");
  const names = (await readdir(folder)).sort();
  return names.map((name) => `${name}=${path.join(folder, name)}`);
}

/** Digests of all files of a result, whatever they are; all of them are to be the same, wherever and whenever they were made. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const digest = createHash("sha256").update(await readFile(file));
    files.set(path.relative(folder, file), digest.digest("hex"));
  }
  return files;
}

function compared(
  files: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): string {
  const names = new Set([...files.keys(), ...expected.keys()]);
  const other = [...names].filter(
    (name) => files.get(name) !== expected.get(name),
  );
  return other.length === 0
    ? `${names.size} the same`
    : `OTHER: ${other.sort().join(" ")}`;
}

async function byItself(
  { workers }: Way,
  asked: readonly string[],
): Promise<Took> {
  const begun = performance.now();
  const last = Math.min(workers, os.availableParallelism()) - 1;
  const running = new Running(
    // prettier-ignore
    timed(["taskset", "-c", `0-${last}`, ...laminaCommand(["decompose", ...asked, "--no-cache"])]),
  );
  const code = await running.ended;
  const wall = (performance.now() - begun) / 1000;
  if (code !== 0) throw new Error(`lamina decompose: ${running.said}`);
  return { cpu: processorSeconds(running.said), beside: 0, wall };
}

/**
 * What is asked, on a farm of so many workers with one task at a time each. A worker's own beginning is no part of the cost: what counts is
 * what workers and Redis take from the moment that clips are asked for, and all that asking takes.
 */
async function onFarm(
  folder: string,
  storage: string,
  { workers, isSlow }: Way,
  asked: readonly string[],
): Promise<Took> {
  const redis = await startRedis(folder);
  const env = { LAMINA_REDIS: redis.url, LAMINA_STORAGE: storage };
  const running = Array.from({ length: workers }, (_, k) => {
    const core = String(k % os.availableParallelism());
    return new Running(
      // prettier-ignore
      ["taskset", "-c", core, ...laminaCommand(["work", "--concurrency", "1"])],
      { ...env, ...(isSlow && slowed(storage)) },
    );
  });
  const connection = await connect({ redis: redis.url });
  const worked = async (): Promise<number> => {
    let sum = 0;
    for (const { child } of running) sum += await runningSeconds(child.pid!);
    return sum;
  };
  try {
    await Promise.all(running.map((each) => each.heard(/Works for/)));
    const before = await worked();
    const redisBefore = await redisSeconds(connection);
    const begun = performance.now();
    const submit = new Running(
      timed(laminaCommand(["submit", ...asked, "--wait"])),
      env,
    );
    const code = await submit.ended;
    const wall = (performance.now() - begun) / 1000;
    if (code !== 0) throw new Error(`lamina submit: ${submit.said}`);
    const redisTook = (await redisSeconds(connection)) - redisBefore;
    const beside = processorSeconds(submit.said) + redisTook;
    return { cpu: (await worked()) - before + beside, beside, wall };
  } finally {
    connection.disconnect();
    await Promise.all(running.map((each) => each.end("SIGTERM")));
    await redis.running.end("SIGTERM");
    await rm(path.join(storage, ".lamina"), { recursive: true, force: true });
  }
}

/** What has a worker's calls to its storage take as long as over a slow network. */
const slowed = (storage: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import ${new URL("slow-storage.mjs", import.meta.url).href}`,
  LAMINA_BENCH_STORAGE: storage,
  LAMINA_BENCH_WAIT_MS: values.slow,
  LAMINA_BENCH_MEGABYTES: String(SLOW_MEGABYTES),
});

await reportFailure(main);
