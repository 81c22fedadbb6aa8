import assert from "node:assert/strict";
import { simulateFarm, type SimulatedFarm } from "../../bench/simulate-farm.ts";

const farm: SimulatedFarm = {
  workers: 1,
  clips: 1,
  phases: [
    { messages: 8, seconds: 1, bytes: 0 },
    { messages: 1, seconds: 3, bytes: 0 },
    { messages: 4, seconds: 2, bytes: 0 },
  ],
  redisSeconds: 0,
  messageSeconds: 0,
  storageBytes: 1e12,
  linkBytes: 1e12,
};

describe("the simulated farm", () => {
  it("takes all the work on one worker, and the chain of phases on many", () => {
    assert.equal(simulateFarm(farm).makespan, 19);
    assert.equal(simulateFarm({ ...farm, workers: 4 }).makespan, 2 + 3 + 2);
    const many = simulateFarm({ ...farm, workers: 100 });
    assert.deepEqual([many.makespan, many.bottleneck], [6, "one clip's chain"]);
  });

  it("fills one clip's gaps with another, so that many clips use all workers", () => {
    const { makespan, efficiency } = simulateFarm({
      ...farm,
      workers: 10,
      clips: 1000,
    });
    assert.ok(makespan >= 1900 && makespan < 1920, String(makespan));
    assert.ok(efficiency > 0.99);
  });

  it("is as slow as what all share: the storage, or Redis", () => {
    const phases = farm.phases.map((phase) => ({ ...phase, bytes: 1e6 }));
    const many = { ...farm, phases, workers: 50, clips: 100 };
    const slow = simulateFarm({ ...many, storageBytes: 1e6, linkBytes: 1e6 });
    assert.equal(slow.bottleneck, "storage");
    assert.ok(slow.makespan >= 1300);
    const busy = simulateFarm({ ...many, redisSeconds: 1 });
    assert.equal(busy.bottleneck, "Redis");
    assert.ok(busy.makespan >= 1300);
  });
});
