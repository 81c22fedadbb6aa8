import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { StageTime } from "../src/pipeline/execution/stage-clock.ts";
import type { TaskTime } from "../src/pipeline/execution/worker-pool.ts";
import type { JobSummary } from "../src/pipeline/request.ts";
import { laminaCommand, Running } from "./farm-machines.ts";
import { growsWithClip } from "./capped-tasks.ts";
import { reportFailure } from "./report-failure.ts";

const usage = `tsx bench/farm-times.ts <clip…> [options]
Runs each clip without a farm and writes what its tasks took, for bench/farm-simulation.ts. Times are brought to the processor time of
their stage, so that a busy machine does not lengthen them.
  clip               folders with rgb/ and mask/<name>/
  --out <file>       (bench/farm-times.json)`;

const options = {
  out: { type: "string", default: "bench/farm-times.json" },
  help: { type: "boolean", default: false },
} as const;

/** Tasks that a stage gives out together. */
export interface MeasuredBatch {
  readonly kind: string;
  readonly tasks: number;
  /** Of each task, on one processor. */
  readonly seconds: number;
  /** Whether a longer clip has more of them. */
  readonly grows: boolean;
}

/** What one clip took. */
export interface MeasuredClip {
  readonly name: string;
  readonly frames: number;
  /** Seconds for a frame of what is done by the leader alone. */
  readonly alone: Readonly<Record<string, number>>;
  /** Seconds of training, which does not grow with the clip. */
  readonly training: number;
  readonly batches: Readonly<Record<string, readonly MeasuredBatch[]>>;
  /** Bytes read and written for a frame, all stages together. */
  readonly readBytes: number;
  readonly writtenBytes: number;
}

interface Trace {
  readonly stages: readonly StageTime[];
  readonly tasks: readonly TaskTime[];
  readonly io: string;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options,
    allowPositionals: true,
  });
  if (values.help || positionals.length === 0) {
    console.log(usage);
    return;
  }
  const measured = [];
  for (const clip of positionals) measured.push(await measure(clip));
  await writeFile(values.out, `${JSON.stringify(measured, undefined, 1)}\n`);
}

async function measure(clip: string): Promise<MeasuredClip> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "farm-times-"));
  try {
    const file = path.join(folder, "trace.json");
    const masks = path.join(clip, "mask");
    const [node, ...rest] = laminaCommand([
      ...["decompose", path.join(clip, "rgb"), "--json", "--no-cache"],
      ...(await readdir(masks)).flatMap((name) => [
        "--mask",
        `${name}=${path.join(masks, name)}`,
      ]),
      ...["--out", path.join(folder, "out"), "--backend", "cpu"],
    ]);
    const running = new Running([node!, "--import", listener(file), ...rest]);
    if ((await running.ended) !== 0) throw new Error(running.said);
    const summary = running.said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly kind: string })
      .find(({ kind }) => kind === "summary") as unknown as JobSummary;
    const trace = JSON.parse(await readFile(file, "utf8")) as Trace;
    return measuredClip(path.basename(clip), summary, trace);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function measuredClip(
  name: string,
  { frameCount, stages, trainingSteps, millisecondsPerStep }: JobSummary,
  trace: Trace,
): MeasuredClip {
  const alone: Record<string, number> = {};
  const batches: Record<string, MeasuredBatch[]> = {};
  const cpuOf = (stage: string): number =>
    stages.find((each) => each.stage === stage)?.cpuSeconds ?? 0;
  const wallOfTraining = (trainingSteps * millisecondsPerStep) / 1000;
  let training = 0;
  for (const { stage, begun, ended } of trace.stages) {
    const own = trace.tasks.filter(
      (task) => task.begun >= begun && task.begun < ended,
    );
    const tasked = own.reduce((sum, t) => sum + t.ended - t.begun, 0) / 1000;
    const spans = own.map((task) => [task.begun, task.ended] as const);
    const free = Math.max(0, (ended - begun) / 1000 - covered(spans) / 1000);
    const single = stage === "train" ? wallOfTraining : free;
    // What the clock showed, brought to what the processors did.
    const scale = cpuOf(stage) / Math.max(1e-9, tasked + single);
    if (stage === "train") training = single * scale;
    else alone[stage] = (single * scale) / frameCount;
    const byBatch = grouped(own);
    batches[stage] = [...byBatch.values()].map((tasks) => ({
      kind: tasks[0]!.kind,
      tasks: tasks.length,
      seconds:
        (scale * tasks.reduce((sum, t) => sum + t.ended - t.begun, 0)) /
        1000 /
        tasks.length,
      grows: growsWithClip(tasks[0]!.kind),
    }));
  }
  const io = (key: string): number =>
    Number(new RegExp(`^${key}: (\\d+)`, "m").exec(trace.io)?.[1] ?? 0);
  return {
    name,
    frames: frameCount,
    alone,
    training,
    batches,
    readBytes: io("rchar") / frameCount,
    writtenBytes: io("wchar") / frameCount,
  };
}

/** Tasks that were given out together. */
function grouped(tasks: readonly TaskTime[]): Map<string, TaskTime[]> {
  const groups = new Map<string, TaskTime[]>();
  for (const task of tasks) {
    const key = `${task.batch} ${task.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return groups;
}

/** Milliseconds in which at least one of the spans runs. */
function covered(spans: readonly (readonly [number, number])[]): number {
  let sum = 0;
  let reached = -Infinity;
  for (const [begun, ended] of [...spans].sort(([a], [b]) => a - b)) {
    sum += Math.max(0, ended - Math.max(begun, reached));
    reached = Math.max(reached, ended);
  }
  return sum;
}

/** A module that writes what the channels told, and what the process has read and written, when it ends. */
const listener = (file: string): string =>
  `data:text/javascript,${encodeURIComponent(`
import { subscribe } from "node:diagnostics_channel";
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
if (isMainThread) {
  const stages = [];
  const tasks = [];
  subscribe("lamina:stage", (time) => stages.push(time));
  subscribe("lamina:task", (time) => tasks.push(time));
  process.on("exit", () => {
    const io = readFileSync("/proc/self/io", "utf8");
    writeFileSync(${JSON.stringify(file)}, JSON.stringify({ stages, tasks, io }));
  });
}`)}`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  await reportFailure(main);
