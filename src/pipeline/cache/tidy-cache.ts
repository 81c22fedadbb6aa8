import { rm } from "node:fs/promises";
import { removeLeftovers } from "../../media/movie-frames.ts";
import { GONE, removeUnheld } from "./folder-hold.ts";
import type { CacheLimit } from "./cache-limit.ts";
import { type CacheEntry, type CacheKind, listCache } from "./cache-entries.ts";

/** A minute, in milliseconds. */
const MINUTE_MS = 60e3;
/** A day, in milliseconds. */
const DAY_MS = 24 * 3600e3;

/** Between the making of a folder and the holding passes a moment. */
const MOMENT_MS = 10 * MINUTE_MS;

/**
 * How long what nobody holds is kept after it was last used. A killed job can be taken up for two weeks. Decoding is soon done
 * again and its files are the largest. What belongs to one process is of no use after it.
 */
const longestKeptMs: Record<CacheKind, number> = {
  jobs: 14 * DAY_MS,
  decoded: 2 * DAY_MS,
  temporary: MOMENT_MS,
};

/**
 * Removes what nobody came back to, and of the rest what was not used for the longest, until what nobody holds is within the
 * limit. What a living process holds is never touched. What cannot be removed stays.
 */
export async function tidyCache(
  cachePath: string,
  limit: CacheLimit,
): Promise<void> {
  const now = Date.now();
  const free = (await listCache(cachePath)).filter(
    ({ heldBy }) => heldBy.length === 0,
  );
  free.sort((a, b) => a.lastUsedMs - b.lastUsedMs);
  // What came of a run that was refused holds nothing.
  const isOver = ({ kind, sizeBytes, lastUsedMs }: CacheEntry): boolean =>
    now - lastUsedMs > (sizeBytes === 0 ? MOMENT_MS : longestKeptMs[kind]);
  let kept = 0;
  for (const entry of free) if (!isOver(entry)) kept += entry.sizeBytes;
  for (const entry of free) {
    if (isOver(entry)) await removeEntry(entry);
    else if (entry.kind !== "temporary" && kept > limit.bytes) {
      if (await removeEntry(entry)) kept -= entry.sizeBytes;
    } else if (entry.kind === "decoded") {
      // What a killed process had half decoded is of no use to anybody.
      await removeLeftovers(entry.path).catch(() => undefined);
    }
  }
}

/**
 * Removes one folder of the cache unless somebody holds it.
 *
 * @returns whether it is gone
 */
export async function removeEntry({ path }: CacheEntry): Promise<boolean> {
  try {
    if (!path.endsWith(GONE)) return await removeUnheld(path);
    await rm(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
