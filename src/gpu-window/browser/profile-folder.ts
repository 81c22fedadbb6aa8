import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isProcessAlive } from "../../media/process-alive.ts";

/** A profile's folder names the process that made it: `lamina-window-<pid>-…`. */
const PROFILE_PREFIX = "lamina-window-";
const PROFILE = new RegExp(`^${PROFILE_PREFIX}(\\d+)-[A-Za-z0-9]{6}$`);

/** Makes an empty folder for a browser's profile, and removes those whose makers were killed. */
export async function makeProfileFolder(): Promise<string> {
  await sweepProfileFolders();
  return mkdtemp(join(tmpdir(), `${PROFILE_PREFIX}${process.pid}-`));
}

/** Removes a profile. The browser's last helpers may still be writing for a moment. */
export const removeProfileFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

/** Removes the profiles whose makers were killed. */
async function sweepProfileFolders(): Promise<void> {
  for (const { path, pid } of await listProfileFolders()) {
    if (isProcessAlive(pid)) continue;
    // Another user's folder cannot be removed, and need not be.
    await removeProfileFolder(path).catch(() => undefined);
  }
}

/** All profiles, each with the process that made it. */
export async function listProfileFolders(): Promise<
  readonly { readonly path: string; readonly pid: number }[]
> {
  const names = await readdir(tmpdir()).catch(() => []);
  return names.flatMap((name) => {
    const [, pid] = PROFILE.exec(name) ?? [];
    return pid === undefined
      ? []
      : [{ path: join(tmpdir(), name), pid: Number(pid) }];
  });
}
