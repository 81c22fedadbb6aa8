import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import * as v from "valibot";
import { LaminaError } from "../../src/errors/failure.ts";
import { connect, PREFIX, queues } from "../../src/farm/connection.ts";
import { Lane, workerName } from "../../src/farm/lane.ts";
import { type PoolPlace, QueuePool } from "../../src/farm/queue-pool.ts";
import { Storage } from "../../src/farm/storage.ts";
import {
  type Outcomes,
  type TaskReply,
  taskMessageSchema,
} from "../../src/farm/task-message.ts";
import { ValueFiles } from "../../src/farm/value-files.ts";
import type { JobPlan } from "../../src/pipeline/execution/job-plan.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { describeWithRedis, RedisServer } from "./redis-server.ts";

const plan: JobPlan = {
  clip: { kind: "images", files: [], width: 8, height: 8, frameCount: 40 },
  masks: [],
  working: { width: 8, height: 8 },
  grid: { width: 8, height: 8 },
  folders: { read: "", register: "", background: "", train: "", refine: "" },
};
const frames = (count: number) =>
  Array.from({ length: count }, (_, frame) => ({
    kind: "subject-centre" as const,
    frame,
  }));
const never = new AbortController().signal;

describeWithRedis("tasks that go through a queue", () => {
  const at = useTemporaryFolder();
  let server: RedisServer;
  let redis: Redis;
  let lane: Lane;
  let values: ValueFiles;
  let storage: Storage;
  let workers: Worker[];
  let pool: QueuePool;
  let superseded: boolean;

  beforeEach(async () => {
    workers = [];
    superseded = false;
    server = await RedisServer.start(at());
    await mkdir(at("storage"));
    storage = await Storage.open(at("storage"));
    await mkdir(storage.own("farm", "c"), { recursive: true });
    await mkdir(at("storage", "a"));
    redis = await connect({ redis: server.url });
    values = new ValueFiles(storage);
    lane = await Lane.open(redis, queues.cpu);
    pool = openPool();
  });

  const openPool = (more: Partial<PoolPlace> = {}): QueuePool =>
    new QueuePool(
      {
        lane,
        values,
        sender: values.sender(storage.own("farm", "c")),
        clip: "c",
        run: "r",
        priority: 10,
        onSuperseded: () => {
          superseded = true;
        },
        ...more,
      },
      plan,
    );

  afterEach(async () => {
    await pool[Symbol.asyncDispose]();
    await Promise.all(workers.map((worker) => worker.close(true)));
    await lane[Symbol.asyncDispose]();
    redis.disconnect();
    await server.kill();
  });

  /** A worker that answers as it is told: an outcome per frame of a message. */
  async function worker(
    answer: (
      frames: readonly number[],
    ) => Promise<Outcomes | TaskReply> | Outcomes | TaskReply,
  ): Promise<Worker> {
    const made = new Worker(
      queues.cpu,
      async (job: Job): Promise<TaskReply> => {
        const message = v.parse(taskMessageSchema, job.data);
        const asked: number[] = [];
        for (const own of message.own)
          asked.push(((await values.take(own)) as { frame: number }).frame);
        const answered = await answer(asked);
        return "length" in answered
          ? { outcomes: await values.sender(at("storage", "a")).send(answered) }
          : answered;
      },
      {
        connection: redis,
        prefix: PREFIX,
        concurrency: 2,
        name: workerName("test", 2),
        stalledInterval: 200,
        maxStalledCount: 0,
        lockDuration: 400,
      },
    );
    made.on("error", () => undefined);
    workers.push(made);
    await made.waitUntilReady();
    return made;
  }

  const twice = (asked: readonly number[]): Outcomes =>
    asked.map((frame) => ({ ok: true, value: 2 * frame }));

  it("are answered in the order in which they were asked, neighbours by one worker", async () => {
    const messages: (readonly number[])[] = [];
    await worker((asked) => {
      messages.push(asked);
      return twice(asked);
    });
    const done: number[] = [];
    const answers = await pool.runAll(frames(40), never, (n) => done.push(n));
    assert.deepEqual(
      answers,
      frames(40).map(({ frame }) => 2 * frame),
    );
    assert.deepEqual(
      done,
      [...Array(40).keys()].map((n) => n + 1),
    );
    // Two slots, four messages each.
    assert.equal(messages.length, 8);
    for (const asked of messages)
      assert.equal(asked.at(-1)! - asked[0]!, asked.length - 1);
  });

  it("fail their clip when one fails three times, which names the frame and why", async () => {
    const tried: number[] = [];
    await worker((asked) =>
      asked.map((frame) => {
        if (frame !== 17) return { ok: true, value: frame };
        tried.push(frame);
        return { ok: false, bug: "Error: the sky fell\n at x" };
      }),
    );
    await assert.rejects(
      pool.runAll(frames(40), never, () => undefined),
      (error: unknown) => {
        assert(error instanceof LaminaError);
        assert.deepEqual(error.failure, {
          code: "farm-task-failed",
          task: "subject-centre",
          place: "frame 18",
          times: 3,
          reason: "the sky fell",
        });
        return true;
      },
    );
    assert.equal(tried.length, 3);
    // And nothing of it is left for others to do.
    assert.equal(await lane.queue.getWaitingCount(), 0);
    assert.equal(await lane.queue.getPrioritizedCount(), 0);
    // What comes after is done.
    assert.deepEqual(await pool.run(frames(1)[0]!), 0);
  });

  it("that a user must know of fail in the words in which a thread would have said it", async () => {
    const failure = { code: "disk-full", path: "/x" };
    await worker(() => [{ ok: false, failure }]);
    await assert.rejects(pool.run(frames(1)[0]!), { failure });
  });

  it("are done by others when their worker leaves some, or ends in the middle", async () => {
    const first = await worker(
      () => new Promise<Outcomes>(() => undefined), // It never answers.
    );
    const answers = pool.runAll(frames(12), never, () => undefined);
    await new Promise((resolve) => first.once("active", resolve));
    // As if its process were gone: its locks are not renewed any more.
    await first.close(true);
    await worker((asked) => twice(asked.slice(0, 1)));
    assert.deepEqual(
      await answers,
      frames(12).map(({ frame }) => 2 * frame),
    );
  });

  it("are given to a second worker as well when their worker takes much longer than any other, and whoever is first counts", async () => {
    const begun: (readonly number[])[] = [];
    let hold: (() => void) | undefined;
    await worker(async (asked) => {
      begun.push(asked);
      // The first to have the last frame in hand keeps it until all is done.
      if (asked.includes(39) && hold === undefined)
        await new Promise<void>((resolve) => {
          hold = resolve;
        });
      return twice(asked);
    });
    await using quick = openPool({ stragglerMs: 50 });
    const answers = await quick.runAll(frames(40), never, () => undefined);
    assert.deepEqual(
      answers,
      frames(40).map(({ frame }) => 2 * frame),
    );
    const copies = begun.filter((asked) => asked.includes(39));
    assert.equal(copies.length, 2);
    assert.deepEqual(copies[0], copies[1]);
    hold?.();
  });

  it("are asked for again when Redis has forgotten them", async () => {
    const answers = pool.runAll(frames(3), never, () => undefined);
    while ((await lane.queue.getPrioritizedCount()) < 3);
    await server.kill();
    await server.begin();
    await worker(twice);
    assert.deepEqual(await answers, [0, 2, 4]);
  });

  it("are taken back when the job is cancelled, and end with the reason", async () => {
    const cancel = new AbortController();
    const answers = pool.runAll(frames(40), cancel.signal, () => undefined);
    while ((await lane.queue.getPrioritizedCount()) === 0);
    cancel.abort();
    await assert.rejects(answers, { name: "AbortError" });
    assert.equal(await lane.queue.getPrioritizedCount(), 0);
  });

  it("are given up when another attempt at the clip has taken over", async () => {
    await worker(() => ({ stale: true }));
    await assert.rejects(
      pool.runAll(frames(3), never, () => undefined),
      { name: "AbortError" },
    );
    assert.equal(superseded, true);
  });
});
