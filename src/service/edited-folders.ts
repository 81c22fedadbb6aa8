import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { documentFileName } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { isProcessAlive } from "../media/process-alive.ts";
import { moveAside } from "../pipeline/output/earlier-result.ts";
import { removeOurs } from "../pipeline/output/folder-contents.ts";
import { isJobFile } from "../pipeline/output/output-folder.ts";
import type { EditedFolder } from "../protocol/service-api.ts";

/** Characters of the digest in a folder's name: enough to tell a handful of folders apart. */
const DIGEST_LENGTH = 10;

/** The folder of what edits make of a result, by a digest of what it is made of. */
export const editedFolderName = (
  resultFolder: string,
  digest: string,
): string => `${resultFolder}-edited-${digest.slice(0, DIGEST_LENGTH)}`;

const digestPattern = /^-edited-[0-9a-f]+$/;

/**
 * The folders beside a result that hold what edits have made of it, by name, with their size. They are whoever's the result is: a timeline
 * may show them, so they stay until somebody says that they are to go.
 */
export async function editedFolders(
  resultFolder: string,
): Promise<readonly EditedFolder[]> {
  const [parent, name] = [
    path.dirname(resultFolder),
    path.basename(resultFolder),
  ];
  const found: EditedFolder[] = [];
  const siblings = await readdir(parent).catch(() => []);
  for (const sibling of siblings.toSorted()) {
    if (!sibling.startsWith(name)) continue;
    if (!digestPattern.test(sibling.slice(name.length))) continue;
    const edited = path.join(parent, sibling, documentFileName);
    const isWhole = await lstat(edited).then(
      (document) => document.isFile(),
      () => false,
    );
    if (isWhole)
      found.push({ edited, bytes: await bytesIn(path.dirname(edited)) });
  }
  return found;
}

/**
 * Removes such folders, as far as nothing but the edited layers lies in them.
 *
 * @param edited paths of their documents, as `editedFolders` names them; others are passed over
 * @throws LaminaError `output-foreign` where something of somebody else's lies in one, `output-unwritable`; what was not reached stays
 */
export async function discardEdited(
  resultFolder: string,
  edited: readonly string[],
): Promise<void> {
  for (const { edited: known } of await editedFolders(resultFolder)) {
    if (!edited.includes(known)) continue;
    const folder = path.dirname(known);
    const aside = await moveAside(folder);
    if (!(await aside.remove()))
      throw new LaminaError({
        code: "output-foreign",
        path: aside.path,
        found: "something",
      });
  }
}

/** How long nothing was written into a folder whose writer is gone from this machine, in milliseconds: another one's may be at it. */
const LONGEST_SILENCE_MS = 24 * 3600e3;

/** Removes what killed services were writing beside a result, and nothing that somebody has put there. */
export async function sweepUnfinished(resultFolder: string): Promise<void> {
  const [parent, name] = [
    path.dirname(resultFolder),
    path.basename(resultFolder),
  ];
  for (const sibling of await readdir(parent).catch(() => [])) {
    if (!sibling.startsWith(name)) continue;
    const writer = /^-edited-[0-9a-f]+\.(\d+)\.partial$/.exec(
      sibling.slice(name.length),
    );
    if (writer === null || isProcessAlive(Number(writer[1]))) continue;
    const folder = path.join(parent, sibling);
    try {
      const within = await readdir(folder);
      const times = [folder, ...within.map((each) => path.join(folder, each))];
      const last = await Promise.all(
        times.map(async (each) => (await lstat(each)).mtimeMs),
      );
      if (Date.now() - Math.max(...last) > LONGEST_SILENCE_MS)
        await removeOurs(folder, isJobFile);
    } catch {
      // It is in nobody's way, and tried again next time.
    }
  }
}

/** The sizes of all files in a folder and its folders, in bytes; what goes meanwhile is not counted. */
export async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    bytes += await lstat(file).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}
