import { lstat, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { cacheLimit } from "../pipeline/cache/cache-limit.ts";
import { listCache } from "../pipeline/cache/cache-entries.ts";
import { removeEntry } from "../pipeline/cache/tidy-cache.ts";
import { isProcessAlive } from "../media/process-alive.ts";
import {
  listProfileFolders,
  removeProfileFolder,
} from "../gpu-window/browser/profile-folder.ts";
import { RememberedVerdicts } from "../gpu-window/remembered-verdicts.ts";

/** Something that is kept and can be removed by itself. */
interface Kept {
  readonly kind: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly lastUsedMs: number;
  /** Processes that use it. */
  readonly users: readonly number[];
  /** @returns whether it is gone */
  readonly remove: () => Promise<boolean>;
}

/**
 * Says what lies in the cache and elsewhere of jobs that run or ran: kind, size, when it was last used and by whom it is.
 *
 * @param cacheFolder where jobs keep intermediate results
 * @param pluginDataFolder  where verdicts on GPUs are kept
 * @throws LaminaError `usage` when the limit is none
 */
export async function describeCache(
  cacheFolder: string,
  dataFolder: string,
): Promise<readonly string[]> {
  const limit = cacheLimit();
  const all = await listAll(cacheFolder, dataFolder);
  const rows = all.map(({ kind, path: place, sizeBytes, lastUsedMs, users }) =>
    [
      kind.padEnd(9),
      size(sizeBytes).padStart(9),
      age(Date.now() - lastUsedMs).padStart(7),
      describeUsers(users).padEnd(22),
      place,
    ].join("  "),
  );
  const unused = all.filter(({ users }) => users.length === 0);
  const origin =
    limit.origin === "default"
      ? "the default; LAMINA_CACHE_GB sets another"
      : "set by LAMINA_CACHE_GB";
  return [
    `The cache is ${path.resolve(cacheFolder)}.`,
    ...(rows.length === 0 ? ["Nothing is kept."] : rows),
    `${size(totalBytes(unused))} are kept for later, of at most ${size(limit.bytes)} (${origin}); ${size(totalBytes(all) - totalBytes(unused))} are in use.`,
  ];
}

/**
 * Removes all that no living process uses, and says how much that was and what is left.
 *
 * @param cacheFolder where jobs keep intermediate results
 * @param pluginDataFolder  where verdicts on GPUs are kept
 */
export async function clearCache(
  cacheFolder: string,
  dataFolder: string,
): Promise<readonly string[]> {
  const all = await listAll(cacheFolder, dataFolder);
  const removed: Kept[] = [];
  const left: string[] = [];
  for (const kept of all) {
    const { users, path: place } = kept;
    if (users.length > 0) left.push(`${place} is ${describeUsers(users)}.`);
    else if (await kept.remove()) removed.push(kept);
    else left.push(`${place} could not be removed.`);
  }
  return [`${size(totalBytes(removed))} were removed.`, ...left];
}

async function listAll(
  cacheFolder: string,
  dataFolder: string,
): Promise<readonly Kept[]> {
  const folders = (await listCache(path.resolve(cacheFolder))).map((entry) => ({
    ...entry,
    users: [...new Set(entry.heldBy.map(({ pid }) => pid))],
    remove: () => removeEntry(entry),
  }));
  const profiles = (await listProfileFolders()).map(
    async ({ path: place, pid }) => ({
      kind: "browser",
      path: place,
      ...(await measurePlace(place)),
      users: isProcessAlive(pid) ? [pid] : [],
      remove: () => isDone(removeProfileFolder(place)),
    }),
  );
  const verdicts = (await new RememberedVerdicts(dataFolder).list()).map(
    async (place) => ({
      kind: "verdict",
      path: place,
      ...(await measurePlace(place)),
      users: [],
      remove: () => isDone(rm(place, { force: true })),
    }),
  );
  return [...folders, ...(await Promise.all([...profiles, ...verdicts]))];
}

/** Size of a file, or of all in a folder, and when it was last written to; links are not followed. */
async function measurePlace(
  place: string,
): Promise<Pick<Kept, "sizeBytes" | "lastUsedMs">> {
  const names = await readdir(place, { recursive: true }).catch(() => []);
  let sizeBytes = 0;
  let lastUsedMs = 0;
  for (const name of ["", ...names]) {
    const found = await lstat(path.join(place, name)).catch(() => undefined);
    if (found?.isFile() === true) sizeBytes += found.size;
    lastUsedMs = Math.max(lastUsedMs, found?.mtimeMs ?? 0);
  }
  return { sizeBytes, lastUsedMs };
}

const isDone = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const totalBytes = (all: readonly Kept[]): number =>
  all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const size = (bytes: number): string =>
  bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : `${(bytes / 1e6).toFixed(1)} MB`;

function age(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60e3));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

const describeUsers = (users: readonly number[]): string =>
  users.length === 0 ? "not in use" : `in use by ${users.join(", ")}`;
