import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { LaminaError } from "../src/errors/failure.ts";
import type { StageTime } from "../src/pipeline/execution/stage-clock.ts";
import type { TaskTime } from "../src/pipeline/execution/worker-pool.ts";
import { planStage, type StageWork } from "./list-scheduling.ts";
import { growsWithClip } from "./capped-tasks.ts";
import { reportFailure } from "./report-failure.ts";
import { runDecompose } from "./run-command.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/task-graph.ts <clip> [options]
Runs a job, and tells from the times of its tasks what it would take on other numbers of threads. Threads are taken to be equally
quick and not to hinder each other: memory that all share is not simulated, so that what comes out is a bound.
  clip               a folder with rgb/ and mask/<name>/
  --threads <n,…>    numbers of threads (1,2,4,8,16,32)
  --frames <n>       frames of a longer clip, of which every task that grows with the clip comes so much oftener (the clip's own)
  --quality <q>      of the job (standard)`;

const options = {
  threads: { type: "string", default: "1,2,4,8,16,32" },
  frames: { type: "string" },
  quality: { type: "string", default: "standard" },
  help: { type: "boolean", default: false },
} as const;

/** What a run told of itself. */
interface Trace {
  readonly stages: readonly StageTime[];
  readonly tasks: readonly TaskTime[];
  readonly ended: number;
  readonly training: number;
  readonly frameCount: number;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options,
    allowPositionals: true,
  });
  const [clip] = positionals;
  if (values.help || clip === undefined) {
    console.log(usage);
    return;
  }
  const trace = await traced(clip, values.quality);
  const repeats = Math.max(1, Number(values.frames ?? 0) / trace.frameCount);
  const work = graph(trace, repeats);
  const threads = values.threads.split(",").map(Number);
  console.log(
    `${path.basename(path.resolve(clip))}, ${Math.round(trace.frameCount * repeats)} frames; measured on ${os.availableParallelism()} processors, load ${fixed(os.loadavg()[0], 1)}; seconds\n`,
  );
  console.log(`${kindTable(trace)}\n`);
  console.log(scheduleTable(work, threads));
}

/** Runs the built command and listens to its channels. */
async function traced(clip: string, quality: string): Promise<Trace> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "task-graph-"));
  try {
    const file = path.join(folder, "trace.json");
    const masks = path.join(clip, "mask");
    if (!existsSync(masks))
      throw new LaminaError({ code: "input-missing", path: masks });
    const summary = await runDecompose(
      {
        clip: path.join(clip, "rgb"),
        masks: Object.fromEntries(
          (await readdir(masks))
            .sort()
            .map((name) => [name, path.join(masks, name)]),
        ),
        out: path.join(folder, "out"),
        quality,
      },
      ["--import", listener(file)],
    );
    return {
      ...(JSON.parse(await readFile(file, "utf8")) as Omit<
        Trace,
        "training" | "frameCount"
      >),
      training: summary.trainingSteps * summary.millisecondsPerStep,
      frameCount: summary.frameCount,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A module that writes what the channels told when the process ends. */
const listener = (file: string): string =>
  `data:text/javascript,${encodeURIComponent(`
import { subscribe } from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
if (isMainThread) {
  const stages = [];
  const tasks = [];
  subscribe("lamina:stage", (time) => stages.push(time));
  subscribe("lamina:task", (time) => tasks.push(time));
  process.on("exit", () => {
    writeFileSync(${JSON.stringify(file)}, JSON.stringify({ stages, tasks, ended: performance.now() }));
  });
}`)}`;

/** The stages as work for any number of threads. */
function graph(
  { stages, tasks, ended, training }: Trace,
  repeats: number,
): StageWork[] {
  const within = stages.map(({ stage, begun, ended }): StageWork => {
    const own = tasks.filter(
      (task) => task.begun >= begun && task.begun < ended,
    );
    const batches = new Map<number, number[]>();
    for (const task of own) {
      const seconds = (task.ended - task.begun) / 1000;
      const copies = growsWithClip(task.kind) ? repeats : 1;
      const batch = batches.get(task.batch) ?? [];
      for (let k = 0; k < Math.round(copies); k++) batch.push(seconds);
      batches.set(task.batch, batch);
    }
    const beside = stage === "train" ? training : 0;
    const spans = [
      ...own,
      ...(beside > 0 ? [{ begun: ended - beside, ended }] : []),
    ];
    return {
      name: stage,
      alone: (ended - begun - covered(spans)) / 1000,
      beside: beside / 1000,
      batches: [...batches.entries()]
        .sort(([a], [b]) => a - b)
        .map(([, batch]) => batch),
    };
  });
  const staged = covered(stages);
  return [
    {
      name: "start and end",
      alone: (ended - staged) / 1000,
      beside: 0,
      batches: [],
    },
    ...within,
  ];
}

/** Milliseconds in which at least one of the spans runs. */
function covered(
  spans: readonly { readonly begun: number; readonly ended: number }[],
): number {
  let sum = 0;
  let reached = -Infinity;
  for (const { begun, ended } of [...spans].sort((a, b) => a.begun - b.begun)) {
    sum += Math.max(0, ended - Math.max(begun, reached));
    reached = Math.max(reached, ended);
  }
  return sum;
}

function kindTable({ tasks }: Trace): string {
  const kinds = new Map<string, number[]>();
  for (const { kind, begun, ended } of tasks) {
    const times = kinds.get(kind) ?? [];
    times.push((ended - begun) / 1000);
    kinds.set(kind, times);
  }
  return table([
    ["task", "times", "median", "longest", "all"],
    ...[...kinds].map(([kind, times]) => {
      const sorted = times.sort((a, b) => a - b);
      return [
        kind,
        String(times.length),
        fixed(sorted[times.length >> 1], 3),
        fixed(sorted.at(-1), 3),
        fixed(
          times.reduce((sum, v) => sum + v, 0),
          1,
        ),
      ];
    }),
  ]);
}

function scheduleTable(
  work: readonly StageWork[],
  threads: readonly number[],
): string {
  const all = work.reduce(
    (sum, { alone, beside, batches }) =>
      sum + alone + beside + batches.flat().reduce((s, v) => s + v, 0),
    0,
  );
  const columns = [...threads, Infinity].map((count) => {
    const stages = work.map((stage) => planStage(stage, count));
    const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
    const widest = stages.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    return { count, stages, seconds, widest };
  });
  return table([
    ["threads", ...columns.map(({ count }) => String(count))],
    ...work.map(({ name }, k) => [
      name,
      ...columns.map(({ stages }) => fixed(stages[k]!.seconds, 1)),
    ]),
    ["makespan", ...columns.map(({ seconds }) => fixed(seconds, 1))],
    [
      "efficiency",
      ...columns.map(({ count, seconds }) =>
        count === Infinity ? "-" : fixed(all / (count * seconds), 2),
      ),
    ],
    [
      "bottleneck",
      ...columns.map(({ widest }) => `${widest.name}: ${widest.bound}`),
    ],
  ]);
}

await reportFailure(main);
