import { mkdir, mkdtemp, readdir, rm, cp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { connect, queues } from "../src/farm/connection.ts";
import { Lane } from "../src/farm/lane.ts";
import { MESSAGES_A_SLOT, QueuePool } from "../src/farm/queue-pool.ts";
import { Storage } from "../src/farm/storage.ts";
import { MOST_IN_MESSAGE } from "../src/farm/task-message.ts";
import { ValueFiles } from "../src/farm/value-files.ts";
import type { JobPlan } from "../src/pipeline/execution/job-plan.ts";
import { digestFolder } from "../test/cli/digest-folder.ts";
import {
  laminaCommand,
  processorSeconds,
  Running,
  startRedis,
  timed,
} from "./farm-machines.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/farm.ts [clip] [options]
What a farm costs on this machine, with a real Redis: how many tasks that take no time go through it in a second; and with a clip, whether
its layers have the bytes of a run without a farm, and the processor time of both.
  clip               a folder with rgb/ and mask/<name>/
  --range <range>    frames of it
  --workers <n,…>    numbers of worker processes (1,2,4), each on a processor of its own as far as there are
  --tasks <n>        tasks that take no time (8192)`;

const options = {
  range: { type: "string" },
  workers: { type: "string", default: "1,2,4" },
  tasks: { type: "string", default: "8192" },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options,
    allowPositionals: true,
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-farm-"));
  try {
    const workers = values.workers.split(",").map(Number);
    console.log(
      `measured on ${os.availableParallelism()} processors, load ${fixed(os.loadavg()[0], 1)}\n`,
    );
    console.log(await controlTable(folder, Number(values.tasks)));
    const [clip] = positionals;
    if (clip !== undefined)
      console.log(`\n${await clipTable(folder, clip, values.range, workers)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tasks a second by workers and messages at a time. */
async function controlTable(folder: string, count: number): Promise<string> {
  const rows = [];
  for (const workers of [1, 2])
    for (const at of [2, 64]) {
      const here = path.join(folder, `control-${workers}-${at}`);
      await mkdir(here);
      rows.push(await control(here, workers, at, count));
    }
  return table([
    [
      "workers × messages at a time",
      "tasks a message",
      "messages/s",
      "tasks/s",
      "leader's µs a task",
      "Redis' µs a task",
    ],
    ...rows,
  ]);
}

async function control(
  folder: string,
  workers: number,
  at: number,
  count: number,
): Promise<string[]> {
  const redis = await startRedis(folder);
  const echo = fileURLToPath(new URL("farm-echo.ts", import.meta.url));
  const place = path.join(folder, "storage");
  await mkdir(place);
  const storage = await Storage.open(place);
  await mkdir(storage.own("farm", "bench"), { recursive: true });
  const running = Array.from(
    { length: workers },
    () =>
      new Running(
        // prettier-ignore
        [process.execPath, "--import", "tsx", echo, redis.url, place, String(at)],
      ),
  );
  await Promise.all(running.map((each) => each.heard(/ready/)));
  const connection = await connect({ redis: redis.url });
  try {
    await using lane = await Lane.open(connection, queues.cpu);
    const values = new ValueFiles(storage);
    await using pool = new QueuePool(
      {
        lane,
        values,
        sender: values.sender(storage.own("farm", "bench")),
        clip: "bench",
        run: "r",
        priority: 10,
        onSuperseded: () => undefined,
      },
      emptyPlan(storage),
    );
    // As many at a time as a long clip has in a stage, so that messages fill as they would.
    const batch = Math.min(count, 512);
    const tasks = Array.from({ length: batch }, (_, frame) => ({
      kind: "subject-centre" as const,
      frame,
    }));
    const signal = new AbortController().signal;
    await pool.runAll(tasks, signal, () => undefined);
    const begun = performance.now();
    const cpu = process.cpuUsage();
    const redisBefore = await redisSeconds(connection);
    for (let done = 0; done < count; done += batch)
      await pool.runAll(tasks, signal, () => undefined);
    const seconds = (performance.now() - begun) / 1000;
    const own = process.cpuUsage(cpu);
    const redisTook = (await redisSeconds(connection)) - redisBefore;
    // As `QueuePool` cuts a batch.
    const each = Math.ceil(batch / ((await lane.slots()) * MESSAGES_A_SLOT));
    const size = Math.min(MOST_IN_MESSAGE, Math.max(1, each));
    const messages = (count / batch) * Math.ceil(batch / size);
    return [
      `${workers} × ${at}`,
      fixed(count / messages, 1),
      fixed(messages / seconds, 0),
      fixed(count / seconds, 0),
      fixed((own.user + own.system) / count, 0),
      fixed((1e6 * redisTook) / count, 0),
    ];
  } finally {
    connection.disconnect();
    await Promise.all(running.map((each) => each.end("SIGTERM")));
    await redis.running.end("SIGTERM");
  }
}

type Connection = Awaited<ReturnType<typeof connect>>;

/** Processor time that Redis has taken. */
async function redisSeconds(connection: Connection): Promise<number> {
  const info = await connection.info("cpu");
  const read = (name: string): number =>
    Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1] ?? 0);
  return read("used_cpu_user") + read("used_cpu_sys");
}

