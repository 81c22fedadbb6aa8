import { randomInt } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { beside } from "./beside.ts";
import { writeFailure } from "./file-failure.ts";
import { renamePatiently } from "./patient-rename.ts";

/** Begins anywhere, because processes of several machines, which may have one id, can write to one folder. */
let written = randomInt(2 ** 40);

/** A name beside `path` for a file that is not finished; it carries the process's id, so that a later run can tell leftovers. */
const unfinishedName = (path: string): string =>
  beside(path, `.${process.pid}-${++written}.part`);

/**
 * Lets `write` make a file under a temporary name in the same folder and moves it to `path` in one step, so that under
 * `path` there is never half a file. What `write` left is removed when it fails.
 *
 * @throws LaminaError `disk-full`, `output-unwritable`; whatever else `write` throws
 */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = unfinishedName(path);
  try {
    await write(temporary);
    await renamePatiently(temporary, path);
  } catch (error) {
    // What stopped the writing can stop the removing too; the first failure is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(error, path);
  }
}

/**
 * Writes `data` to `path` in one step: readers see the old file or the whole new one.
 *
 * @throws LaminaError `disk-full`, `output-unwritable`
 */
export async function writeWholeFile(
  path: string,
  data: Uint8Array | string,
): Promise<void> {
  await replaceFile(path, (temporary) => writeFile(temporary, data));
}
