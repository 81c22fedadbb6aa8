import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** One digest over the names and bytes of all PNG and JSON files in a folder. */
export async function digestFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const names = await readdir(folder, { recursive: true });
  for (const name of names.sort()) {
    if (!/\.(png|json)$/.test(name)) continue;
    hash.update(name).update(await readFile(path.join(folder, name)));
  }
  return hash.digest("hex");
}
