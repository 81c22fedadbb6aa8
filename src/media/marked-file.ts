import { lstat, open } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { readFailure } from "./file-failure.ts";

/** A mark stands within so many bytes. */
const MARK_WITHIN_BYTES = 4096;

/**
 * Whether a file carries a mark in its first bytes. What is no regular file carries none.
 *
 * @returns undefined when nothing is there
 * @throws LaminaError `media-unreadable`
 */
export async function isMarked(
  file: string,
  mark: string,
): Promise<boolean | undefined> {
  try {
    // To open a pipe could last for ever.
    if (!(await lstat(file)).isFile()) return false;
    await using handle = await open(file, "r");
    const buffer = Buffer.alloc(MARK_WITHIN_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, MARK_WITHIN_BYTES, 0);
    return buffer.subarray(0, bytesRead).includes(mark);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw readFailure(error, file);
  }
}

/**
 * Makes sure that a file with a mark may be written: nothing is there, or an earlier one with the same mark.
 *
 * @throws LaminaError `output-foreign`, `media-unreadable`
 */
export async function checkMarked(file: string, mark: string): Promise<void> {
  if ((await isMarked(file, mark)) !== false) return;
  throw new LaminaError({
    code: "output-foreign",
    path: path.dirname(file),
    found: path.basename(file),
  });
}
