import { LaminaError } from "../errors/failure.ts";
import { NO_FOLDER } from "../errors/system-failure.ts";

const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;

const unwritableDetails: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the disk is read-only",
  ENOTDIR: "a part of the path is a file, not a folder",
  EEXIST: "a file of that name is in the way",
  EISDIR: "a folder of that name is in the way",
  ENOENT: "the folder is gone",
  ENAMETOOLONG: "the name is too long",
  EFBIG: "the file is too large for this disk",
};

/**
 * Puts a failure to write into words that a person can act on.
 *
 * @returns `disk-full` or `output-unwritable`; the error itself when the file system is not the cause
 */
export function writeFailure(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new LaminaError({ code: "disk-full", path }, { cause: error });
  }
  const isFolder = (error as NodeJS.ErrnoException).syscall === "mkdir";
  const detail =
    code === "ENOENT" && isFolder ? NO_FOLDER : unwritableDetails[code ?? ""];
  return detail === undefined
    ? error
    : new LaminaError(
        { code: "output-unwritable", path, detail },
        { cause: error },
      );
}

const unreadableDetails: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EIO: "the disk reports an error",
  ELOOP: "its links run in a circle",
};

/**
 * Puts a failure to open or read into words that a person can act on.
 *
 * @returns `input-missing` or `media-unreadable`; the error itself when the file system is not the cause
 */
export function readFailure(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new LaminaError({ code: "input-missing", path }, { cause: error });
  }
  const detail = code === undefined ? undefined : unreadableDetails[code];
  return detail === undefined
    ? error
    : new LaminaError(
        { code: "media-unreadable", path, detail },
        { cause: error },
      );
}
