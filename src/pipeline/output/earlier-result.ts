import { randomBytes } from "node:crypto";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { companionFiles } from "../../document/companion-files.ts";
import {
  documentFileName,
  readDocument,
} from "../../document/layers-document.ts";
import { resultFiles, type ResultFiles } from "../../document/result-files.ts";
import { LaminaError } from "../../errors/failure.ts";
import { beside, stemBeside } from "../../media/beside.ts";
import { readFailure, writeFailure } from "../../media/file-failure.ts";
import { isMarked } from "../../media/marked-file.ts";
import { readTextFile } from "../../media/text-file.ts";
import { removeOurs, walkFolder } from "./folder-contents.ts";
import { renamePatiently } from "../../media/patient-rename.ts";

/** What systems leave in every folder that somebody looks at; nothing of it is anybody's work. */
const droppings = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);
/** What a killed process has left of a file that it had begun to write. */
const unfinished = /\.\d+-\d+\.part$/;

/** What is at the place of a result: nothing, an empty folder, or an earlier result that may be replaced. */
type PlaceState = "free" | "empty" | "earlier";

/**
 * Looks at the place where a result is to go, and makes sure that nothing which is not Lamina's would be lost there.
 *
 * @param overwrite whether an earlier result may be replaced
 * @throws LaminaError `output-exists`, `output-foreign`, `output-is-link`, `output-unwritable`, `document-too-new`
 */
export async function checkOutput(
  path: string,
  overwrite: boolean,
): Promise<PlaceState> {
  const final = resolve(path);
  let found;
  try {
    found = await lstat(final);
    if (found.isSymbolicLink()) {
      // Renaming would replace the link, not what it leads to.
      const target = await realpath(final).catch(() => "nowhere");
      throw new LaminaError({ code: "output-is-link", path: final, target });
    }
    if (!found.isDirectory())
      throw new LaminaError({ code: "output-exists", path: final });
    if ((await stat(dirname(final))).dev !== found.dev)
      throw new LaminaError({
        code: "output-unwritable",
        path: final,
        detail: "it is a disk of its own, and only folders can be replaced",
      });
    if ((await readdir(final)).length === 0) return "empty";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "free";
    throw writeFailure(error, final);
  }
  if (!overwrite) throw new LaminaError({ code: "output-exists", path: final });
  await checkEarlier(final, final);
  return "earlier";
}

/**
 * Makes sure that a folder holds an earlier result of Lamina's and nothing else.
 *
 * @param called what the folder is called to the user
 * @param also   files that may lie beside the document as well
 * @returns      whether a file in it is Lamina's
 * @throws LaminaError `output-foreign`, `document-too-new`, `media-unreadable`
 */
export async function checkEarlier(
  folder: string,
  called: string,
  also: ReadonlySet<string> = new Set(),
): Promise<(path: string) => boolean> {
  const foreign = (found: string): LaminaError =>
    new LaminaError({ code: "output-foreign", path: called, found });
  const files = await filesOfResult(folder);
  const companions = await companionsIn(folder);
  const isOurs = (path: string): boolean => {
    const whole = path.replace(unfinished, "");
    const name = basename(whole);
    return (
      droppings.has(name) ||
      also.has(whole) ||
      files?.hasFile(whole) === true ||
      // What macOS writes beside a file where the disk has no room for its attributes.
      files?.hasFile(whole.replace(/(^|\/)\._(?=[^/]+$)/, "$1")) === true ||
      (path === whole ? companions : companionNames).has(whole)
    );
  };
  try {
    for await (const { path, kind } of walkFolder(folder)) {
      if (files === undefined) throw foreign(path);
      const isKnown =
        kind === "folder"
          ? files.hasFolder(path)
          : kind === "file" && isOurs(path);
      if (!isKnown) throw foreign(path);
    }
  } catch (error) {
    throw readFailure(error, folder);
  }
  return isOurs;
}

/** What the document in a folder speaks of; undefined when there is none of ours. */
async function filesOfResult(folder: string): Promise<ResultFiles | undefined> {
  const path = join(folder, documentFileName);
  try {
    return resultFiles(readDocument(await readTextFile(path), path));
  } catch (error) {
    if (
      error instanceof LaminaError &&
      ["input-missing", "document-invalid", "media-unreadable"].includes(
        error.failure.code,
      )
    )
      return undefined;
    throw error;
  }
}

const companionNames: ReadonlySet<string> = new Set(
  Object.values(companionFiles).map(({ name }) => name),
);

/** Which of the files that Lamina writes beside a document are there and are Lamina's. */
async function companionsIn(folder: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { name, mark } of Object.values(companionFiles)) {
    if ((await isMarked(join(folder, name), mark)) === true) found.add(name);
  }
  return found;
}

/** An earlier result that was moved out of the way of a new one. */
export interface AsideResult {
  /** Where it lies: `<result>.<12 hex digits>.old`. */
  readonly path: string;
  readonly putBack: () => Promise<void>;
  /** Removes what is Lamina's of it; tells whether that was all. */
  readonly remove: () => Promise<boolean>;
}

const asidePattern = /^\.[0-9a-f]{12}\.old$/;

/**
 * Moves an earlier result out of the way, unless something else has come to lie in it.
 *
 * @throws LaminaError as `checkOutput`, and the file system's errors; then the earlier result is where it was
 */
export async function moveAside(final: string): Promise<AsideResult> {
  const path = beside(final, `.${randomBytes(6).toString("hex")}.old`);
  const putBack = (): Promise<void> => renamePatiently(path, final);
  await renamePatiently(final, path);
  try {
    // Once more, since from here on nobody who knows it by its name can put anything into it.
    const isOurs = await checkEarlier(path, final);
    return { path, putBack, remove: () => removeOurs(path, isOurs) };
  } catch (error) {
    await putBack();
    throw error;
  }
}

/**
 * Puts an earlier result back that a killed process had moved out of the way before its own was in place, and removes one
 * that it had no time to remove.
 *
 * @throws LaminaError `output-unwritable`
 */
export async function recoverEarlier(path: string): Promise<void> {
  const final = resolve(path);
  const [parent, name] = [dirname(final), stemBeside(basename(final))];
  for (const sibling of await readdir(parent).catch(() => [])) {
    if (!sibling.startsWith(name)) continue;
    if (!asidePattern.test(sibling.slice(name.length))) continue;
    const aside = join(parent, sibling);
    const isOurs = await checkEarlier(aside, aside).catch(() => undefined);
    if (isOurs === undefined) continue;
    try {
      if (await isFree(final)) await renamePatiently(aside, final);
      else await removeOurs(aside, isOurs);
    } catch (error) {
      throw writeFailure(error, aside);
    }
  }
}

/** Whether nothing is at a path, not even a link that leads nowhere. */
export const isFree = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT",
  );
