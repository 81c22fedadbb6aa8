import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { type FreeRoom, freeRoom } from "./free-room.ts";

/** What is to be written to a place. */
export interface DiskNeed {
  /** A folder, which need not exist yet. */
  readonly folder: string;
  readonly bytes: number;
  /** What an earlier run has left of it already. */
  readonly leftovers: readonly string[];
}

/**
 * Makes sure that the disks have room for what is to be written, and some for other programs beside it (`RoomWatch` would stop the
 * work else); needs on the same disk are added up.
 *
 * @throws LaminaError `disk-too-small`
 */
export async function checkRoom(needs: readonly DiskNeed[]): Promise<void> {
  const disks = new Map<number, { room: FreeRoom; bytes: number }>();
  for (const { folder, bytes, leftovers } of needs) {
    const room = await freeRoom(folder);
    const disk = disks.get(room.disk) ?? { room, bytes: room.reserveBytes };
    let left = 0;
    for (const each of leftovers) left += await folderBytes(each);
    disks.set(room.disk, {
      room: disk.room,
      bytes: disk.bytes + Math.max(0, bytes - left),
    });
  }
  for (const { room, bytes } of disks.values()) {
    const { folder, freeBytes } = room;
    if (bytes <= freeBytes) continue;
    throw new LaminaError({
      code: "disk-too-small",
      path: folder,
      neededBytes: bytes,
      freeBytes,
    });
  }
}

/** Bytes of all files in a folder; none when it is not there. */
export async function folderBytes(folder: string): Promise<number> {
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
