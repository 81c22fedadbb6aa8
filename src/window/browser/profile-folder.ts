import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "../../media/process-alive.ts";

/** A profile's folder names the process that made it: `lamina-window-<pid>-…`. */
const PREFIX = "lamina-window-";

/** Makes an empty folder for a browser's profile, and removes those whose makers were killed. */
export async function makeProfileFolder(): Promise<string> {
  await sweepProfileFolders();
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

/** Removes a profile. The browser's last helpers may still be writing for a moment. */
export const removeProfileFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

async function sweepProfileFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const pid = Number(name.slice(PREFIX.length).split("-")[0]);
    if (isProcessAlive(pid)) continue;
    // Another user's folder cannot be removed, and need not be.
    await removeProfileFolder(join(tmpdir(), name)).catch(() => undefined);
  }
}
