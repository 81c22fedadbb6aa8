import { readdir, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";

/** One thing in a folder. */
export interface FolderEntry {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** A link is neither, wherever it leads. */
  readonly kind: "file" | "folder" | "other";
}

/**
 * Lists all that lies in a folder and in its folders, each folder before what it holds. Links are not followed.
 *
 * @throws the file system's errors
 */
export async function* walkFolder(
  folder: string,
  within = "",
): AsyncGenerator<FolderEntry> {
  const found = await readdir(join(folder, within), { withFileTypes: true });
  for (const entry of found) {
    const path = within === "" ? entry.name : `${within}/${entry.name}`;
    const isFolder = entry.isDirectory();
    const kind = isFolder ? "folder" : entry.isFile() ? "file" : "other";
    yield { path, kind };
    if (isFolder) yield* walkFolder(folder, path);
  }
}

/**
 * Removes the files of a folder that are `ours`, then every folder that is empty, the given one too. Whatever else is there
 * stays where it is.
 *
 * @returns whether all is gone
 * @throws the file system's errors, except for what is gone already
 */
export async function removeOurs(
  folder: string,
  ours: (path: string) => boolean,
): Promise<boolean> {
  const entries: FolderEntry[] = [];
  for await (const entry of walkFolder(folder)) entries.push(entry);
  for (const { path, kind } of entries) {
    if (kind === "file" && ours(path)) await unlink(join(folder, path));
  }
  const folders = entries.filter(({ kind }) => kind === "folder");
  for (const { path } of folders.reverse())
    await removeEmpty(join(folder, path));
  return removeEmpty(folder);
}

/** Removes a folder if it is empty. */
const removeEmpty = (folder: string): Promise<boolean> =>
  rmdir(folder).then(
    () => true,
    (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return true;
      if (code === "ENOTEMPTY" || code === "EEXIST") return false;
      throw error;
    },
  );
