import assert from "node:assert/strict";
import type { JobPlan } from "../../../src/pipeline/execution/job-plan.ts";
import { WorkerPool } from "../../../src/pipeline/execution/worker-pool.ts";

interface CountedTasks {
  /** Answers how many were at work together at most, itself among them. */
  count: { input: object; output: number };
  /** Ends once two are at work together. */
  meet: { input: object; output: number };
}

/** Of what threads share: how many are at work, and how many were at most. */
const counter = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

const script = `
  import { parentPort } from "node:worker_threads";
  let counter;
  parentPort.on("message", ({ kind, plan, id, task }) => {
    if (kind === "open") { counter = plan; return; }
    const together = Atomics.add(counter, 0, 1) + 1;
    if (together > Atomics.load(counter, 1)) Atomics.store(counter, 1, together);
    Atomics.notify(counter, 0);
    if (task.kind === "meet")
      for (let n = together; n < 2; n = Atomics.load(counter, 0)) Atomics.wait(counter, 0, n);
    const value = Atomics.load(counter, 1);
    if (task.kind === "count") Atomics.sub(counter, 0, 1);
    parentPort.postMessage({ id, ok: true, value });
  });`;

const entry = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
const { signal } = new AbortController();

/** A pool whose threads count into what they share. */
const poolOf = (
  threads: number,
  processors: number,
): WorkerPool<CountedTasks> =>
  new WorkerPool<CountedTasks>(
    entry,
    threads,
    counter() as unknown as JobPlan,
    processors,
  );

const tasks = <K extends keyof CountedTasks>(kind: K, count: number) =>
  Array.from({ length: count }, () => ({ kind }));

const most = async (pool: WorkerPool<CountedTasks>): Promise<number> =>
  Math.max(...(await pool.runAll(tasks("count", 20), signal, () => undefined)));

describe("a pool of threads", () => {
  it("leaves a processor to other work for as long as it is told to", async () => {
    await using pool = poolOf(2, 2);
    const spared = pool.spareProcessor();
    assert.equal(await most(pool), 1);
    const meeting = pool.runAll(tasks("meet", 2), signal, () => undefined);
    // The first would wait for ever.
    spared[Symbol.dispose]();
    assert.deepEqual(await meeting, [2, 2]);
  });

  it("has all its threads work where there are more processors", async () => {
    await using pool = poolOf(2, 3);
    using _spared = pool.spareProcessor();
    assert.deepEqual(
      await pool.runAll(tasks("meet", 2), signal, () => undefined),
      [2, 2],
    );
  });

  it("goes on with one thread where there is one processor", async () => {
    await using pool = poolOf(1, 1);
    using _spared = pool.spareProcessor();
    assert.equal(await most(pool), 1);
  });
});
