import { readdir } from "node:fs/promises";
import path from "node:path";

/** A file of a package. */
export interface PackageFile {
  /** With `/`, below the package's folder. */
  readonly target: string;
  /** A file on this machine, or what is to stand in it. */
  readonly content: { readonly file: string } | { readonly text: string };
  readonly executable?: true;
  /** What the size table counts it to. */
  readonly part: string;
}

/** All files below a folder, links not followed; sorted, with `/`. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      path.relative(folder, path.join(parentPath, name)).replaceAll("\\", "/"),
    )
    .sort();
}
