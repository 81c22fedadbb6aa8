import assert from "node:assert/strict";
import type { Job } from "../../../src/pipeline/execution/job.ts";
import { sideBySide } from "../../../src/pipeline/execution/side-by-side.ts";

const jobWith = (signal: AbortSignal): Job => ({ signal }) as unknown as Job;

/** Lasts until it is stopped. */
const untilStopped = ({ signal }: Job): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(new DOMException("cancelled", "AbortError"));
    });
  });

describe("two works side by side", () => {
  const { signal } = new AbortController();

  it("give both results", async () => {
    assert.deepEqual(
      await sideBySide(
        jobWith(signal),
        () => Promise.resolve(1),
        () => Promise.resolve("two"),
      ),
      [1, "two"],
    );
  });

  for (const order of ["first", "second"] as const)
    it(`stop the other when the ${order} fails, and tell of that failure`, async () => {
      const failing = (): Promise<never> =>
        Promise.reject(new Error("the disk is full"));
      let ended = false;
      const lasting = async (job: Job): Promise<void> => {
        try {
          await untilStopped(job);
        } finally {
          ended = true;
        }
      };
      await assert.rejects(
        order === "first"
          ? sideBySide(jobWith(signal), failing, lasting)
          : sideBySide(jobWith(signal), lasting, failing),
        { message: "the disk is full" },
      );
      assert.equal(ended, true);
    });

  it("are both cancelled with the job", async () => {
    const user = new AbortController();
    const both = sideBySide(jobWith(user.signal), untilStopped, untilStopped);
    user.abort();
    await assert.rejects(both, { name: "AbortError" });
  });
});
