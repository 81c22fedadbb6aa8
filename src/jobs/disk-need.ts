import { readdir, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LaminaError } from "../errors/failure.ts";
import type { Size } from "../units/size.ts";
import { workingSize } from "./job-plan.ts";

/** What decides how much a job writes. */
export interface JobExtent extends Size {
  readonly frameCount: number;
  readonly subjects: number;
  readonly prores: boolean;
}

const area = ({ width, height }: Size): number => width * height;

/**
 * Bytes of intermediate results, at their most. Per pixel at working size it was CACHE_BYTES.
 */
export const cacheBytes = (extent: JobExtent): number =>
  extent.frameCount *
  area(workingSize(extent)) *
  (CACHE_BASE + CACHE_PER_SUBJECT * extent.subjects);

const CACHE_BASE = 0;
const CACHE_PER_SUBJECT = 0;

/** Bytes of the finished layers. */
export const outputBytes = (extent: JobExtent): number =>
  extent.frameCount *
  area(extent) *
  (PNG_BACKGROUND +
    PNG_OBJECT * extent.subjects +
    (extent.prores ? PRORES_BACKGROUND + PRORES_OBJECT * extent.subjects : 0));

const PNG_BACKGROUND = 0;
const PNG_OBJECT = 0;
const PRORES_BACKGROUND = 0;
const PRORES_OBJECT = 0;

/** Bytes of a movie's frames as they are decoded: three a pixel. */
export const decodedBytes = (extent: JobExtent): number =>
  extent.frameCount * area(extent) * 3;

/** What is to be written to a place. */
export interface DiskNeed {
  /** A folder, which need not exist yet. */
  readonly folder: string;
  readonly bytes: number;
  /** What an earlier run has left of it already. */
  readonly leftovers: readonly string[];
}

/**
 * Makes sure that the disks have room for what is to be written; needs on the same disk are added up.
 *
 * @throws LaminaError `disk-too-small`
 */
export async function checkRoom(needs: readonly DiskNeed[]): Promise<void> {
  const disks = new Map<number, { path: string; bytes: number }>();
  for (const { folder, bytes, leftovers } of needs) {
    const path = await nearestFolder(folder);
    const { dev } = await stat(path);
    const disk = disks.get(dev) ?? { path, bytes: 0 };
    let left = 0;
    for (const each of leftovers) left += await folderBytes(each);
    disks.set(dev, {
      path: disk.path,
      bytes: disk.bytes + Math.max(0, bytes - left),
    });
  }
  for (const { path, bytes } of disks.values()) {
    const { bavail, bsize } = await statfs(path);
    const freeBytes = bavail * bsize;
    if (bytes <= freeBytes) continue;
    throw new LaminaError({
      code: "disk-too-small",
      path,
      neededBytes: bytes,
      freeBytes,
    });
  }
}

/** The folder itself, or the innermost one above it that exists. */
async function nearestFolder(folder: string): Promise<string> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere || dirname(path) === path) return path;
  }
}

/** Bytes of all files in a folder; none when it is not there. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    // What vanishes meanwhile takes no room.
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
