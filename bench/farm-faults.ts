import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { createServer, connect as connectTo, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Queue } from "bullmq";
import { connect, PREFIX, queues } from "../src/farm/connection.ts";
import { Farm } from "../src/farm/farm.ts";
import { stageNames } from "../src/job-contract/stages.ts";
import type { DecomposeRequest } from "../src/pipeline/request.ts";
import { digestFolder } from "../test/cli/digest-folder.ts";
import { saveScene } from "../test/cli/small-clip.ts";
import { boxRequest } from "../test/farm/box-request.ts";
import { laminaCommand, Running, startRedis } from "./farm-machines.ts";
import { mountSmallDisk, openNetwork, unmount } from "./fault-places.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/farm-faults.ts [options]
Does to a farm of real processes what goes wrong in one, and looks whether the layers still have the bytes of one machine's.
  --only <word>      only the faults whose name holds it
  --seconds <n>      how long a fault lasts that passes (4)`;

const options = {
  only: { type: "string", default: "" },
  seconds: { type: "string", default: "4" },
  help: { type: "boolean", default: false },
} as const;

const scene = { width: 64, height: 48, frameCount: 12 };
const { values } = parseArgs({ options });
/** How long a fault lasts that passes, in milliseconds: longer than a worker's patience. */
const LASTS_MS = 1000 * Number(values.seconds);
const PATIENCE_SECONDS = 2;
/** A disk that the scene fits on several times. */
const SMALL_DISK_MB = 24;
/** How far two machines' clocks may be apart that nobody has set, in milliseconds. */
const SKEW_MS = 600_000;

/** Redis' port in a network of its own, where nobody else is. */
const NETWORK_PORT = 6379;

/** A farm of its own for one fault. */
interface Scene {
  readonly folder: string;
  readonly storage: string;
  readonly farm: Farm;
  readonly id: string;
  readonly workers: Running[];
  /** The worker that leads the clip, and the other. */
  readonly leader: Running;
  readonly other: Running;
  readonly redis: { running: Running };
  readonly redisOptions: readonly string[];
  readonly cut: (isCut: boolean) => void;
  readonly begin: () => Promise<Running>;
  /** Digest of the layers as they should be. */
  readonly expected: string;
}

interface Fault {
  readonly name: string;
  /** Stage at whose beginning it comes. */
  readonly at: (typeof stageNames)[number];
  readonly redisOptions?: readonly string[];
  /** The storage is a small disk; the workers are in a network of their own; their clocks are so far ahead, the leader's first. */
  readonly onSmallDisk?: true;
  readonly inNetwork?: true;
  readonly clocks?: readonly number[];
  /** What is to come of it; the same bytes when absent. */
  readonly fails?: RegExp;
  readonly strike: (scene: Scene) => Promise<void>;
}

const kill = async (scene: Scene, victim: Running): Promise<void> => {
  victim.child.kill("SIGKILL");
  await victim.ended;
  await scene.begin();
};

const restartRedis = async ({
  folder,
  redis,
  redisOptions,
}: Scene): Promise<void> => {
  await redis.running.end("SIGKILL");
  await wait(LASTS_MS / 2);
  redis.running = (await startRedis(folder, redisOptions)).running;
};

const faults: readonly Fault[] = [
  ...stageNames.map((stage): Fault => ({
    name: `leader killed in ${stage}`,
    at: stage,
    strike: (scene) => kill(scene, scene.leader),
  })),
  ...(["register", "background", "compose"] as const).map((stage): Fault => ({
    name: `other worker killed in ${stage}`,
    at: stage,
    strike: (scene) => kill(scene, scene.other),
  })),
  {
    name: "leader told to stop",
    at: "background",
    strike: async ({ leader }) => {
      const code = await leader.end("SIGTERM");
      if (code !== 0) throw new Error(`it ended with ${code}`);
    },
  },
  {
    name: "Redis killed, keeps nothing",
    at: "background",
    strike: restartRedis,
  },
  {
    name: "Redis killed, keeps a log (AOF)",
    at: "background",
    redisOptions: ["--appendonly", "yes", "--appendfsync", "always"],
    strike: restartRedis,
  },
  {
    name: "network to Redis cut",
    at: "background",
    strike: async ({ cut }) => {
      cut(true);
      await wait(LASTS_MS);
      cut(false);
    },
  },
  {
    name: "storage gone for a moment",
    at: "background",
    strike: async ({ storage }) => {
      await rename(storage, `${storage}-away`);
      await wait(LASTS_MS);
      await rename(`${storage}-away`, storage);
    },
  },
  {
    name: "worker stands still, comes back",
    at: "background",
    strike: async ({ other }) => {
      other.child.kill("SIGSTOP");
      await wait(2 * LASTS_MS);
      other.child.kill("SIGCONT");
    },
  },
  {
    name: "a task that always fails",
    at: "background",
    fails: /for frame 4 failed 3 times/,
    strike: async ({ storage, farm, id, expected }) => {
      const [other] = await farm.submit([
        { request: requestIn(storage, "other"), priority: "normal" },
      ]);
      // Where a frame's matte is to be filed there is a folder.
      const jobs = path.join(storage, ".lamina", "cache", "jobs");
      for (const job of await readdir(jobs))
        for (const stage of await readdir(path.join(jobs, job)))
          if (stage.startsWith("refine-"))
            await mkdir(path.join(jobs, job, stage, "object-matte-00003.bin"));
      await untilEnded(farm, id);
      await rm(jobs, { recursive: true, force: true, maxRetries: 3 });
      const { outcome } = await untilEnded(farm, other!.id);
      const made = path.join(storage, "other");
      if (outcome.kind !== "done" || (await digestFolder(made)) !== expected)
        throw new Error(`the clip beside it: ${JSON.stringify(outcome)}`);
    },
  },
  {
    name: "storage full, then room again",
    at: "background",
    onSmallDisk: true,
    strike: async ({ storage, farm, id }) => {
      const filler = path.join(storage, "filler");
      const piece = Buffer.alloc(64 * 1024, 1);
      const file = await open(filler, "w");
      try {
        for (;;) await file.write(piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        await file.close();
      }
      await wait(LASTS_MS);
      await rm(filler);
      const { outcome } = await untilEnded(farm, id);
      if (outcome.kind === "done") return;
      if (outcome.kind !== "failed" || outcome.failure.code !== "disk-full")
        throw new Error(JSON.stringify(outcome));
      console.log(`  ${outcome.failure.message}`);
      await farm.retry(id);
    },
  },
  {
    name: "cable between workers and Redis drawn",
    at: "background",
    inNetwork: true,
    strike: async ({ cut }) => {
      cut(true);
      await wait(LASTS_MS);
      cut(false);
    },
  },
  {
    name: "clocks 20 minutes apart, leader killed",
    at: "background",
    clocks: [SKEW_MS, -SKEW_MS],
    strike: (scene) => kill(scene, scene.leader),
  },
  {
    name: "message of another version",
    at: "background",
    strike: async ({ folder, other, begin }) => {
      const connection = await connect({
        redis: path.join(folder, "redis.sock"),
      });
      const queue = new Queue(queues.cpu, { connection, prefix: PREFIX });
      await queue.add(
        "message",
        { protocol: 0, artifacts: "older" },
        { priority: 1 },
      );
      await Promise.race([other.ended, wait(LASTS_MS)]);
      await queue.obliterate({ force: false }).catch(() => undefined);
      await queue.close();
      connection.disconnect();
      await begin();
    },
  },
];

async function main(): Promise<void> {
  if (values.help) {
    console.log(usage);
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), "farm-faults-"));
  const rows = [];
  try {
    const clip = path.join(folder, "clip");
    await saveScene(clip, scene);
    const expected = await alone(clip, path.join(folder, "alone"));
    for (const [k, fault] of faults.entries()) {
      if (!fault.name.includes(values.only)) continue;
      const begun = performance.now();
      const outcome = await tried(
        path.join(folder, String(k)),
        fault,
        expected,
      ).catch((error: unknown) => `BROKEN: ${String(error)}`);
      const seconds = fixed((performance.now() - begun) / 1000, 1);
      rows.push([fault.name, outcome, seconds]);
      console.log(`${fault.name}: ${outcome}`);
    }
    console.log(`\n${table([["fault", "outcome", "s"], ...rows])}`);
    if (rows.some(([, outcome]) => !/^(same|failed as|skipped)/.test(outcome!)))
      process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Digest of the layers that one machine makes. */
async function alone(clip: string, out: string): Promise<string> {
  const running = new Running(
    laminaCommand([
      "decompose",
      path.join(clip, "rgb"),
      ...["--mask", `box=${path.join(clip, "mask")}`, "--out", out],
      ...["--quality", "draft", "--backend", "cpu", "--no-cache"],
    ]),
  );
  if ((await running.ended) !== 0) throw new Error(running.said);
  return digestFolder(out);
}

async function tried(
  folder: string,
  fault: Fault,
  expected: string,
): Promise<string> {
  const storage = path.join(folder, "storage");
  await mkdir(storage, { recursive: true });
  const network = fault.inNetwork === true ? openNetwork() : undefined;
  if (fault.inNetwork === true && network === undefined)
    return "skipped: no network may be made here";
  if (fault.onSmallDisk === true && !mountSmallDisk(storage, SMALL_DISK_MB))
    return "skipped: nothing may be mounted here";
  await saveScene(path.join(storage, "clip"), scene);
  const redisOptions = [
    ...(fault.redisOptions ?? []),
    ...(network === undefined
      ? []
      : // prettier-ignore
        ["--port", String(NETWORK_PORT), "--bind", network.address, "--protected-mode", "no"]),
  ];
  const started = await startRedis(folder, redisOptions);
  const redis = { running: started.running };
  const door = await openDoor(started.url, path.join(folder, "door.sock"));
  const workers: Running[] = [];
  const farm = await Farm.open({ redis: started.url, storage });
  const begin = async (): Promise<Running> => {
    const ahead = fault.clocks?.[workers.length];
    const command = laminaCommand([
      ...["work", "--concurrency", "1"],
      ...["--patience", String(PATIENCE_SECONDS)],
    ]);
    const running = new Running(network?.inside(command) ?? command, {
      LAMINA_REDIS:
        network === undefined
          ? door.url
          : `redis://${network.address}:${NETWORK_PORT}`,
      LAMINA_STORAGE: storage,
      ...(ahead !== undefined && {
        NODE_OPTIONS: `--import ${new URL("shifted-clock.mjs", import.meta.url).href}`,
        LAMINA_BENCH_CLOCK: String(ahead),
      }),
    });
    workers.push(running);
    await running.heard(/Works for/);
    return running;
  };
  try {
    const leader = await begin();
    const [submission] = await farm.submit([
      { request: requestIn(storage), priority: "normal" },
    ]);
    const { id } = submission!;
    await leader.heard(/Begins/);
    const other = await begin();
    await untilAt(farm, id, fault.at);
    const { cut } = network ?? door;
    // prettier-ignore
    await fault.strike({ folder, storage, farm, id, workers, leader, other, redis, redisOptions, cut, begin, expected });
    const ended = await untilEnded(farm, id);
    if (fault.fails !== undefined) {
      const { outcome } = ended;
      return outcome.kind === "failed" &&
        fault.fails.test(outcome.failure.message)
        ? `failed as it should: ${outcome.failure.message}`
        : `UNEXPECTED ${JSON.stringify(outcome)}`;
    }
    if (ended.outcome.kind !== "done")
      return `FAILED ${JSON.stringify(ended.outcome)}`;
    const same =
      (await digestFolder(path.join(storage, "layers"))) === expected;
    const left = (await readdir(storage)).filter((name) =>
      /partial/.test(name),
    );
    const kept = await readdir(path.join(storage, ".lamina", "farm"));
    return [
      same ? "same bytes" : "OTHER BYTES",
      ...(left.length + kept.length > 0
        ? [`left: ${[...left, ...kept].join(" ")}`]
        : []),
    ].join(", ");
  } finally {
    for (const each of workers) {
      each.child.kill("SIGKILL");
      await each.ended;
    }
    await farm[Symbol.asyncDispose]();
    await door.close();
    await redis.running.end("SIGKILL");
    network?.close();
    if (fault.onSmallDisk === true) unmount(storage);
    const said = workers.map((each) => each.said).join("\n--\n");
    await writeFile(path.join(folder, "said.txt"), said);
    if (process.env["LAMINA_BENCH_SAY"] !== undefined)
      console.log(await readFile(path.join(folder, "said.txt"), "utf8"));
  }
}

