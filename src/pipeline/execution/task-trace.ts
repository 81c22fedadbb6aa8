import { AsyncLocalStorage } from "node:async_hooks";

/** Which of the job's files a piece of work has looked at and which it has left, by stage and name, with digests of their bytes. */
export interface TaskTrace {
  /** What was in each file when it was first read; `PRESENT` or `ABSENT` where only that was asked, under the name after a question mark. */
  readonly reads: Map<string, string>;
  /** In the order in which they were written. */
  readonly writes: Map<string, string>;
  /** False where it has looked at something that is told by no file, so that nobody knows when it would answer otherwise. */
  complete: boolean;
}

/** What a look for a file that is there is noted as. */
export const PRESENT = "present";
/** What a look for a file that is not there is noted as. */
export const ABSENT = "absent";

const traces = new AsyncLocalStorage<TaskTrace>();

/** Does some work and notes what it reads and writes. */
export async function traced<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly trace: TaskTrace }> {
  const trace: TaskTrace = {
    reads: new Map(),
    writes: new Map(),
    complete: true,
  };
  return { value: await traces.run(trace, work), trace };
}

/** Whether somebody wants to know what is read and written. */
export const isTraced = (): boolean => traces.getStore() !== undefined;

/**
 * Notes that a file was read.
 *
 * @param digest of what was in it
 */
export function noteRead(file: string, digest: string): void {
  const trace = traces.getStore();
  // What a task reads of its own is told by what made it.
  if (trace === undefined || trace.writes.has(file)) return;
  if (!trace.reads.has(file)) trace.reads.set(file, digest);
}

/** Notes that somebody looked whether a file is there. */
export function noteLook(file: string, isThere: boolean): void {
  const trace = traces.getStore();
  if (trace?.writes.has(file) === false)
    noteRead(`?${file}`, isThere ? PRESENT : ABSENT);
}

/** Notes that a file was written, with the digest of what is in it. */
export const noteWrite = (file: string, digest: string): void => {
  traces.getStore()?.writes.set(file, digest);
};

/** Notes that the work looks at something that no file of the job tells. */
export function noteElse(): void {
  const trace = traces.getStore();
  if (trace !== undefined) trace.complete = false;
}

/**
 * Makes a value that several pieces of work will use: each of them is noted to have read what it was made of.
 *
 * @returns gives the value, to whoever asks
 */
export function sharedRead<T>(make: () => Promise<T>): () => Promise<T> {
  const isKnown = isTraced();
  const made = isKnown
    ? traced(make)
    : make().then((value) => ({ value, trace: undefined }));
  return async () => {
    const { value, trace } = await made;
    if (trace?.complete !== true) noteElse();
    trace?.reads.forEach((digest, file) => {
      noteRead(file, digest);
    });
    return value;
  };
}
