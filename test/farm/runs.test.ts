import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import { connect } from "../../src/farm/connection.ts";
import { Runs } from "../../src/farm/runs.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { describeWithRedis, RedisServer } from "./redis-server.ts";

describeWithRedis("which attempt at a clip counts", () => {
  const at = useTemporaryFolder();
  let server: RedisServer;
  let redis: Redis;

  beforeEach(async () => {
    server = await RedisServer.start(at());
    redis = await connect({ redis: server.url });
  });
  afterEach(async () => {
    redis.disconnect();
    await server.kill();
  });

  const questions = async (): Promise<number> => {
    const stats = await redis.info("commandstats");
    return Number(/cmdstat_get:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };

  it("is asked once for messages that come together", async () => {
    const runs = new Runs(redis);
    await runs.lead("clip", "first", 30_000);
    const before = await questions();
    const stale = await Promise.all(
      Array.from({ length: 64 }, () => runs.isStale("clip", "first")),
    );
    assert.deepEqual(new Set(stale), new Set([false]));
    assert.equal((await questions()) - before, 1);
  });

  it("is never an earlier one, however shortly after it that began", async () => {
    const leader = new Runs(redis);
    const worker = new Runs(redis);
    await leader.lead("clip", "first", 30_000);
    assert.equal(await worker.isStale("clip", "first"), false);
    await leader.leave("clip", "first");
    await leader.lead("clip", "second", 30_000);
    assert.equal(await worker.isStale("clip", "second"), false);
    assert.equal(await worker.isStale("clip", "first"), true);
    // What Redis has forgotten is not stale.
    await redis.flushall();
    assert.equal(await worker.isStale("clip", "second"), false);
  });
});
