import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { isProcessAlive } from "../media/process-alive.ts";
import { writeFailure } from "../media/file-failure.ts";

const LOOK_AGAIN_MS = 50;

/**
 * Does something while no other process does it: looking for a service and starting one, which takes a moment. Who died over it
 * is not waited for.
 *
 * @param file stands for the lock while it is held
 * @throws LaminaError `disk-full`, `output-unwritable`; the signal's reason; whatever `work` throws
 */
export async function withStartLock<T>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  while (!(await take(file))) {
    signal.throwIfAborted();
    const holder = Number(await readFile(file, "utf8").catch(() => ""));
    // An empty file is one that its holder is just about to write.
    if (holder > 0 && !isProcessAlive(holder)) await rm(file, { force: true });
    await wait(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw writeFailure(error, file);
  }
}
