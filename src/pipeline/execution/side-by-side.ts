import type { Job } from "./job.ts";
import type { TaskMap } from "./task.ts";

/**
 * Does two works of a job at a time. When one fails the other is stopped, and what failed first is thrown once both have
 * ended.
 *
 * @throws whatever the first of them to fail throws
 */
export async function sideBySide<M extends TaskMap<M>, A, B>(
  job: Job<M>,
  first: (job: Job<M>) => Promise<A>,
  second: (job: Job<M>) => Promise<B>,
): Promise<[A, B]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const stoppable = { ...job, signal };
  let failed = false;
  let failure: unknown;
  const watched = async <T>(work: (job: Job<M>) => Promise<T>): Promise<T> => {
    try {
      return await work(stoppable);
    } catch (error) {
      if (!failed) {
        failed = true;
        failure = error;
        stop.abort();
      }
      throw error;
    }
  };
  const [a, b] = await Promise.allSettled([watched(first), watched(second)]);
  if (a.status === "fulfilled" && b.status === "fulfilled")
    return [a.value, b.value];
  throw failure;
}
