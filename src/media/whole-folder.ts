import { mkdir, rm } from "node:fs/promises";
import { beside } from "./beside.ts";
import { writeFailure } from "./file-failure.ts";
import { renamePatiently } from "./patient-rename.ts";

/**
 * Lets `fill` fill a folder under a temporary name beside its place, and moves it there in one step, so that under `out` there is never
 * half of it. What was filled in is removed when that fails.
 *
 * @throws LaminaError `disk-full`, `output-unwritable`; whatever else `fill` throws
 */
export async function writeWholeFolder(
  out: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const partial = beside(out, `.${process.pid}.partial`);
  try {
    await mkdir(partial, { recursive: true });
    await fill(partial);
    await renamePatiently(partial, out);
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw writeFailure(error, out);
  }
}
