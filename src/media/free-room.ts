import { stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** What a disk has left. */
export interface FreeRoom {
  /** The innermost folder of the path that exists. */
  readonly folder: string;
  /** Tells disks apart. */
  readonly disk: number;
  /** What may be written to it. */
  readonly freeBytes: number;
  /** What is left to other programs, which lose their users' work where they cannot save it. */
  readonly reserveBytes: number;
}

/** 256 MiB: an editing program saves a project of some megabytes several times over, and a system its logs. Set once, with no other value on record. */
const MOST_RESERVE_BYTES = 2 ** 28;
/** Of a small disk it is a hundredth. */
const RESERVE_SHARE = 0.01;

/**
 * What is left on the disk that a path lies on, or will lie on.
 *
 * @throws the file system's errors
 */
export async function freeRoom(path: string): Promise<FreeRoom> {
  const folder = await nearestFolder(path);
  const { dev } = await stat(folder);
  const { bavail, bsize, blocks } = await statfs(folder);
  const reserve = Math.min(MOST_RESERVE_BYTES, RESERVE_SHARE * blocks * bsize);
  return {
    folder,
    disk: dev,
    freeBytes: bavail * bsize,
    reserveBytes: Math.floor(reserve),
  };
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
