import { constants } from "node:fs";
import { type FileHandle, mkdir, open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";

/** A file that is open for reading and known to lie under its root. */
export interface ConfinedFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

/**
 * Reads the path that a request names under a folder: `/`-separated parts, each decoded once. What remains must be plain
 * names: nothing empty, no `.` or `..`, and none of the characters by which a name could mean more than itself to a file
 * system (`/ \ : %`, NUL and other control characters, a dot or space at the end).
 *
 * @throws LaminaError `path-refused`
 */
export function confinedParts(encodedPath: string): readonly string[] {
  const refuse = (): never => {
    throw new LaminaError({
      code: "path-refused",
      path: encodedPath.slice(0, 200),
    });
  };
  return encodedPath.split("/").map((part) => {
    let name: string;
    try {
      name = decodeURIComponent(part);
    } catch {
      return refuse();
    }
    // eslint-disable-next-line no-control-regex
    const isPlain = name !== "" && !/[/\\:%\0-\x1f\x7f]|[. ]$/.test(name);
    return isPlain ? name : refuse();
  });
}

/**
 * Opens a file under a root for reading. Links are followed as long as they stay under the root; what is opened is what was
 * looked at, even if somebody exchanges folders meanwhile.
 *
 * @param parts from `confinedParts`
 * @throws LaminaError `not-found` when there is no such regular file, `path-refused` when it lies elsewhere
 */
export async function openConfined(
  root: string,
  parts: readonly string[],
): Promise<ConfinedFile> {
  const shown = parts.join("/");
  const missing = new LaminaError({ code: "not-found", what: shown });
  let real: string;
  let handle: FileHandle;
  try {
    const realRoot = await realpath(root);
    real = await realpath(path.join(realRoot, ...parts));
    if (!real.startsWith(realRoot + path.sep)) {
      throw new LaminaError({ code: "path-refused", path: shown });
    }
    // Not blocking: a pipe in the place of a file would never open. (Windows has neither flag; they count as 0 there.)
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    handle = await open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    throw isAbsence(error) ? missing : error;
  }
  try {
    const opened = await handle.stat();
    if (!opened.isFile()) throw missing;
    const now = await stat(await realpath(real));
    if (now.ino !== opened.ino || now.dev !== opened.dev) throw missing;
    return { handle, sizeBytes: opened.size };
  } catch (error) {
    await handle.close();
    throw isAbsence(error) ? missing : error;
  }
}

/**
 * Makes the folders for a new file under a root. No folder on the way may be a link.
 *
 * @param parts from `confinedParts`
 * @returns     where the file goes
 * @throws LaminaError `path-refused`; errors of the file system
 */
export async function makeConfinedPlace(
  root: string,
  parts: readonly string[],
): Promise<string> {
  let folder = await realpath(root);
  for (const part of parts.slice(0, -1)) {
    const next = path.join(folder, part);
    await mkdir(next).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
    if ((await realpath(next)) !== next) {
      throw new LaminaError({ code: "path-refused", path: parts.join("/") });
    }
    folder = next;
  }
  return path.join(folder, parts.at(-1)!);
}

/** Nothing there that could be opened as a file, whatever the reason; a page need not know which. */
const isAbsence = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENXIO", "ENAMETOOLONG"].includes(
    String(error.code),
  );