const requestIn = (storage: string, out = "layers"): DecomposeRequest =>
  boxRequest(path.join(storage, "clip", "rgb"), path.join(storage, out));

/** Resolves once the clip is in the stage, or past it. */
async function untilAt(
  farm: Farm,
  id: string,
  stage: (typeof stageNames)[number],
): Promise<void> {
  const from = stageNames.indexOf(stage);
  for (;;) {
    const told = (await farm.progress(id)) as { stage?: string } | undefined;
    const now = stageNames.findIndex((name) => name === told?.stage);
    if (now >= from || (await farm.ended(id)) !== undefined) return;
    await wait(5);
  }
}

async function untilEnded(
  farm: Farm,
  id: string,
): Promise<NonNullable<Awaited<ReturnType<Farm["ended"]>>>> {
  for (;;) {
    const ended = await farm.ended(id);
    if (ended !== undefined) return ended;
    await wait(100);
  }
}

/** A way to Redis that can be cut, as a network can. */
async function openDoor(
  to: string,
  url: string,
): Promise<{
  readonly url: string;
  readonly cut: (isCut: boolean) => void;
  readonly close: () => Promise<void>;
}> {
  const through = new Set<Socket>();
  let closed = false;
  const server = createServer((socket) => {
    if (closed) {
      socket.destroy();
      return;
    }
    const inner = connectTo(to);
    for (const each of [socket, inner]) {
      through.add(each);
      each.on("error", () => undefined);
      each.on("close", () => {
        through.delete(each);
        socket.destroy();
        inner.destroy();
      });
    }
    socket.pipe(inner).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(url, resolve));
  return {
    url,
    cut: (isCut) => {
      closed = isCut;
      if (isCut) for (const each of through) each.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const each of through) each.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

await reportFailure(main);
