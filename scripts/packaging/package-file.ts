import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
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

/** What is to stand in a file of a package. */
export const bytesOf = ({ content }: PackageFile): Buffer =>
  "file" in content ? readFileSync(content.file) : Buffer.from(content.text);

/** SHA-256 of a file of a package. */
export const digestOf = (
  file: PackageFile,
  encoding: "hex" | "base64",
): string => createHash("sha256").update(bytesOf(file)).digest(encoding);

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