const emptyPlan = (storage: Storage): JobPlan => {
  const inside = storage.own("bench");
  return {
    clip: { kind: "images", files: [], width: 8, height: 8, frameCount: 512 },
    masks: [],
    working: { width: 8, height: 8 },
    grid: { width: 8, height: 8 },
    folders: {
      read: inside,
      register: inside,
      background: inside,
      train: inside,
      refine: inside,
    },
  };
};

/** Bytes and processor time of a clip, without a farm and on farms of several sizes. */
async function clipTable(
  folder: string,
  clip: string,
  range: string | undefined,
  sizes: readonly number[],
): Promise<string> {
  const place = path.join(folder, "studio");
  await cp(clip, path.join(place, "clip"), { recursive: true });
  const masks = path.join(place, "clip", "mask");
  const asked = [
    path.join(place, "clip", "rgb"),
    ...(await readdir(masks))
      .sort()
      .flatMap((name) => ["--mask", `${name}=${path.join(masks, name)}`]),
    ...(range === undefined ? [] : ["--range", range]),
    // A processor gives the same bits everywhere.
    ...["--backend", "cpu"],
  ];
  const out = path.join(place, "alone");
  const alone = await measured(
    laminaCommand(["decompose", ...asked, "--out", out, "--no-cache"]),
  );
  const bytes = await digestFolder(out);
  const rows = [
    ["without a farm", fixed(alone.cpu, 1), "", "", fixed(alone.wall, 1)],
  ];
  for (const size of sizes) {
    const layers = path.join(place, `farm-${size}`);
    const farm = await onFarm(folder, place, size, [...asked, "--out", layers]);
    const same = (await digestFolder(layers)) === bytes;
    rows.push([
      `${size} worker${size === 1 ? "" : "s"}`,
      fixed(farm.cpu, 1),
      `${fixed(100 * (farm.cpu / alone.cpu - 1), 1)} %`,
      same ? "same" : "DIFFERENT",
      fixed(farm.wall, 1),
    ]);
  }
  return table([["", "processor s", "more", "bytes", "wall s"], ...rows]);
}

interface Took {
  /** Processor seconds. */
  readonly cpu: number;
  readonly wall: number;
}

async function measured(command: readonly string[]): Promise<Took> {
  const begun = performance.now();
  const running = new Running(timed(command));
  await running.ended;
  const wall = (performance.now() - begun) / 1000;
  return { cpu: processorSeconds(running.said), wall };
}

/**
 * One clip on a farm of so many workers with one task at a time each. What workers take to start and to end without any work is taken
 * off but for one, as the run without a farm has to start too.
 */
async function onFarm(
  folder: string,
  storage: string,
  workers: number,
  asked: readonly string[],
): Promise<Took> {
  const here = path.join(folder, `redis-${workers}`);
  await mkdir(here);
  const redis = await startRedis(here);
  const env = { LAMINA_REDIS: redis.url, LAMINA_STORAGE: storage };
  const begin = async (k: number): Promise<Running> => {
    const core = String(k % os.availableParallelism());
    const running = new Running(
      // prettier-ignore
      timed(["taskset", "-c", core, ...laminaCommand(["work", "--concurrency", "1"])]),
      env,
    );
    await running.heard(/Works for/);
    return running;
  };
  const idle = await begin(0);
  await idle.end("SIGTERM");
  const start = processorSeconds(idle.said);
  const running = [];
  for (let k = 0; k < workers; k++) running.push(await begin(k));
  const connection = await connect({ redis: redis.url });
  const begun = performance.now();
  const submit = new Running(
    laminaCommand(["submit", ...asked, "--wait"]),
    env,
  );
  const code = await submit.ended;
  const wall = (performance.now() - begun) / 1000;
  const redisTook = await redisSeconds(connection);
  connection.disconnect();
  await Promise.all(running.map((each) => each.end("SIGTERM")));
  await redis.running.end("SIGTERM");
  if (code !== 0) throw new Error(`lamina submit: ${submit.said}`);
  const work = running.reduce(
    (sum, each) => sum + processorSeconds(each.said),
    0,
  );
  return { cpu: work - (workers - 1) * start + redisTook, wall };
}

await reportFailure(main);
