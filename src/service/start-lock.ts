import { readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { writeFailure } from "../media/file-failure.ts";
import { isProcessAlive } from "../media/process-alive.ts";

/** Pauses between attempts, at random, so that two who disturb each other do not do so for ever. */
const SHORTEST_LOCK_PAUSE_MS = 20;
/** Six times the shortest, so that two who pause seldom wake at once. */
const LONGEST_LOCK_PAUSE_MS = 120;
/** Nobody is at it for so long; by then the system may have given a dead process's id to another. */
const LONGEST_HELD_MS = 5 * 60e3;

const flagOf = (processId: number): string => `start.${processId}.lock`;
const flagPattern = /^start\.(\d+)\.lock$/;

/**
 * Does something while no other process does it: looking for a service and starting one, which takes a moment.
 *
 * Everyone raises a flag of their own, a file, and then looks for others: of two at least the later one sees the earlier. Who
 * sees a living process's flag takes down the own one and tries again. So nobody ever removes a living process's flag, which
 * a single lock file could not promise once its holder has died.
 *
 * @param folder for the flags
 * @throws LaminaError `disk-full`, `output-unwritable`; the signal's reason; whatever `work` throws
 */
export async function withStartLock<T>(
  folder: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const own = path.join(folder, flagOf(process.pid));
  for (;;) {
    signal.throwIfAborted();
    try {
      await writeFile(own, "");
    } catch (error) {
      throw writeFailure(error, own);
    }
    try {
      if (!(await othersAreAtIt(folder))) return await work();
    } finally {
      await rm(own, { force: true });
    }
    const spread = LONGEST_LOCK_PAUSE_MS - SHORTEST_LOCK_PAUSE_MS;
    await wait(SHORTEST_LOCK_PAUSE_MS + Math.random() * spread);
  }
}

/** Whether a living process has raised its flag; those of dead ones are taken down. */
async function othersAreAtIt(folder: string): Promise<boolean> {
  let found = false;
  for (const name of await readdir(folder)) {
    const holder = Number(flagPattern.exec(name)?.[1] ?? process.pid);
    if (holder === process.pid) continue;
    const flag = path.join(folder, name);
    if (isProcessAlive(holder) && !(await isOld(flag))) found = true;
    else await rm(flag, { force: true });
  }
  return found;
}

const isOld = (flag: string): Promise<boolean> =>
  stat(flag).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > LONGEST_HELD_MS,
    // Taken down meanwhile.
    () => true,
  );
