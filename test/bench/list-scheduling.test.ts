import assert from "node:assert/strict";
import { batchSeconds, planStage } from "../../bench/list-scheduling.ts";

describe("the simulation of a task graph", () => {
  it("hands each task to the thread that is free first", () => {
    const tasks = [4, 2, 1, 3];
    assert.equal(batchSeconds(tasks, 1), 10);
    assert.equal(batchSeconds(tasks, 2), 6);
    assert.equal(batchSeconds(tasks, 3), 4);
    assert.equal(batchSeconds(tasks, Infinity), 4);
    assert.equal(batchSeconds([], 2), 0);
  });

  it("has batches wait for each other, but not for what the first thread does beside them", () => {
    const stage = {
      name: "train",
      alone: 1,
      beside: 5,
      batches: [
        [2, 2],
        [1, 1, 1],
      ],
    };
    assert.equal(planStage(stage, 1).seconds, 8);
    assert.equal(planStage(stage, 2).seconds, 6);
    assert.equal(planStage(stage, Infinity).seconds, 6);
  });

  it("says what bounds a stage", () => {
    const of = (alone: number, tasks: readonly number[], threads: number) =>
      planStage({ name: "x", alone, beside: 0, batches: [tasks] }, threads)
        .bound;
    assert.equal(of(5, [1, 1, 1, 1], 2), "alone");
    assert.equal(of(0, [1, 1, 1, 1], 2), "work");
    assert.equal(of(0, [1, 1, 1, 1], 4), "longest tasks");
  });
});
