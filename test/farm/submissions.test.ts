import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { type Job, Queue, UnrecoverableError, Worker } from "bullmq";
import { LaminaError } from "../../src/errors/failure.ts";
import { connect, PREFIX, queues } from "../../src/farm/connection.ts";
import { Farm } from "../../src/farm/farm.ts";
import { Storage } from "../../src/farm/storage.ts";
import { enqueueForgotten, Submissions } from "../../src/farm/submissions.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { boxRequest } from "./box-request.ts";
import { describeWithRedis, RedisServer } from "./redis-server.ts";

describeWithRedis("what was asked of a farm", () => {
  const at = useTemporaryFolder();
  let server: RedisServer | undefined;

  beforeEach(async () => {
    server = await RedisServer.start(at());
  });
  afterEach(() => server?.kill());

  const damaged = {
    "20260101000000000-00000000": '{"id": "2026',
    "20260101000000000-00000001": "{}",
    "20260101000000000-00000002": "",
  };

  /** Farm with a clip that waits, whose id it gives, beside files that nobody can read. */
  async function damagedFarm(): Promise<{ farm: Farm; id: string }> {
    const farm = await Farm.open({ redis: server!.url, storage: at() });
    await mkdir(at("clip"));
    await mkdir(at("mask"));
    const [submission] = await farm.submit([
      {
        request: boxRequest(at("clip"), at("layers")),
        priority: "normal",
      },
    ]);
    await mkdir(at(".lamina", "clips", "ended"), { recursive: true });
    for (const folder of ["waiting", "ended"])
      for (const [id, text] of Object.entries(damaged))
        await writeFile(at(".lamina", "clips", folder, `${id}.json`), text);
    // A whole one under another's name is nobody's.
    await writeFile(
      at(".lamina", "clips", "waiting", "20260101000000000-00000003.json"),
      await readFile(
        at(".lamina", "clips", "waiting", `${submission!.id}.json`),
      ),
    );
    return { farm, id: submission!.id };
  }

  it("is shown though files beside it are damaged, and they are named", async () => {
    const { farm, id } = await damagedFarm();
    await using _ = farm;
    const state = await farm.state();
    assert.deepEqual(
      state.open.map((each) => each.id),
      [id],
    );
    assert.deepEqual(
      state.damaged.map(({ path }) => path),
      [
        ...[0, 1, 2, 3].map((k) =>
          at(
            ".lamina",
            "clips",
            "waiting",
            `20260101000000000-0000000${k}.json`,
          ),
        ),
        ...[0, 1, 2].map((k) =>
          at(".lamina", "clips", "ended", `20260101000000000-0000000${k}.json`),
        ),
      ],
    );
    const shown = await runLamina([
      "queue",
      "--redis",
      server!.url,
      "--storage",
      at(),
    ]);
    assert.equal(shown.status, 0, shown.stderr);
    assert.match(shown.stdout, new RegExp(`${id}  waiting`));
    assert.match(
      shown.stdout,
      /waiting\/20260101000000000-00000000\.json holds no clip of the farm/,
    );
  });

  it("is asked for again though files beside it are damaged, each of which is told of once", async () => {
    const { farm, id } = await damagedFarm();
    await using _ = farm;
    const redis = await connect({ redis: server!.url });
    const queue = new Queue(queues.clips, {
      connection: redis,
      prefix: PREFIX,
    });
    try {
      await queue.obliterate();
      const told: LaminaError[] = [];
      const submissions = new Submissions(await Storage.open(at()));
      await enqueueForgotten(queue, submissions, (error) => told.push(error));
      assert.deepEqual(
        (await queue.getJobs()).map((job) => job.id),
        [id],
      );
      assert.equal(told.length, 4);
    } finally {
      await queue.close();
      redis.disconnect();
    }
  });

  it("is shown with how far it is, how quick that goes and how long it takes, and is asked for again though Redis still shows how it ended", async () => {
    const { farm, id } = await damagedFarm();
    await using _ = farm;
    const redis = await connect({ redis: server!.url });
    let begun: (job: Job) => void;
    const inHand = new Promise<Job>((resolve) => {
      begun = resolve;
    });
    let end = (): void => undefined;
    const worker = new Worker(
      queues.clips,
      async (job) => {
        begun(job);
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        const submissions = new Submissions(await Storage.open(at()));
        const failure = { code: "disk-full", message: "The disk is full." };
        await submissions.end((await submissions.waiting(id))!, {
          kind: "failed",
          failure,
        });
        throw new UnrecoverableError(failure.message);
      },
      { connection: redis, prefix: PREFIX },
    );
    try {
      const job = await inHand;
      const event = { stage: "compose", done: 6, total: 24, resumed: false };
      await job.updateProgress({
        ...event,
        secondsLeft: 200,
        tasksPerMinute: 1234,
      });
      const shown = await runLamina([
        "queue",
        ...["--redis", server!.url, "--storage", at()],
      ]);
      assert.match(shown.stdout, /Answered: 1234 tasks a minute\./);
      assert.match(
        shown.stdout,
        /Write the layers, 25 %, 1234 tasks a minute, 3 min 20 s left/,
      );
      const failed = new Promise((resolve) => worker.once("failed", resolve));
      end();
      await failed;
      const ended = await farm.queues.clips.getJob(id);
      assert.equal(ended?.failedReason, "The disk is full.");
      assert.equal(ended.name, "layers");
      await worker.close();
      await farm.retry(id);
      assert.equal(await farm.queues.clips.getJobState(id), "prioritized");
    } finally {
      end();
      await worker.close();
      redis.disconnect();
    }
  });

  it("is refused by the name of its file when that one is damaged", async () => {
    const { farm } = await damagedFarm();
    await using _ = farm;
    for (const change of [
      farm.cancel("20260101000000000-00000000"),
      farm.retry("20260101000000000-00000001"),
      farm.setPriority("20260101000000000-00000002", "high"),
    ])
      await assert.rejects(
        change,
        (error) =>
          error instanceof LaminaError &&
          error.failure.code === "farm-file-damaged",
      );
  });
});
