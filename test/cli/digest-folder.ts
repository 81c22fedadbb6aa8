import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { documentFileName } from "../../src/document/layers-document.ts";

/** One digest over the names and bytes of all PNG and JSON files in a folder, but for what the document says of the cache. */
export async function digestFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const names = await readdir(folder, { recursive: true });
  for (const name of names.sort()) {
    if (!/\.(png|json)$/.test(name)) continue;
    const bytes = await readFile(path.join(folder, name));
    hash
      .update(name)
      .update(
        path.basename(name) === documentFileName
          ? bytes.toString().replace(/,?\s*"run": "[^"]*"/, "")
          : bytes,
      );
  }
  return hash.digest("hex");
}
