import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "../../media/process-alive.ts";

/** A profile's folder names the process that made it: `lamina-window-<pid>-…`. */
const PREFIX = "lamina-window-";
/** What `mkdtemp` makes of it; whatever is named otherwise is not ours. */
const made = /^lamina-window-(\d+)-\w{6}$/;

/** Makes an empty folder for a browser's profile, and removes those whose makers were killed. */
export async function makeProfileFolder(): Promise<string> {
  await sweepProfileFolders();
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

/** Removes a profile. The browser's last helpers may still be writing for a moment. */
export const removeProfileFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

async function sweepProfileFolders(): Promise<void> {
  const found = await readdir(tmpdir(), { withFileTypes: true });
  for (const { name } of found.filter((entry) => entry.isDirectory())) {
    const pid = made.exec(name)?.[1];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    // Another user's folder cannot be removed, and need not be.
    await removeProfileFolder(join(tmpdir(), name)).catch(() => undefined);
  }
}
