import { randomBytes } from "node:crypto";
import {
  mkdir,
  realpath,
  rmdir,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { LaminaError } from "../../errors/failure.ts";
import { writeFailure } from "../../media/file-failure.ts";

/** Something that a job reads from, or keeps things in, beside its output. */
export interface UsedPlace {
  /** What it is, to complete "the layers and ... must not lie in each other". */
  readonly what: string;
  readonly path: string;
}

/**
 * Makes sure that the output neither lies within anything that the job uses nor holds any of it, links resolved: a result
 * takes its place as a whole, and what lies in it belongs to it.
 *
 * @throws LaminaError `output-overlaps`
 */
export async function checkApart(
  outputPath: string,
  used: readonly UsedPlace[],
): Promise<void> {
  const output = await foldersAround(outputPath);
  for (const { what, path } of used) {
    const other = await foldersAround(path);
    if (liesWithin(output, other)) {
      const [inner, outer] = [resolve(outputPath), resolve(path)];
      throw new LaminaError({ code: "output-overlaps", what, inner, outer });
    }
    if (liesWithin(other, output)) {
      const [inner, outer] = [resolve(path), resolve(outputPath)];
      throw new LaminaError({ code: "output-overlaps", what, inner, outer });
    }
  }
}

/**
 * A path and the folders above it, innermost first. Each is told by the file system's own number, which is the same by whatever
 * name one comes: a link, a mount, other letters' case. What does not exist yet is told by its name within what does.
 */
type FoldersAround = readonly string[];

/** Whether one path is another or lies beneath it. */
const liesWithin = (inner: FoldersAround, outer: FoldersAround): boolean =>
  inner.includes(outer[0]!);

async function foldersAround(path: string): Promise<FoldersAround> {
  const missing: string[] = [];
  let there = resolve(path);
  let real: string | undefined;
  while ((real = await realpath(there).catch(() => undefined)) === undefined) {
    if (dirname(there) === there) break;
    missing.unshift(basename(there));
    there = dirname(there);
  }
  const marks: string[] = [];
  for (let folder = real ?? there; ; folder = dirname(folder)) {
    marks.push(await markOf(folder));
    if (dirname(folder) === folder) break;
  }
  for (const name of missing) marks.unshift(join(marks[0]!, name));
  return marks;
}

const markOf = (path: string): Promise<string> =>
  stat(path, { bigint: true }).then(
    // Some network file systems number nothing.
    ({ dev, ino }) => (ino === 0n ? path : `${dev}:${ino}`),
    () => path,
  );

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
