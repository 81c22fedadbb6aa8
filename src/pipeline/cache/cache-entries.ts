import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flag } from "./flag.ts";
import { GONE, holders } from "./folder-hold.ts";

/** What a folder of the cache holds: decoded movies, a job's intermediate results, or what belongs to one process only. */
export type CacheKind = "decoded" | "jobs" | "temporary";

/** One folder that can be removed by itself. */
export interface CacheEntry {
  readonly kind: CacheKind;
  readonly path: string;
  readonly sizeBytes: number;
  /** When anything in it was last written or held, in ms since 1970. */
  readonly lastUsedMs: number;
  /** Processes that hold it. */
  readonly heldBy: readonly Flag[];
}

/**
 * Names that only we give. A user may have pointed the cache at a folder with a `jobs` of another kind in it, so
 * nothing else is ever looked at.
 */
const KEYED = new RegExp(`^[0-9a-f]{24}(\\.[0-9a-f]{8}\\${GONE})?$`);
const TEMPORARY = new RegExp(
  `^lamina-(cache|subjects)-[A-Za-z0-9]{6}(\\.[0-9a-f]{8}\\${GONE})?$`,
);

/** Everything that lies in a cache and, of this user, in the system's temporary folder. */
export async function listCache(
  cachePath: string,
): Promise<readonly CacheEntry[]> {
  const places = [
    ["decoded", join(cachePath, "decoded"), KEYED],
    ["jobs", join(cachePath, "jobs"), KEYED],
    ["temporary", tmpdir(), TEMPORARY],
  ] as const;
  const entries: CacheEntry[] = [];
  for (const [kind, folder, pattern] of places) {
    for (const item of await itemsOf(folder)) {
      if (!item.isDirectory() || !pattern.test(item.name)) continue;
      const path = join(folder, item.name);
      const entry = await describeEntry(kind, path).catch(() => undefined);
      // Gone meanwhile, or another user's.
      if (entry !== undefined) entries.push(entry);
    }
  }
  return entries;
}

async function describeEntry(
  kind: CacheKind,
  path: string,
): Promise<CacheEntry | undefined> {
  const { uid } = await lstat(path);
  if (uid !== (process.getuid?.() ?? uid)) return undefined;
  const heldBy = await holders(path);
  const { sizeBytes, lastUsedMs } = await measure(path);
  return { kind, path, heldBy, sizeBytes: Math.round(sizeBytes), lastUsedMs };
}

/** Size and newest time of everything in a folder. Links are not followed. */
async function measure(
  path: string,
): Promise<Pick<CacheEntry, "sizeBytes" | "lastUsedMs">> {
  const { mtimeMs } = await lstat(path);
  let sizeBytes = 0;
  let lastUsedMs = mtimeMs;
  for (const item of await itemsOf(path)) {
    const inner = join(path, item.name);
    const found = item.isDirectory()
      ? await measure(inner).catch(() => undefined)
      : await lstat(inner).then(
          // What several runs share counts for each of them in part.
          (file) => ({
            sizeBytes: file.size / Math.max(1, file.nlink),
            lastUsedMs: file.mtimeMs,
          }),
          () => undefined,
        );
    sizeBytes += found?.sizeBytes ?? 0;
    lastUsedMs = Math.max(lastUsedMs, found?.lastUsedMs ?? 0);
  }
  return { sizeBytes, lastUsedMs };
}

const itemsOf = (folder: string): Promise<Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);
