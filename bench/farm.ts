import { mkdir, mkdtemp, rm } from "node:fs/promises";
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
import {
  redisSeconds,
  Running,
  runningSeconds,
  startRedis,
} from "./farm-machines.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/farm.ts [options]
What messages of a farm cost on this machine, with a real Redis: how many tasks that take no time go through it in a second.
  --tasks <n>        tasks (8192)
  --repeats <n>      so often each, in turn; the best is told (3)`;

const options = {
  tasks: { type: "string", default: "8192" },
  repeats: { type: "string", default: "3" },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-farm-"));
  const ways = [1, 2].flatMap((workers) =>
    [2, 64].map((at) => ({ workers, at, found: [] as Costs[] })),
  );
  try {
    console.log(
      `measured on ${os.availableParallelism()} processors, load ${fixed(os.loadavg()[0], 1)}; the best of ${values.repeats}\n`,
    );
    for (let repeat = 0; repeat < Number(values.repeats); repeat++)
      for (const { workers, at, found } of ways) {
        const here = await mkdtemp(path.join(folder, "control-"));
        found.push(await control(here, workers, at, Number(values.tasks)));
      }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const rows = ways.map(({ workers, at, found }) => {
    // Whoever else works on the machine makes everything slower and nothing quicker.
    const least = (of: (costs: Costs) => number): number =>
      Math.min(...found.map(of));
    const seconds = least((costs) => costs.seconds);
    const { messages, tasks } = found[0]!;
    return [
      `${workers} × ${at}`,
      fixed(tasks / messages, 1),
      fixed(messages / seconds, 0),
      fixed(tasks / seconds, 0),
      fixed((1e6 * least((costs) => costs.leader)) / tasks, 0),
      fixed((1e6 * least((costs) => costs.workers)) / tasks, 0),
      fixed((1e6 * least((costs) => costs.redis)) / tasks, 0),
    ];
  });
  console.log(
    table([
      [
        "workers × messages at a time",
        "tasks a message",
        "messages/s",
        "tasks/s",
        "leader's µs a task",
        "workers' µs a task",
        "Redis' µs a task",
      ],
      ...rows,
    ]),
  );
}

/** What tasks that take no time have cost. */
interface Costs {
  readonly tasks: number;
  readonly messages: number;
  readonly seconds: number;
  /** Processor seconds. */
  readonly leader: number;
  readonly workers: number;
  readonly redis: number;
}

async function control(
  folder: string,
  workers: number,
  at: number,
  count: number,
): Promise<Costs> {
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
    const workersSeconds = async (): Promise<number> => {
      let sum = 0;
      for (const { child } of running) sum += await runningSeconds(child.pid!);
      return sum;
    };
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
    const workersBefore = await workersSeconds();
    for (let done = 0; done < count; done += batch)
      await pool.runAll(tasks, signal, () => undefined);
    const seconds = (performance.now() - begun) / 1000;
    const own = process.cpuUsage(cpu);
    const redisTook = (await redisSeconds(connection)) - redisBefore;
    // As `QueuePool` cuts a batch.
    const each = Math.ceil(batch / ((await lane.slots()) * MESSAGES_A_SLOT));
    const size = Math.min(MOST_IN_MESSAGE, Math.max(1, each));
    const messages = (count / batch) * Math.ceil(batch / size);
    return {
      tasks: count,
      messages,
      seconds,
      leader: (own.user + own.system) / 1e6,
      workers: (await workersSeconds()) - workersBefore,
      redis: redisTook,
    };
  } finally {
    connection.disconnect();
    await Promise.all(running.map((each) => each.end("SIGTERM")));
    await redis.running.end("SIGTERM");
  }
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

await reportFailure(main);
