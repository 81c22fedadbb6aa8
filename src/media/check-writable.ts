import { randomBytes } from "node:crypto";
import { mkdir, rmdir, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { writeFailure } from "./file-failure.ts";

/** Others can come in between so often. */
const MOST_ATTEMPTS = 5;

/**
 * Makes sure that files can be made in a folder, by making one. Folders that are missing are made for that, and removed again.
 *
 * @param folder need not exist
 * @param called what it is called to the user
 * @throws LaminaError `output-unwritable`, `disk-full`
 */
export async function checkWritable(
  folder: string,
  called = folder,
): Promise<void> {
  const path = resolve(folder);
  const probe = join(path, `.lamina-${randomBytes(6).toString("hex")}`);
  for (let attempt = 1; ; attempt++) {
    let made: string | undefined;
    try {
      made = await makeFolders(path);
      await writeFile(probe, "lamina", { flag: "wx" });
      await unlink(probe);
      return;
    } catch (error) {
      // Another run makes and removes the same folders.
      const { code } = error as NodeJS.ErrnoException;
      const isDisturbed = code === "ENOENT" || code === "EEXIST";
      if (!isDisturbed || attempt === MOST_ATTEMPTS)
        throw writeFailure(error, resolve(called));
    } finally {
      if (made !== undefined) await removeEmptyUpTo(path, made);
    }
  }
}

/**
 * Makes a folder and those above it that are missing. (Node's own way to do that never ends where the system says of a folder that
 * is there that it is not, as in `/proc`.)
 *
 * @returns the outermost that was made; undefined when all were there
 */
async function makeFolders(path: string): Promise<string | undefined> {
  const missing: string[] = [];
  let there = path;
  while (!(await isFolder(there)) && dirname(there) !== there) {
    missing.unshift(there);
    there = dirname(there);
  }
  const [outermost] = missing;
  for (const folder of missing) {
    try {
      await mkdir(folder);
    } catch (error) {
      if (folder !== outermost)
        await removeEmptyUpTo(dirname(folder), outermost!);
      throw error;
    }
  }
  return outermost;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Removes empty folders from the innermost up to one above it. */
async function removeEmptyUpTo(innermost: string, last: string): Promise<void> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      // Somebody else uses it by now.
      () => false,
    );
    if (!isGone || folder === last || dirname(folder) === folder) return;
  }
}
