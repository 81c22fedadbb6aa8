import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { LaminaError } from "../../src/errors/failure.ts";
import type { FailureCode } from "../../src/errors/failure-codes.ts";
import { connect } from "../../src/farm/connection.ts";
import { Farm } from "../../src/farm/farm.ts";
import { checkFarm, runOnFarm } from "../../src/farm/job-on-farm.ts";
import { Storage } from "../../src/farm/storage.ts";
import { StorageIdentity } from "../../src/farm/storage-identity.ts";
import { type Submission, Submissions } from "../../src/farm/submissions.ts";
import type { JobEvent, JobSummary } from "../../src/pipeline/request.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { boxRequest } from "./box-request.ts";
import { describeWithRedis, RedisServer } from "./redis-server.ts";

const fails = (code: FailureCode) => (error: unknown) =>
  error instanceof LaminaError && error.failure.code === code;

describeWithRedis("a job of this machine on a farm", () => {
  const at = useTemporaryFolder();
  let server: RedisServer;

  beforeEach(async () => {
    server = await RedisServer.start(at());
    await mkdir(at("studio"));
    for (const folder of ["clip", "mask"]) {
      await mkdir(at("here", folder), { recursive: true });
      await writeFile(at("here", folder, "1.png"), folder);
    }
  });
  afterEach(() => server.kill());

  const address = () => ({ redis: server.url, storage: at("studio") });
  const submissions = async () =>
    new Submissions(await Storage.open(at("studio")));

  /** Begins the job; nobody is there who would do it but the test. */
  function begin(outputPath = at("studio", "layers")) {
    const abort = new AbortController();
    const events: JobEvent[] = [];
    let left = false;
    const ended = runOnFarm(address(), {
      id: "0a1b",
      request: boxRequest(at("here", "clip"), outputPath),
      watch: { signal: abort.signal, onEvent: (event) => events.push(event) },
      isLeft: () => left,
    });
    ended.catch(() => undefined);
    const stop = (isLeft: boolean): void => {
      left = isLeft;
      abort.abort();
    };
    return { ended, events, stop };
  }

  async function untilAsked(): Promise<Submission> {
    for (;;) {
      const asked = await (await submissions()).waiting("panel-0a1b");
      if (asked !== undefined) return asked;
      await wait(10);
    }
  }

  it("has its clip copied into the storage, goes on when nobody follows, and is found again", async () => {
    const first = begin();
    const asked = await untilAsked();
    assert.equal(
      asked.request.clipPath,
      ".lamina/sources/panel-0a1b/clip/clip",
    );
    assert.equal(asked.request.outputPath, "layers");
    assert.equal(
      await readFile(at("studio", asked.request.clipPath, "1.png"), "utf8"),
      "clip",
    );
    first.stop(true);
    await assert.rejects(first.ended, { name: "AbortError" });
    assert.deepEqual(await untilAsked(), asked);

    const again = begin();
    const summary = {
      stages: [],
      peakMemoryBytes: 1,
      recompositionError: 0,
      trainingSteps: 7,
      millisecondsPerStep: 2,
    };
    await (
      await submissions()
    ).end(asked, {
      kind: "done",
      frameCount: 3,
      seconds: 1,
      notices: ["A word."],
      summary,
    });
    assert.deepEqual(await again.ended, {
      ...summary,
      frameCount: 3,
      documentPath: at("studio", "layers", "layers.json"),
    } satisfies JobSummary);
    assert.deepEqual(again.events.at(-1), {
      kind: "notice",
      sentence: "A word.",
    });
    assert.deepEqual(await readdir(at("studio", ".lamina", "sources")), []);
  });

  it("leaves nothing when it is cancelled, and can be asked for again", async () => {
    const first = begin();
    await untilAsked();
    first.stop(false);
    await assert.rejects(first.ended, { name: "AbortError" });
    const ended = await (await submissions()).ended("panel-0a1b");
    assert.equal(ended?.outcome.kind, "cancelled");
    assert.deepEqual(await readdir(at("studio", ".lamina", "sources")), []);
    await using farm = await Farm.open(address());
    assert.deepEqual((await farm.state()).open, []);

    const again = begin();
    await untilAsked();
    assert.equal(await (await submissions()).ended("panel-0a1b"), undefined);
    again.stop(false);
    await assert.rejects(again.ended, { name: "AbortError" });
  });

  it("is refused before anything is copied when its layers would lie outside, and when the storage is another", async () => {
    await assert.rejects(
      begin(at("elsewhere")).ended,
      fails("farm-outside-storage"),
    );
    await assert.rejects(
      checkFarm(address(), at("elsewhere")),
      fails("farm-outside-storage"),
    );
    const redis = await connect(address());
    try {
      const storage = await Storage.open(at("studio"));
      using _said = await StorageIdentity.announce(redis, storage, () => {
        assert.fail("it could be said");
      });
      assert.deepEqual(await checkFarm(address()), { workers: 0, training: 0 });
      await mkdir(at("other"));
      const other = { ...address(), storage: at("other") };
      await assert.rejects(checkFarm(other), fails("farm-other-storage"));
      await assert.rejects(
        StorageIdentity.announce(redis, await Storage.open(at("other")), () => {
          assert.fail("it was not begun");
        }),
        fails("farm-other-storage"),
      );
    } finally {
      redis.disconnect();
    }
  });
});
